#[antiphon::coroutine(yield = &'static str)]
fn words() {
    let text = String::from("a b");
    for word in text.split(' ') {
        yield_!(word);
    }
}

fn main() {}
