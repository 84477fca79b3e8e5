use antiphon::prelude::*;

#[antiphon::coroutine(yield = &str)]
fn words(text: &str) {
    yield_from!(text.split(' '));
}

fn main() {
    let mut c = {
        let text = String::from("a b");
        Box::pin(words(&text))
    };
    c.start();
}
