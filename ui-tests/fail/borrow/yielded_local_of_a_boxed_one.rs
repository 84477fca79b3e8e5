#[antiphon::coroutine(yield = &str, boxed)]
fn words(text: &str) {
    yield_!(text);
    let shout = text.to_uppercase();
    yield_!(&shout);
}

fn main() {}
