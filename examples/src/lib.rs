//! What the examples of the event loop share: how they begin and end.

pub mod resp;

use std::future::IntoFuture;
use std::io;
use std::process::ExitCode;
use std::thread;

use antiphon::event_loop::EventLoop;

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

/// Runs the main task of an example to its end. At ctrl-c it is cancelled, and what it has to put in order is waited for; at
/// the second one, nothing is.
///
/// # Errors
///
/// If the system does not let the program listen for ctrl-c.
///
/// # Panics
///
/// If the main task does.
pub fn run<F>(event_loop: EventLoop, main: F) -> io::Result<ExitCode>
where
    F: IntoFuture<Output = (), IntoFuture: 'static>,
{
    let main = event_loop.spawn(main).named("main");
    let cancel = main.cancel_handle().expect("the loop is open");
    let interrupts = Interrupts::listen(move || cancel.cancel().is_ok())?;
    let outcome = event_loop.run_until_complete(main).map_err(io::Error::other)?;
    let interrupted = interrupts.end();
    match outcome {
        Err(error) if error.is_panic() => panic!("{error}"),
        // What shells say of a program that ctrl-c has ended.
        _ if interrupted => Ok(ExitCode::from(130)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// A thread that waits for ctrl-c.
struct Interrupts {
    #[cfg(unix)]
    handle: signal_hook::iterator::Handle,
    thread: thread::JoinHandle<bool>,
}

impl Interrupts {
    /// `tell` is called at the first one, and says whether there was somebody to tell.
    #[cfg(unix)]
    fn listen(tell: impl FnOnce() -> bool + Send + 'static) -> io::Result<Self> {
        use signal_hook::consts::{SIGINT, SIGTERM};

        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
        let handle = signals.handle();
        let thread = thread::Builder::new().name("interrupts".to_owned()).spawn(move || {
            let mut signals = signals.forever();
            let told = signals.next().is_some() && tell();
            if told && signals.next().is_some() {
                std::process::exit(130);
            }
            told
        })?;
        Ok(Interrupts { handle, thread })
    }

    /// Elsewhere ctrl-c ends the program at once.
    #[cfg(not(unix))]
    fn listen(_: impl FnOnce() -> bool + Send + 'static) -> io::Result<Self> {
        Ok(Interrupts { thread: thread::Builder::new().spawn(|| false)? })
    }

    /// Whether there was one.
    fn end(self) -> bool {
        #[cfg(unix)]
        self.handle.close();
        self.thread.join().unwrap_or(false)
    }
}
