#[antiphon::coroutine(yield = u32)]
fn first<'a>(text: String) -> &'a str {
    yield_!(1);
    text.trim()
}

fn main() {}
