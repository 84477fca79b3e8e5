//! `yield_from!` is more than a loop.
//!
//! What is sent to `pipe` goes through to `shout`. `not_pipe` yields the same items, but
//! what is sent to it gets no further.

use antiphon::prelude::*;
use std::convert::Infallible;
use std::pin::pin;

#[antiphon::coroutine(yield = Option<String>, send = Option<String>)]
fn shout() -> Infallible {
    let mut value = None;
    loop {
        value = yield_!(value).map(|text| text.to_uppercase());
    }
}

#[antiphon::coroutine(yield = Option<String>, send = Option<String>)]
fn pipe() -> Infallible {
    yield_from!(shout())
}

#[antiphon::coroutine(yield = Option<String>, send = Option<String>)]
fn not_pipe() -> Infallible {
    let mut shout = pin!(shout());
    let Yielded(mut item) = shout.start();
    loop {
        yield_!(item);
        Yielded(item) = shout.send(None);
    }
}

pub(crate) fn main() {
    let mut val = pin!(pipe());
    val.start();
    let Yielded(heard) = val.send(Some("hi".to_string()));
    println!("pipe: {heard:?}");

    let mut val = pin!(not_pipe());
    val.start();
    let Yielded(heard) = val.send(Some("hi".to_string()));
    println!("not_pipe: {heard:?}");
}
