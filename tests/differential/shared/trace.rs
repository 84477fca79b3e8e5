//! What happens, in order; and a panic in the middle of it, if one was asked for.

use std::cell::{Cell, RefCell};
use std::fmt::{self, Debug};
use std::panic;
use std::rc::Rc;

/// What happened to one body.
#[derive(Clone, Default)]
pub(crate) struct Trace(Rc<Inner>);

#[derive(Default)]
struct Inner {
    events: RefCell<Vec<String>>,
    /// Counts down to the event that panics. Only the body's events count, not the driver's.
    fuse: Cell<Option<usize>>,
    /// How many events of the body there have been.
    count: Cell<usize>,
    /// How many events there were when that which was planned came to pass.
    mark: Cell<Option<usize>>,
}

/// What the panics carry that are made to happen.
pub(crate) struct Fault;

impl Trace {
    /// Something that the body does. It panics if it is the one that was chosen.
    pub(crate) fn note(&self, what: impl Into<String>) {
        self.tell(what);
        self.0.count.set(self.0.count.get() + 1);
        match self.0.fuse.get() {
            // A second panic would abort.
            Some(1) if !std::thread::panicking() => {
                self.0.fuse.set(None);
                self.mark();
                // Without the hook, which would print it.
                panic::resume_unwind(Box::new(Fault));
            }
            Some(left) if left > 1 => self.0.fuse.set(Some(left - 1)),
            _ => {}
        }
    }

    /// Something that the driver does.
    pub(crate) fn tell(&self, what: impl Into<String>) {
        self.0.events.borrow_mut().push(what.into());
    }

    /// Makes the body's next event number `n` panic; the next one is number 1.
    pub(crate) fn light(&self, n: usize) {
        self.0.fuse.set(Some(n));
    }

    /// Runs the driver's own code, in which nothing panics.
    pub(crate) fn outside<T>(&self, run: impl FnOnce() -> T) -> T {
        let (fuse, count) = (self.0.fuse.take(), self.0.count.get());
        let result = run();
        self.0.fuse.set(fuse);
        self.0.count.set(count);
        result
    }

    /// What was planned first has come to pass.
    pub(crate) fn mark(&self) {
        let now = self.0.events.borrow().len();
        self.0.mark.set(self.0.mark.get().or(Some(now)));
    }

    pub(crate) fn count(&self) -> usize {
        self.0.count.get()
    }

    /// What happened up to the mark, and after it.
    pub(crate) fn split(&self) -> (Vec<String>, Vec<String>) {
        let mut before = self.0.events.take();
        let after = before.split_off(self.0.mark.get().unwrap_or(before.len()));
        (before, after)
    }
}

// What bodies are made of.
impl Trace {
    /// A value that notes when it is made and when it is dropped.
    pub(crate) fn guard(&self, name: &'static str) -> Guard {
        self.note(format!("+{name}"));
        self.silent(name)
    }

    /// A value that only notes when it is dropped.
    pub(crate) fn silent(&self, name: &'static str) -> Guard {
        Guard { name, trace: self.clone() }
    }

    /// Notes a value on its way.
    pub(crate) fn see<T: Debug>(&self, value: T) -> T {
        self.note(format!("{value:?}"));
        value
    }
}

/// Notes its name when it is dropped.
pub(crate) struct Guard {
    pub(crate) name: &'static str,
    trace: Trace,
}

impl Guard {
    /// Borrows the guard, so that it has to live as long as the statement.
    pub(crate) fn number(&self) -> u32 {
        self.name.len() as u32
    }

    /// Notes that it has come to a number.
    pub(crate) fn see(&self, number: u32) {
        self.trace.note(format!("{} sees {number}", self.name));
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    pub(crate) fn borrow(&self) -> Option<&str> {
        Some(self.name)
    }

    /// Consumes the guard half-way through an evaluation.
    pub(crate) fn with(self, number: u32) -> u32 {
        self.see(number);
        number
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.trace.note(format!("-{}", self.name));
    }
}

impl Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
