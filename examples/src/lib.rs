//! What the examples of the event loop share: how they begin and end.

pub mod resp;

use std::error::Error;
use std::future::IntoFuture;
use std::io;
use std::process::ExitCode;

use antiphon::event_loop::{self, EventLoop, RunError, TcpListener};

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
        Err(RunError::Interrupted) => Ok(INTERRUPTED.into()),
        Err(error) => Err(error.into()),
    }
}

/// What shells say of a program that ctrl-c has ended.
const INTERRUPTED: u8 = 130;

/// The same for an example that may fail: then it says why, in a line.
pub fn run_program<F>(name: &str, main: F) -> ExitCode
where
    F: IntoFuture<Output = Result<(), Box<dyn Error>>>,
{
    let failure: Box<dyn Error> = match event_loop::run_interruptible(main) {
        Ok(Ok(())) => return ExitCode::SUCCESS,
        Err(RunError::Interrupted) => return INTERRUPTED.into(),
        Ok(Err(error)) => error,
        Err(error) => error.into(),
    };
    eprintln!("{name}: {failure}");
    ExitCode::FAILURE
}

/// Listens, and says where.
///
/// # Errors
///
/// If that is not possible there, in words for who called the program.
pub async fn listen(address: &str) -> Result<TcpListener, String> {
    let refused = |error| format!("cannot listen at {address}: {error}");
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    println!("listening at {}", listener.local_addr().map_err(refused)?);
    Ok(listener)
}
