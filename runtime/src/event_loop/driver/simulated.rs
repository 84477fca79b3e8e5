//! A clock that nobody waits for.

use std::boxed::Box;
use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::{Driver, Notify, Outside, Waited};

/// Time stands still while anything runs, on any thread, and then is at the next deadline.
pub(crate) struct Simulated {
    time: Duration,
    seed: Option<u64>,
    notified: Arc<Notified>,
}

#[derive(Default)]
struct Notified {
    flag: Mutex<bool>,
    changed: Condvar,
}

impl Simulated {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Simulated { time: Duration::ZERO, seed, notified: Arc::default() }
    }
}

impl Driver for Simulated {
    fn time(&self) -> Duration {
        self.time
    }

    fn wait(&mut self, until: Option<Duration>, outside: Outside) -> io::Result<Waited> {
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
        Ok(Waited::Until)
    }

    fn notify(&self) -> Box<dyn Notify> {
        Box::new(Arc::clone(&self.notified))
    }

    fn seed(&self) -> Option<u64> {
        self.seed
    }
}

impl Notify for Arc<Notified> {
    fn notify(&self) {
        *self.flag.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_one();
    }
}
