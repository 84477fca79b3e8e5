#![forbid(unsafe_code)]

#[antiphon::coroutine(yield = u32, send = String)]
fn lengths() -> String {
    let mut last = String::new();
    while last.len() < 3 {
        last = yield_!(last.len() as u32);
    }
    last
}

fn main() {
    use antiphon::prelude::*;
    let mut c = std::pin::pin!(lengths());
    assert_eq!(c.start(), Yielded(0));
    assert_eq!(c.send("abc".into()), Complete("abc".into()));
}
