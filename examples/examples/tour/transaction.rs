//! Errors in, and the end.
//!
//! An error that is thrown is what a `yield_!` evaluates to, and so is the close of a coroutine
//! that asks to see it. No error is taken for a close by mistake.

use antiphon::prelude::*;
use std::pin::pin;

#[antiphon::coroutine(yield = usize, send = &'static str, throw = &'static str, close)]
fn transaction() -> Vec<&'static str> {
    let mut done = Vec::new();
    loop {
        match yield_!(done.len()) {
            Ok(Ok(statement)) => done.push(statement),
            Ok(Err(error)) => {
                println!("{error}: rolled back");
                done.clear();
            }
            Err(GeneratorExit) => return done,
        }
    }
}

pub(crate) fn main() {
    let mut c = pin!(transaction());
    c.start();
    println!("{:?}", c.send("insert 1"));
    println!("{:?}", c.throw("disk full"));
    println!("{:?}", c.send("insert 2"));
    println!("closed: {:?}", c.close());
    println!("too late: {}", c.throw("again").unwrap_err());
}
