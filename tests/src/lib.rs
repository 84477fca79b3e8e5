//! Fixtures of the integration tests.

use antiphon::prelude::*;
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

/// Runs `run` with a panic hook of its own, which is told of this thread's panics only.
pub fn with_panic_hook<T>(
    hook: impl Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync + 'static,
    run: impl FnOnce() -> T,
) -> T {
    static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let this_thread = std::thread::current().id();
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(
        move |info| {
            if std::thread::current().id() == this_thread { hook(info) } else { default(info) }
        },
    ));
    let result = run();
    drop(std::panic::take_hook());
    result
}

/// Drives a coroutine with the numbers 1, 2, 3, … and gives what it yielded and returned.
pub fn converse<R>(mut c: impl Coroutine<Yield = i64, Send = i64, Return = R> + Unpin) -> (Vec<i64>, R) {
    let mut seen = Vec::new();
    let mut state = c.start();
    for n in 1.. {
        match state {
            Yielded(value) => seen.push(value),
            Complete(value) => return (seen, value),
        }
        state = c.send(n);
    }
    unreachable!()
}
