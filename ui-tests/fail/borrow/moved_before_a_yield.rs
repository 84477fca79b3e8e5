#[antiphon::coroutine(yield = String)]
fn texts(text: String) {
    yield_!(text);
    yield_!(text);
}

fn main() {}
