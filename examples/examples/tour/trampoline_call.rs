//! Coroutines on it call each other, and ask.
//!
//! A called coroutine runs in its caller's place, and the caller goes on with what it
//! returns. The trampoline keeps the stack, so a coroutine can call itself. What it asks
//! is answered by the closure given to `run`.

use antiphon::trampoline::{Reply, Request, Trampoline, ask, call};

/// Asks for the parts of a thing, and is answered with their names.
type Ask = Request<'static, &'static str, &'static [&'static str]>;
type Answer = Reply<&'static [&'static str]>;

#[antiphon::coroutine(yield = Ask, send = Answer)]
fn count_parts(thing: &'static str) -> usize {
    let parts = yield_from!(ask(thing));
    let mut count = 1;
    for part in parts {
        count += yield_from!(call(count_parts(part)));
    }
    println!("{thing}: {count}");
    count
}

pub(crate) fn main() {
    let mut trampoline = Trampoline::new();
    trampoline.add(count_parts("bicycle"));
    trampoline.add(count_parts("bell"));
    trampoline.run(|thing| match thing {
        "bicycle" => &["frame", "wheel", "wheel"],
        "wheel" => &["rim", "tyre"],
        _ => &[],
    });
}
