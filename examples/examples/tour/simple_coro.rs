//! A dialogue.
//!
//! What goes out and what comes in have types of their own.

use antiphon::prelude::*;
use std::pin::pin;

#[antiphon::coroutine(yield = String, send = &'static str)]
fn simple_coro() {
    let name = yield_!("What is your name?".to_string());
    yield_!(format!("Nice to meet you, {name}"));
}

pub(crate) fn main() {
    let mut knight = pin!(simple_coro());
    let mut answers = ["Sir Gallahad"].into_iter();

    let mut state = knight.start();
    while let Yielded(line) = state {
        println!("{line}");
        let Some(answer) = answers.next() else { break };
        println!("{answer}");
        state = knight.send(answer);
    }
}
