#[antiphon::coroutine(yield = String)]
fn child() {
    yield_!(String::new());
}

#[antiphon::coroutine(yield = u32)]
fn parent() {
    yield_from!(Box::pin(child()));
}

fn main() {}
