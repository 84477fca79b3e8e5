#![deny(warnings)]

use std::pin::Pin;

struct Counter(u32);

impl Counter {
    #[antiphon::coroutine(yield = u32)]
    fn count(mut self: Pin<&mut Self>) {
        self.0 += 1;
        yield_!(self.0);
    }
}

fn main() {
    let mut c = Counter(1);
    assert!(Pin::new(&mut c).count().into_iter().eq([2]));
}
