//! The real clock, and the system's readiness.

use std::boxed::Box;
use std::io;
use std::time::{Duration, Instant};

use super::{Driver, Notify, Outside, Readiness, Waited};

const NOTIFIED: mio::Token = mio::Token(usize::MAX);

pub(crate) struct Os {
    made: Instant,
    poll: mio::Poll,
    events: mio::Events,
    waker: std::sync::Arc<mio::Waker>,
}

impl Os {
    pub(crate) fn new() -> io::Result<Self> {
        let poll = mio::Poll::new()?;
        let waker = std::sync::Arc::new(mio::Waker::new(poll.registry(), NOTIFIED)?);
        // With thousands of connections, to be told of all that are ready at once is a fiftieth quicker than of a turn's.
        let events = mio::Events::with_capacity(1024);
        Ok(Os { made: Instant::now(), poll, events, waker })
    }
}

impl Driver for Os {
    #[inline]
    fn time(&self) -> Duration {
        self.made.elapsed()
    }

    fn wait(&mut self, until: Option<Duration>, _: Outside) -> io::Result<Waited> {
        // The system counts in milliseconds, and mio rounds up: no timer is early.
        let timeout = until.map(|until| until.saturating_sub(self.time()));
        match self.poll.poll(&mut self.events, timeout) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
            Err(_) => {
                // What was told before is not told again.
                self.events.clear();
                Ok(Waited::Until)
            }
            Ok(()) => Ok(Waited::Until),
        }
    }

    fn ready(&mut self, tell: &mut dyn FnMut(Readiness)) {
        for event in self.events.iter().filter(|event| event.token() != NOTIFIED) {
            // Who waits is to find the error, or the end, by trying.
            let over = event.is_error();
            let ended = event.is_read_closed() || event.is_write_closed();
            tell(Readiness {
                token: event.token(),
                readable: over || event.is_readable() || event.is_read_closed(),
                writable: over || event.is_writable() || event.is_write_closed(),
                odd: over || ended || event.is_priority(),
            });
        }
    }

    fn register(&mut self, source: &mut dyn mio::event::Source, token: mio::Token) -> io::Result<()> {
        self.poll.registry().register(source, token, interest())
    }

    #[cfg(unix)]
    fn reregister(&mut self, source: &mut dyn mio::event::Source, token: mio::Token) -> io::Result<()> {
        self.poll.registry().reregister(source, token, interest())
    }

    fn deregister(&mut self, source: &mut dyn mio::event::Source) -> io::Result<()> {
        self.poll.registry().deregister(source)
    }

    #[cfg(unix)]
    fn poll_fd(&self) -> io::Result<std::os::fd::OwnedFd> {
        std::os::fd::AsFd::as_fd(self.poll.registry()).try_clone_to_owned()
    }

    fn notify(&self) -> Box<dyn Notify> {
        Box::new(std::sync::Arc::clone(&self.waker))
    }
}

/// Both directions. And where it is told, that there are urgent bytes, at which a read stops short.
fn interest() -> mio::Interest {
    let both = mio::Interest::READABLE | mio::Interest::WRITABLE;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let both = both | mio::Interest::PRIORITY;
    both
}

impl Notify for std::sync::Arc<mio::Waker> {
    fn notify(&self) {
        // It fails only when the loop's descriptor is closed, and then nobody waits.
        let _ = self.wake();
    }
}
