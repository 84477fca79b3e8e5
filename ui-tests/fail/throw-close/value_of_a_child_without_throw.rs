#[antiphon::coroutine(yield = u32)]
fn child() -> usize {
    yield_!(1);
    1
}

#[antiphon::coroutine(yield = u32, throw = String)]
fn parent() -> usize {
    yield_from!(child())
}

fn main() {
    parent();
}
