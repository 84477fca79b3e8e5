//! What ctrl-c does to what the loop runs.

use std::cell::Cell;
use std::future::{Future, IntoFuture};
#[cfg(not(unix))]
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::core::Core;
#[cfg(unix)]
use super::signal::Interrupts;
use super::{EventLoop, RunError, current};

/// Runs a program's main future on a new loop. At ctrl-c, or when the process is asked to end (`SIGTERM`), it is cancelled, and what it
/// has to put in order is waited for; at the second one nothing is.
///
/// What it means to be cancelled says [`cancellable`](super::cancellable): a future that does not ask to be told is dropped
/// where it waits. If it comes to a value all the same, that is the result. Python: `asyncio.run`.
///
/// ```no_run
/// use antiphon::event_loop::{self, RunError, cancellable};
/// use std::{process::ExitCode, time::Duration};
///
/// fn main() -> ExitCode {
///     let ran = event_loop::run_interruptible(async {
///         if cancellable(event_loop::sleep(Duration::from_secs(3600))).await.is_err() {
///             println!("putting things in order");
///         }
///     });
///     match ran {
///         Ok(()) => ExitCode::SUCCESS,
///         // What shells say of a program that ctrl-c has ended.
///         Err(RunError::Interrupted) => ExitCode::from(130),
///         Err(error) => panic!("{error}"),
///     }
/// }
/// ```
///
/// # Errors
///
/// As [`EventLoop::run_interruptible`], and if the system has no room for a loop.
pub fn run_interruptible<F: IntoFuture>(future: F) -> Result<F::Output, RunError> {
    EventLoop::new().map_err(RunError::Io)?.run_interruptible(future)
}

impl EventLoop {
    /// As [`run_until_complete`](Self::run_until_complete), but at ctrl-c, or `SIGTERM`, the future is cancelled, and at the second one
    /// dropped at once. See [`run_interruptible`].
    ///
    /// Signals are listened for while it runs, and do afterwards what they did before. Should the loop be held by a step that does not
    /// end, so that it cannot take note of the first one, the second one ends the process as if nobody listened.
    ///
    /// A simulated loop does not listen; nor does any where there are no signals of Unix: there ctrl-c ends the process.
    ///
    /// # Errors
    ///
    /// If it was interrupted before the future had a value, as [`run_until_complete`](Self::run_until_complete), and if there are
    /// too many open files.
    ///
    /// # Panics
    ///
    /// If the future does.
    pub fn run_interruptible<F: IntoFuture>(&self, future: F) -> Result<F::Output, RunError> {
        let count = Cell::new(0);
        let body = future.into_future();
        let ran = self.run_until_complete(Interruptible { body, interrupts: None, count: &count });
        match ran {
            Ok(ended) => ended,
            Err(RunError::Cancelled) if count.get() > 0 => Err(RunError::Interrupted),
            Err(error) => Err(error),
        }
    }
}

pin_project! {
    /// Looks for signals before its body. Whoever polls it is woken for both.
    struct Interruptible<'c, F> {
        #[pin]
        body: F,
        // Once it was polled; within, if there are any.
        interrupts: Option<Option<Interrupts>>,
        // How many have come.
        count: &'c Cell<usize>,
    }
}

impl<F: Future> Future for Interruptible<'_, F> {
    type Output = Result<F::Output, RunError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let interrupts = match this.interrupts {
            Some(interrupts) => interrupts,
            None => match Interrupts::listen() {
                Ok(interrupts) => this.interrupts.insert(interrupts),
                Err(error) => return Poll::Ready(Err(RunError::Io(error))),
            },
        };
        let came = interrupts.as_ref().map_or(0, |interrupts| interrupts.poll(cx));
        let before = this.count.replace(this.count.get() + came);
        if before + came > 1 {
            return Poll::Ready(Err(RunError::Interrupted));
        }
        if came > 0 {
            current::with(Core::cancel_main);
        }
        this.body.poll(cx).map(Ok)
    }
}

/// Where there are no signals nobody is told.
#[cfg(not(unix))]
struct Interrupts;

#[cfg(not(unix))]
impl Interrupts {
    const fn listen() -> io::Result<Option<Self>> {
        Ok(None)
    }

    const fn poll(&self, _: &Context<'_>) -> usize {
        0
    }
}
