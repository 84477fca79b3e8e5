//! A coroutine is sent values.
//!
//! The value of `yield_!` is what the caller sends next. This coroutine says that it
//! never returns, and thus `Yielded` is the only answer there is.

use antiphon::prelude::*;
use std::convert::Infallible;
use std::pin::pin;

#[antiphon::coroutine(yield = u64, send = u64)]
fn double_number(mut number: u64) -> Infallible {
    loop {
        number *= 2;
        number = yield_!(number);
    }
}

pub(crate) fn main() {
    let mut c = pin!(double_number(4));
    let Yielded(doubled) = c.start();
    println!("{doubled}");
    for number in [5, 1500, 3] {
        let Yielded(doubled) = c.send(number);
        println!("{doubled}");
    }
}
