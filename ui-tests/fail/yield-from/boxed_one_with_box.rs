#[antiphon::coroutine(yield = u32, boxed)]
fn child() {
    yield_!(1);
}

#[antiphon::coroutine(yield = u32)]
fn parent() {
    yield_from!(box child());
}

fn main() {
    for _n in parent() {}
}
