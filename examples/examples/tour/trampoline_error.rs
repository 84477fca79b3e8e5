//! An error goes to the caller first, and last to `run`.
//!
//! Errors are values: `?` passes them on, from caller to caller.

use antiphon::trampoline::{Reply, Request, Trampoline, call};
use std::num::ParseIntError;

#[antiphon::coroutine(yield = Request<'static>, send = Reply)]
fn sum(a: &'static str, b: &'static str) -> Result<u32, ParseIntError> {
    Ok(yield_from!(call(number(a)))? + yield_from!(call(number(b)))?)
}

#[antiphon::coroutine(yield = Request<'static>, send = Reply)]
fn number(text: &'static str) -> Result<u32, ParseIntError> {
    match yield_from!(call(parse(text))) {
        Err(error) if text.is_empty() => {
            println!("its caller makes it a zero: {error}");
            Ok(0)
        }
        Err(error) => {
            println!("its caller hears first: {error}");
            Err(error)
        }
        Ok(value) => Ok(value),
    }
}

#[antiphon::coroutine(yield = Request<'static>, send = Reply)]
fn parse(text: &'static str) -> Result<u32, ParseIntError> {
    text.parse()
}

pub(crate) fn main() {
    let mut trampoline = Trampoline::new();
    trampoline.add(sum("1", ""));
    trampoline.add(sum("1", "two"));
    for task in trampoline.run(|()| ()) {
        println!("run hears last: {:?}", task.result.unwrap());
    }
}
