//! Fixtures of the integration tests.

use std::cell::RefCell;
use std::rc::Rc;

/// What happened, in order.
#[derive(Clone, Debug, Default)]
pub struct Log(Rc<RefCell<Vec<&'static str>>>);

impl Log {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that something happened.
    pub fn note(&self, what: &'static str) {
        self.0.borrow_mut().push(what);
    }

    /// A value that notes its name when it is dropped.
    pub fn guard(&self, name: &'static str) -> Guard {
        Guard { name, log: self.clone() }
    }

    /// What has happened since the last call.
    pub fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.0.borrow_mut())
    }
}

/// Notes its name in a [`Log`] when it is dropped.
#[derive(Debug)]
pub struct Guard {
    /// What is noted.
    pub name: &'static str,
    log: Log,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.log.note(self.name);
    }
}
