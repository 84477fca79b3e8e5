//! Which loop runs on this thread.
#![expect(unsafe_code, reason = "the loop that runs is found by its address, without counting a reference")]

use std::cell::{Cell, RefCell};
use std::ptr;
use std::rc::{Rc, Weak};
use std::vec::Vec;

use super::context::{self, LoopRuns};
use super::core::Core;
use super::scope;

std::thread_local! {
    /// Invariant *who runs is there*: this is null, or the address of the core that this thread's only `Running` owns.
    static RUNNING: Cell<*const Core> = const { Cell::new(ptr::null()) };
    /// All loops of this thread: their tasks may wait for something that another one, or nobody, gives them.
    static LOOPS: RefCell<Vec<Weak<Core>>> = const { RefCell::new(Vec::new()) };
}

/// The loop that runs here, if one does. `f` must not run what users wrote, nor drop it.
#[inline]
pub(crate) fn with<R>(f: impl FnOnce(&Core) -> R) -> Option<R> {
    // SAFETY: *who runs is there*. The one who owns it is on the stack below, and stays there until `f` has returned.
    unsafe { RUNNING.get().as_ref() }.map(f)
}

/// The loop that runs here, to be kept.
pub(crate) fn get() -> Option<Rc<Core>> {
    with(Core::id).and_then(find)
}

/// The loop of this thread with that number, running or not.
pub(crate) fn find(id: u32) -> Option<Rc<Core>> {
    LOOPS.try_with(|loops| loops.borrow().iter().filter_map(Weak::upgrade).find(|core| core.id() == id)).ok().flatten()
}

pub(crate) fn register(core: &Rc<Core>) {
    LOOPS.with(|loops| {
        let mut loops = loops.borrow_mut();
        loops.retain(|core| core.strong_count() > 0);
        loops.push(Rc::downgrade(core));
    });
}

/// While this is there, a loop runs on this thread. It owns the loop, and is nowhere but on the stack.
pub(crate) struct Running {
    core: Rc<Core>,
    _outermost: scope::Outermost,
    _values: LoopRuns,
}

impl Running {
    /// `None` if one runs already.
    pub(crate) fn enter(core: &Rc<Core>) -> Option<Running> {
        if !RUNNING.get().is_null() {
            return None;
        }
        let (outermost, values) = (scope::outermost(), context::run_loop());
        let running = Running { core: Rc::clone(core), _outermost: outermost, _values: values };
        RUNNING.set(Rc::as_ptr(&running.core));
        Some(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Before its owner is gone, which may be the last one.
        RUNNING.set(ptr::null());
    }
}
