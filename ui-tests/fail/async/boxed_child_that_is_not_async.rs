#[antiphon::coroutine(yield = u32)]
fn child() {
    yield_!(1);
}

#[antiphon::coroutine(yield = u32)]
async fn parent() {
    yield_from!(box child());
}

fn main() {
    parent();
}
