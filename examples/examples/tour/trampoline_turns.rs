//! A trampoline runs coroutines in turn.
//!
//! This is the scheduler of PEP 342. It resumes the coroutine that has waited longest,
//! until all have returned.

use antiphon::trampoline::{Reply, Request, Trampoline, pass};

#[antiphon::coroutine(yield = Request<'static>, send = Reply)]
fn count(name: &'static str, to: u32) {
    for n in 1..=to {
        println!("{name} {n}");
        yield_from!(pass());
    }
}

pub(crate) fn main() {
    let mut trampoline = Trampoline::new();
    trampoline.add(count("red", 3));
    trampoline.add(count("green", 1));
    trampoline.add(count("blue", 2));
    trampoline.run(|()| ());
}
