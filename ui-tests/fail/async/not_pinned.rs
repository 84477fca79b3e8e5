use antiphon::prelude::*;

#[antiphon::coroutine(yield = u32)]
async fn numbers() {
    yield_!(1);
}

fn main() {
    let mut c = numbers();
    let _step = c.next();
}
