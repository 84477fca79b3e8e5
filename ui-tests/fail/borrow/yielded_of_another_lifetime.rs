#[antiphon::coroutine(yield = &'a str)]
fn first<'a>(text: &'a str, more: &str) {
    yield_!(text);
    yield_!(more);
}

#[antiphon::coroutine(yield = &'a str, boxed)]
fn second<'a>(text: &'a str, more: &str) {
    yield_!(text);
    yield_!(more);
}

fn main() {}
