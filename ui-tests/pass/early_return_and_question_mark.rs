#![deny(warnings)]

#[antiphon::coroutine(yield = (), send = String)]
fn parsed() -> Result<i32, Box<dyn std::error::Error>> {
    let text = yield_!(());
    if text.is_empty() {
        return Err("nothing".into());
    }
    Ok(text.parse()?)
}

fn main() {
    use antiphon::prelude::*;
    let mut c = std::pin::pin!(parsed());
    assert!(matches!(c.start(), Yielded(())));
    assert!(matches!(c.send("7".into()), Complete(Ok(7))));
}
