//! A clock that nobody waits for.

use std::boxed::Box;
use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::{Driver, Notify, Outside, Readiness, Waited};
use crate::event_loop::net::Simulation;

/// Time stands still while anything runs, on any thread, and then is at the next deadline.
pub(crate) struct Simulated {
    time: Duration,
    seed: Option<u64>,
    simulation: Simulation,
    notified: Arc<Notified>,
}

#[derive(Default)]
struct Notified {
    flag: Mutex<bool>,
    changed: Condvar,
}

impl Simulated {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Simulated { time: Duration::ZERO, seed, simulation: Simulation::new(seed), notified: Arc::default() }
    }
}

impl Driver for Simulated {
    fn time(&self) -> Duration {
        self.time
    }

    fn wait(&mut self, until: Option<Duration>, outside: Outside) -> io::Result<Waited> {
        // The network is one more who waits for a time.
        let until = [until, self.simulation.next()].into_iter().flatten().min();
        let mut flag = self.notified.flag.lock().unwrap_or_else(PoisonError::into_inner);
        let told = std::mem::take(&mut *flag);
        match until {
            _ if told => {}
            // What other threads work on takes no time here, so it is waited for at this very time.
            Some(until) if outside.jobs == 0 || until <= self.time => self.time = self.time.max(until),
            None if outside == (Outside { jobs: 0, handles: 0 }) => return Ok(Waited::Stuck),
            _ => {
                while !std::mem::take(&mut *flag) {
                    flag = self.notified.changed.wait(flag).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
        self.simulation.advance(self.time);
        Ok(Waited::Until)
    }

    fn ready(&mut self, tell: &mut dyn FnMut(Readiness)) {
        self.simulation.take_told().into_iter().for_each(tell);
    }

    fn register(&mut self, _: &mut dyn mio::event::Source, _: mio::Token) -> io::Result<()> {
        Err(absent())
    }

    #[cfg(unix)]
    fn reregister(&mut self, _: &mut dyn mio::event::Source, _: mio::Token) -> io::Result<()> {
        Err(absent())
    }

    fn deregister(&mut self, _: &mut dyn mio::event::Source) -> io::Result<()> {
        Ok(())
    }

    fn simulation(&self) -> Option<Simulation> {
        Some(self.simulation.clone())
    }

    fn notify(&self) -> Box<dyn Notify> {
        Box::new(Arc::clone(&self.notified))
    }

    fn seed(&self) -> Option<u64> {
        self.seed
    }
}

fn absent() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "a simulated event loop has no sockets of the system")
}

impl Notify for Arc<Notified> {
    fn notify(&self) {
        *self.flag.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_one();
    }
}
