//! Events.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::rc::Rc;

use super::waiters::Waiters;
use crate::event_loop::debug::waits_fn;
use crate::event_loop::wake;

/// Something that happens, and that any number of tasks wait for. A clone is the same event. Python: `asyncio.Event`.
///
/// ```
/// use antiphon::event_loop::{self, Event, spawn};
///
/// event_loop::run(async {
///     let opened = Event::new();
///     let queue = [1, 2].map(|n| {
///         let opened = opened.clone();
///         spawn(async move {
///             opened.wait().await;
///             n
///         })
///     });
///     opened.set();
///     for (visitor, n) in queue.into_iter().zip(1..) {
///         assert_eq!(visitor.await.unwrap(), n);
///     }
/// }).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct Event {
    shared: Rc<Shared>,
}

struct Shared {
    set: Cell<bool>,
    waiters: Waiters,
}

impl Default for Shared {
    fn default() -> Self {
        Shared { set: Cell::new(false), waiters: Waiters::new() }
    }
}

impl Event {
    /// An event that has not happened.
    pub fn new() -> Self {
        Self::default()
    }

    /// It has happened: all who wait go on, in the order of coming, and nobody has to wait until it is [cleared](Self::clear).
    pub fn set(&self) {
        self.shared.set.set(true);
        self.shared.waiters.choose_all(0);
    }

    /// It has not happened: who wants it waits for the next time. Those who waited when it was set go on all the same.
    ///
    /// ```
    /// let event = antiphon::event_loop::Event::new();
    /// event.set();
    /// event.clear();
    /// assert!(!event.is_set());
    /// ```
    pub fn clear(&self) {
        self.shared.set.set(false);
    }

    /// Whether it has happened.
    pub fn is_set(&self) -> bool {
        self.shared.set.get()
    }

    /// Waits until it has happened.
    ///
    /// # Cancellation
    ///
    /// Changes nothing for others.
    pub fn wait(&self) -> impl Future<Output = ()> {
        let mut waiting = self.shared.waiters.wait();
        waits_fn(
            || "Event::wait",
            move |cx| {
                if !waiting.has_begun() && self.is_set() {
                    return wake::complete(cx, || ());
                }
                waiting.poll(cx).map(|_| ())
            },
        )
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.shared.waiters.len();
        f.debug_struct("Event").field("set", &self.is_set()).field("waiting", &waiting).finish()
    }
}
