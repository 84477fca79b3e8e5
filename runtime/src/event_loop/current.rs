//! Which loop runs on this thread.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::vec::Vec;

use super::core::Core;

std::thread_local! {
    static RUNNING: RefCell<Option<Rc<Core>>> = const { RefCell::new(None) };
    /// All loops of this thread: their tasks may wait for something that another one, or nobody, gives them.
    static LOOPS: RefCell<Vec<Weak<Core>>> = const { RefCell::new(Vec::new()) };
}

/// The loop that runs here, if one does. `f` must not run what users wrote, nor drop it.
#[inline]
pub(crate) fn with<R>(f: impl FnOnce(&Core) -> R) -> Option<R> {
    RUNNING.try_with(|running| Some(f(running.borrow().as_deref()?))).ok().flatten()
}

/// The loop that runs here, to be kept.
pub(crate) fn get() -> Option<Rc<Core>> {
    RUNNING.try_with(|running| running.borrow().clone()).ok().flatten()
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

/// While this is there, a loop runs on this thread.
pub(crate) struct Running(());

impl Running {
    /// `None` if one runs already.
    pub(crate) fn enter(core: &Rc<Core>) -> Option<Running> {
        RUNNING.with(|running| {
            let mut running = running.borrow_mut();
            if running.is_some() {
                return None;
            }
            *running = Some(Rc::clone(core));
            Some(Running(()))
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let core = RUNNING.try_with(|running| running.borrow_mut().take());
        // Not while it is borrowed: this may be the last owner.
        drop(core);
    }
}
