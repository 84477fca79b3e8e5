#[antiphon::coroutine(yield = &str)]
fn both(text: &str, more: &str) {
    yield_!(text);
    yield_!(more);
}

#[antiphon::coroutine(yield = &str, boxed)]
fn both_in_a_box(text: &str, more: &str) {
    yield_!(text);
    yield_!(more);
}

#[antiphon::coroutine(yield = &str, boxed)]
fn of_nobody() {
    yield_!("text");
}

fn main() {}
