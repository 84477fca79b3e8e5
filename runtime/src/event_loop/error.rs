//! What goes wrong with a loop as a whole.

use std::error::Error;
use std::fmt;
use std::io;

use super::core::Ended;

/// The loop was dropped; what it was given comes back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LoopClosed<T>(pub T);

impl<T> fmt::Display for LoopClosed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the event loop is closed")
    }
}

impl<T> fmt::Debug for LoopClosed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoopClosed")
    }
}

impl<T> Error for LoopClosed<T> {}

/// Why a run ended before what it ran.
#[derive(Debug)]
#[non_exhaustive]
pub enum RunError {
    /// A loop runs on this thread already. Await in it, or `spawn`, instead of running another.
    Running,
    /// Somebody [stopped](super::EventLoop::stop) it.
    Stopped,
    /// Somebody [cancelled](super::LoopHandle::cancel_main) it, and it was dropped where it waited.
    Cancelled,
    /// Ctrl-c, or `SIGTERM`, cancelled it, and it was dropped where it waited; or came a second time, and it was dropped at once. Only
    /// [`run_interruptible`](super::run_interruptible) listens.
    Interrupted,
    /// Nothing can ever happen: no task is ready, no timer is armed, nothing is on its way on the simulated network, and no other
    /// thread works for the loop or has a handle to it. Only a simulated loop can tell.
    Stuck,
    /// The system refused to give a descriptor, or to wait.
    Io(io::Error),
}

impl From<Ended> for RunError {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Stopped => RunError::Stopped,
            Ended::Stuck => RunError::Stuck,
            Ended::Io(error) => RunError::Io(error),
        }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Running => f.write_str(
                "an event loop runs on this thread already; await or spawn in it instead of running another",
            ),
            RunError::Stopped => f.write_str("the event loop was stopped before this was complete"),
            RunError::Cancelled => f.write_str("this was cancelled"),
            RunError::Interrupted => f.write_str("interrupted"),
            RunError::Stuck => f.write_str("nothing can ever happen on this event loop, and this is not complete"),
            RunError::Io(error) => write!(f, "the system does not let the event loop wait: {error}"),
        }
    }
}

impl Error for RunError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            RunError::Io(error) => Some(error),
            _ => None,
        }
    }
}
