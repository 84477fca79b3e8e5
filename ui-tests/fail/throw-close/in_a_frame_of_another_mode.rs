#[antiphon::coroutine(yield = u32)]
fn child() {
    yield_!(1);
}

#[antiphon::coroutine(yield = u32, throw = String)]
fn parent() -> Result<(), String> {
    yield_from!(box child())
}

fn main() {
    parent();
}
