#[antiphon::coroutine(yield = u32)]
fn child() {
    yield_!(1);
}

#[antiphon::coroutine(yield = u32)]
fn parent() {
    yield_from!(child);
}

fn main() {}
