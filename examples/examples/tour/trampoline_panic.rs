//! A panic does not reach the others.
//!
//! It ends the task that panics. The task's result is what it panicked with, as for a
//! thread.

use antiphon::trampoline::{Finished, Reply, Request, Trampoline, pass};
use std::panic;

#[antiphon::coroutine(yield = Request<'static>, send = Reply)]
fn walk(name: &'static str, hole: Option<u32>) -> &'static str {
    for step in 1..=3 {
        if hole == Some(step) {
            panic!("fell into a hole");
        }
        println!("{name}: step {step}");
        yield_from!(pass());
    }
    "arrived"
}

pub(crate) fn main() {
    let mut trampoline = Trampoline::new();
    trampoline.add(walk("Ann", None));
    trampoline.add(walk("Bob", Some(2)));

    // Keeps the usual message off standard error.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let finished = trampoline.run(|()| ());
    panic::set_hook(hook);

    for Finished { id, result } in finished {
        match result {
            Ok(end) => println!("{id:?} {end}"),
            Err(payload) => println!("{id:?} {}", payload.downcast_ref::<&str>().unwrap()),
        }
    }
}
