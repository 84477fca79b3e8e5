#![deny(warnings)]

use std::rc::Rc;

struct Counter(u32);

impl Counter {
    #[antiphon::coroutine(yield = u32)]
    fn count(self: Rc<Self>) {
        yield_!(self.0);
    }
}

fn main() {
    let c = Counter(1);
    assert!(Rc::new(c).count().into_iter().eq([1]));
}
