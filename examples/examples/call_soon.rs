//! Callbacks: functions that the loop calls, soon, later, and at a time.
//!
//! ```text
//! cargo run --example call_soon [-- --at-once]
//! ```
//!
//! After Python's `loop.call_soon`, `call_later`, `call_at` and `call_soon_threadsafe`; `time` is the loop's clock.

use std::io;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use antiphon::event_loop::{self, EventLoop, Promise};
use antiphon_examples::run;

const SECOND: Duration = Duration::from_secs(1);

/// Something to call that says when it was called: in tenths, which do not depend on how busy the machine is.
fn say(what: &'static str) -> impl FnOnce() {
    move || println!("{:.1} s: {what}", event_loop::time().as_secs_f64())
}

fn schedule(event_loop: &EventLoop, last: impl FnOnce() + 'static) {
    let now = event_loop.time();
    // Later ones are called later, in whatever order they were scheduled.
    event_loop.call_later(2 * SECOND / 5, move || {
        say("call_later(0.4)")();
        last();
    });
    event_loop.call_at(now + SECOND / 5, say("call_at(now + 0.2)"));
    let mistake = event_loop.call_later(SECOND / 10, say("this is taken back"));
    event_loop.call_soon(say("call_soon"));
    event_loop.call_soon(say("call_soon, after the first"));
    mistake.cancel();
}

fn main() -> io::Result<ExitCode> {
    let event_loop = antiphon_examples::event_loop()?;
    let done = Promise::<()>::new();
    let (last, handle) = (done.clone(), event_loop.handle());
    schedule(&event_loop, move || last.set_result(()).expect("it is set once"));
    run(&event_loop, async move {
        let thread = thread::spawn(move || handle.call_soon_threadsafe(say("call_soon_threadsafe")).is_ok());
        assert!(thread.join().expect("it does not panic"), "the loop is open");
        done.await.expect("nobody cancels it");
    })
}
