use antiphon::prelude::*;

#[antiphon::coroutine(send = u32)]
fn listener() {
    yield_!();
}

fn main() {
    let mut c = Box::pin(listener());
    c.resume();
}
