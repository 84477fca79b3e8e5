//! Calling it runs nothing.
//!
//! The call makes a coroutine, and `start` runs it. One that does not yield returns at
//! once.

use antiphon::prelude::*;
use std::pin::pin;

#[antiphon::coroutine]
fn coroutine() {
    println!("hello world");
}

pub(crate) fn main() {
    let mut c = pin!(coroutine());
    println!("{:?}", c.status());
    println!("{:?}", c.start());
    println!("{:?}", c.status());
}
