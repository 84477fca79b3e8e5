//! A task can stop the run.
//!
//! The next run goes on from there.

use antiphon::trampoline::{Reply, Request, Trampoline, pass, stop};

#[antiphon::coroutine(yield = Request<'static>, send = Reply)]
fn work() {
    for day in ["Friday", "Monday"] {
        println!("work on {day}");
        yield_from!(pass());
    }
}

#[antiphon::coroutine(yield = Request<'static>, send = Reply)]
fn weekend() {
    println!("the weekend begins");
    yield_from!(stop());
    println!("the weekend is over");
}

pub(crate) fn main() {
    let mut trampoline = Trampoline::new();
    trampoline.add(work());
    trampoline.add(weekend());
    trampoline.run(|()| ());
    println!("tasks left: {}", trampoline.len());
    trampoline.run(|()| ());
    println!("tasks left: {}", trampoline.len());
}
