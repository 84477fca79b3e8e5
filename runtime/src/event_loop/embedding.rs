//! A loop within somebody else's.

use std::io;
#[cfg(unix)]
use std::os::fd::OwnedFd;
use std::time::Duration;

use super::EventLoop;
use super::core::Core;

/// # Embedding
///
/// A program that has a loop already, as that of a window toolkit, takes [turns](EventLoop::turn) in it. It waits in its own way:
/// until `poll_fd` is readable, and for at most `idle_time`. Then it takes a turn that does not wait.
///
/// ```
/// # #[cfg(unix)] {
/// use antiphon::event_loop::{EventLoop, run_in_executor, sleep};
/// use std::{os::fd::AsRawFd, time::Duration};
///
/// let event_loop = EventLoop::new().unwrap();
/// let mut task = event_loop.spawn(async {
///     sleep(Duration::from_millis(1)).await;
///     run_in_executor(|| 7).await.unwrap()
/// });
///
/// // Somebody else's loop, which has descriptors and timers of its own.
/// let mut theirs = mio::Poll::new().unwrap();
/// let ours = event_loop.poll_fd().unwrap();
/// let readable = mio::Interest::READABLE;
/// theirs.registry().register(&mut mio::unix::SourceFd(&ours.as_raw_fd()), mio::Token(0), readable).unwrap();
/// let mut events = mio::Events::with_capacity(8);
/// while !task.is_finished() {
///     theirs.poll(&mut events, event_loop.idle_time()).unwrap();
///     event_loop.turn(Duration::ZERO).unwrap();
/// }
/// assert_eq!(task.try_join().unwrap().unwrap(), 7);
/// # }
/// ```
impl EventLoop {
    /// How long there is nothing to do in a turn, if nothing comes from outside: none if somebody is ready, and `None` if it is for
    /// ever. It may be less than until the next timer is due.
    ///
    /// ```
    /// use antiphon::event_loop::{EventLoop, sleep};
    /// use std::time::Duration;
    ///
    /// let event_loop = EventLoop::simulated();
    /// assert_eq!(event_loop.idle_time(), None);
    /// let _task = event_loop.spawn(sleep(Duration::from_secs(1)));
    /// assert_eq!(event_loop.idle_time(), Some(Duration::ZERO));
    /// event_loop.turn(Duration::ZERO).unwrap();
    /// assert_eq!(event_loop.idle_time(), Some(Duration::from_secs(1)));
    /// ```
    pub fn idle_time(&self) -> Option<Duration> {
        Core::idle_time(&self.core)
    }

    /// A descriptor that is readable when something has come from outside: for a socket, or from another thread. It is for waiting
    /// only; a [turn](Self::turn) takes note of what has come. In a poller that tells of edges, take turns with no limit until
    /// [`idle_time`](Self::idle_time) is not zero.
    ///
    /// # Errors
    ///
    /// If there are too many open files. A simulated loop has none: it never waits for anything that is outside.
    #[cfg(unix)]
    pub fn poll_fd(&self) -> io::Result<OwnedFd> {
        self.core.driver().borrow().poll_fd()
    }
}
