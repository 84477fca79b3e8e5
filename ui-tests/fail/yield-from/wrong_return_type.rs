#[antiphon::coroutine(yield = u32)]
fn child() -> usize {
    yield_!(1);
    1
}

#[antiphon::coroutine(yield = u32)]
fn parent() -> String {
    yield_from!(child())
}

fn main() {}
