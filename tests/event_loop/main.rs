//! The event loop, by situation. All on simulated time.

mod cancelling;
mod executor;
mod tasks;
mod turns;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// What happened, in order.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn add(&self, what: impl Into<String>) {
        self.0.borrow_mut().push(what.into());
    }

    #[track_caller]
    fn assert(&self, expected: &[&str]) {
        assert_eq!(*self.0.borrow(), expected);
    }

    /// Adds a line when it is dropped.
    fn guard(&self, what: &'static str) -> impl Drop + use<> {
        struct Guard(Log, &'static str);
        impl Drop for Guard {
            fn drop(&mut self) {
                self.0.add(self.1);
            }
        }
        Guard(self.clone(), what)
    }
}

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}
