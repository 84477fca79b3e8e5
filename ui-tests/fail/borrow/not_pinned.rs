use antiphon::prelude::*;

#[antiphon::coroutine(yield = u32)]
fn numbers() {
    yield_!(1);
}

fn main() {
    let mut c = numbers();
    c.start();
}
