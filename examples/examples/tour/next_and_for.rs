//! The first item with `next`, the rest with `for`.
//!
//! A pinned generator is an iterator. `pin!` needs no allocation.

use std::pin::pin;

#[antiphon::coroutine(yield = u32)]
fn fun(count: u32) {
    for i in 0..count {
        yield_!(i);
    }
}

pub(crate) fn main() {
    let mut items = pin!(fun(3));
    println!("with next: {:?}", items.next());
    for i in items {
        println!("with for: {i}");
    }
}
