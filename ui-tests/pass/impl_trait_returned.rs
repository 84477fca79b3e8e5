use std::fmt::Debug;

#[antiphon::coroutine(yield = impl Debug)]
fn opaque(n: u32) -> impl Iterator<Item = u32> {
    yield_!(n);
    0..n
}

fn main() {
    use antiphon::prelude::*;
    let mut c = std::pin::pin!(opaque(2));
    assert!(matches!(c.start(), Yielded(_)));
    let Complete(numbers) = c.resume() else { panic!() };
    assert!(numbers.eq([0, 1]));
}
