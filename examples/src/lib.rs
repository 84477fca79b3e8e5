//! What the examples of the event loop share: how they begin and end.

pub mod resp;

use std::future::IntoFuture;
use std::io;
use std::process::ExitCode;

use antiphon::event_loop::{EventLoop, RunError};

/// A loop for an example: with the argument `--at-once` on a clock that nobody waits for, otherwise on the system's.
///
/// # Errors
///
/// If the system has no room for a loop.
pub fn event_loop() -> io::Result<EventLoop> {
    if std::env::args().any(|argument| argument == "--at-once") {
        return Ok(EventLoop::simulated());
    }
    EventLoop::new()
}

/// Runs the main future of an example to its end. At ctrl-c it is cancelled, and what it has to put in order is waited for; at the
/// second one, nothing is.
///
/// # Errors
///
/// If the system has no room for what the loop needs.
pub fn run<F: IntoFuture<Output = ()>>(event_loop: &EventLoop, main: F) -> io::Result<ExitCode> {
    match event_loop.run_interruptible(main) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        // What shells say of a program that ctrl-c has ended.
        Err(RunError::Interrupted) => Ok(ExitCode::from(130)),
        Err(error) => Err(io::Error::other(error)),
    }
}
