//! Functions that the loop calls.

use std::boxed::Box;
use std::cell::Cell;
use std::fmt;
use std::rc::{Rc, Weak};
use std::task::Waker;
use std::time::Duration;

use super::context::{self, Values};
use super::core::{Core, nanoseconds};
use super::entry::Entry;
use super::timers::TimerKey;

/// What is called when it is its turn.
pub(crate) enum Call {
    /// With the context of whoever asked for it.
    Function(Box<dyn FnOnce()>, Values),
    /// Who waits for a timer through somebody else's waker.
    Waker(Waker),
}

/// A callback that was scheduled. Python: `asyncio.Handle`. Dropping it changes nothing.
pub struct Handle {
    core: Weak<Core>,
    call: Entry,
}

impl Handle {
    pub(crate) fn soon(core: &Rc<Core>, f: Box<dyn FnOnce()>) -> Self {
        Handle { core: Rc::downgrade(core), call: core.call_soon(f) }
    }

    /// Takes the callback back, which is dropped. `false` if it was called or taken back before.
    pub fn cancel(&self) -> bool {
        // Bound, so that the callback is dropped when nothing is borrowed.
        let call = self.core.upgrade().and_then(|core| core.take_call(self.call));
        call.is_some()
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

/// A callback that was scheduled for a time. Python: `asyncio.TimerHandle`. Dropping it changes nothing.
pub struct TimerHandle {
    handle: Handle,
    when: Duration,
    timer: Cell<Option<TimerKey>>,
}

impl TimerHandle {
    pub(crate) fn at(core: &Rc<Core>, when: Duration, f: Box<dyn FnOnce()>) -> Self {
        let call = core.keep_call(Call::Function(f, context::current()));
        let timer = core.timers().borrow_mut().insert(nanoseconds(when), call);
        TimerHandle { handle: Handle { core: Rc::downgrade(core), call }, when, timer: Cell::new(Some(timer)) }
    }

    /// When it will be called, in the loop's time.
    pub fn when(&self) -> Duration {
        self.when
    }

    /// Takes the callback back, which is dropped. `false` if it was called or taken back before. Constant time.
    pub fn cancel(&self) -> bool {
        if let (Some(core), Some(timer)) = (self.handle.core.upgrade(), self.timer.take()) {
            core.timers().borrow_mut().cancel(timer);
        }
        self.handle.cancel()
    }
}

impl fmt::Debug for TimerHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimerHandle").field("when", &self.when).finish_non_exhaustive()
    }
}

/// A callback that waits for an end: of [`JoinHandle::add_done_callback`](super::JoinHandle::add_done_callback) and
/// [`Promise::add_done_callback`](super::Promise::add_done_callback). Dropping it changes nothing.
pub struct DoneCallback {
    function: Weak<Cell<Option<Box<dyn FnOnce()>>>>,
}

impl DoneCallback {
    /// What is to be called, and what takes it back.
    pub(crate) fn new(f: impl FnOnce() + 'static) -> (Box<dyn FnOnce()>, Self) {
        // Who comes to the end has another context.
        let values = context::current();
        let f = Box::new(move || values.run(f)) as Box<dyn FnOnce()>;
        let function = Rc::new(Cell::new(Some(f)));
        let callback = DoneCallback { function: Rc::downgrade(&function) };
        let call = move || {
            if let Some(f) = function.take() {
                f();
            }
        };
        (Box::new(call), callback)
    }

    /// Takes the callback back, which is dropped. `false` if it was called or taken back before. Python: `remove_done_callback`.
    ///
    /// ```
    /// use antiphon::event_loop::{self, Promise};
    ///
    /// event_loop::run(async {
    ///     let page = Promise::new();
    ///     let callback = page.add_done_callback(|| unreachable!("it is taken back"));
    ///     assert!(callback.remove());
    ///     page.set_result("text").unwrap();
    ///     event_loop::yield_now().await;
    ///     assert!(!callback.remove());
    /// }).unwrap();
    /// ```
    #[doc(alias = "remove_done_callback")]
    pub fn remove(&self) -> bool {
        self.function.upgrade().and_then(|function| function.take()).is_some()
    }
}

impl fmt::Debug for DoneCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DoneCallback").finish_non_exhaustive()
    }
}
