#![deny(warnings)]

#[antiphon::coroutine(yield = u32)]
fn outer() {
    #[antiphon::coroutine(yield = &'static str)]
    fn inner() {
        yield_!("inner");
    }
    for text in inner() {
        yield_!(text.len() as u32);
    }
}

fn main() {
    assert!(outer().into_iter().eq([5]));
}
