//! What a loop waits on: the clock and the notifications from other threads.

mod os;
mod simulated;

use std::boxed::Box;
use std::io;
use std::time::Duration;

use super::net::Simulation;

pub(crate) use self::os::Os;
pub(crate) use self::simulated::Simulated;

/// A clock, and the only place where a loop waits.
pub(crate) trait Driver {
    /// Since the driver was made. It never goes back.
    fn time(&self) -> Duration;

    /// Waits until something happens: somebody notifies, a source is ready, or it is `until`. That may be for nothing.
    fn wait(&mut self, until: Option<Duration>, outside: Outside) -> io::Result<Waited>;

    /// A turn begins without a wait, since somebody is ready, and there are timers.
    fn go_on(&mut self, outside: Outside) {
        let _ = outside;
    }

    /// Which sources became ready in the last wait. Each is told once, also if it was known; some are told late.
    fn ready(&mut self, tell: &mut dyn FnMut(Readiness));

    /// Has the system tell when a source becomes ready, by that token.
    fn register(&mut self, source: &mut dyn mio::event::Source, token: mio::Token) -> io::Result<()>;

    /// Has it tell anew of what the source is ready for now, whether it told of that before or not.
    #[cfg(unix)]
    fn reregister(&mut self, source: &mut dyn mio::event::Source, token: mio::Token) -> io::Result<()>;

    /// The system need not tell any more.
    fn deregister(&mut self, source: &mut dyn mio::event::Source) -> io::Result<()>;

    /// A descriptor that is readable when something has happened.
    #[cfg(unix)]
    fn poll_fd(&self) -> io::Result<std::os::fd::OwnedFd> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "a simulated event loop waits for nothing of the system's"))
    }

    /// The network that is there instead of the system's.
    fn simulation(&self) -> Option<Simulation> {
        None
    }

    /// How others end a wait: the one that is, or the next.
    fn notify(&self) -> Box<dyn Notify>;

    /// The seed of the order in which tasks that are ready run; without one it is first come, first served.
    fn seed(&self) -> Option<u64> {
        None
    }
}

/// Ends a wait from another thread.
pub(crate) trait Notify: Send + Sync {
    fn notify(&self);
}

/// Who may still tell the loop something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Outside {
    /// Work on other threads, which ends by itself.
    pub(crate) jobs: usize,
    /// Handles, whose owners may use them or not.
    pub(crate) handles: usize,
}

/// A source is ready.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Readiness {
    pub(crate) token: mio::Token,
    pub(crate) readable: bool,
    pub(crate) writable: bool,
    /// The system told of what no further edge will tell of: the end, an error, or that bytes are urgent.
    pub(crate) odd: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Waited {
    Until,
    /// Nothing will ever happen: there is no deadline, and nobody who could notify.
    Stuck,
}
