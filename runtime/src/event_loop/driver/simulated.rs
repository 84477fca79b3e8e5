//! A clock that nobody waits for.

use std::boxed::Box;
use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::{Driver, Notify, Outside, Readiness, Waited};
use crate::event_loop::net::Simulation;

/// Time stands still while anything runs, on any thread, and then is at the next deadline. Only if the loop has taken very many
/// turns at one time it passes while they do: somebody may ask again and again for what a timer is to bring.
pub(crate) struct Simulated {
    time: Duration,
    /// How many turns there were since the last deadline that was waited for.
    turns: u32,
    seed: Option<u64>,
    simulation: Simulation,
    notified: Arc<Notified>,
}

/// So many turns take no time. From then on each takes a microsecond, and as many microseconds more as there were again as many:
/// who asks for a timer of a second finds it after half a million, and for one of an hour after 27 million.
const STILL: u32 = 100_000;

#[derive(Default)]
struct Notified {
    flag: Mutex<bool>,
    changed: Condvar,
}

impl Simulated {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Simulated { time: Duration::ZERO, turns: 0, seed, simulation: Simulation::new(seed), notified: Arc::default() }
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
            Some(until) if until <= self.time => {
                drop(flag);
                self.go_on(outside);
            }
            // What other threads work on takes no time here, so it is waited for at this very time.
            Some(until) if outside.jobs == 0 => (self.time, self.turns) = (until, 0),
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

    fn go_on(&mut self, outside: Outside) {
        if outside.jobs > 0 {
            return;
        }
        self.turns = self.turns.saturating_add(1);
        let takes = self.turns / STILL;
        if takes > 0 {
            self.time = self.time.saturating_add(Duration::from_micros(takes.into()));
            self.simulation.advance(self.time);
        }
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
