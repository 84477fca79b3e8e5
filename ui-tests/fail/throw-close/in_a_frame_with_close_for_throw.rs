#[antiphon::coroutine(yield = u32, close)]
fn child() {
    let _ = yield_!(1);
}

#[antiphon::coroutine(yield = u32, throw = antiphon::GeneratorExit)]
fn parent() {
    yield_from!(box child())
}

fn main() {
    parent();
}
