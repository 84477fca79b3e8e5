//! The value of `yield_from!` is what the other coroutine returns.

use antiphon::prelude::*;
use std::pin::pin;

#[antiphon::coroutine(yield = &'static str, send = u32)]
fn tally() -> u32 {
    let mut sum = 0;
    for _ in 0..5 {
        sum += yield_!("got it");
    }
    sum
}

#[antiphon::coroutine(yield = &'static str, send = u32)]
fn pipe() {
    let sum = yield_from!(tally());
    println!("Sum is {sum}");
}

pub(crate) fn main() {
    let mut val = pin!(pipe());
    println!("{:?}", val.start());
    for _ in 0..5 {
        println!("{:?}", val.send(2));
    }
}
