//! The parts of the event loop that threads share, with loom's locks and atomics in the place of the standard library's.
//!
//! loom runs a test under all interleavings of its threads, and all orders in which weak atomics may be seen. The files are
//! those of the crate itself; what they take for `std` is this crate.
#![no_std]
#![cfg(test)]

extern crate self as std;
extern crate std as real;

mod remote_tests;

#[allow(dead_code, reason = "the tests are of what crosses threads, and need not all of it")]
#[path = "../../../runtime/src/event_loop/remote.rs"]
mod remote;

// What the files name.

pub use real::{boxed, fmt, mem, vec};

/// loom's in the place of the standard library's.
pub mod sync {
    pub use loom::sync::{Arc, Mutex};
    pub use real::sync::{PoisonError, Weak};

    /// loom's.
    pub mod atomic {
        pub use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    }
}

/// No loop runs on any of the threads.
mod current {
    pub(crate) enum Core {}

    impl Core {
        pub(crate) fn id(&self) -> u32 {
            match *self {}
        }

        pub(crate) fn wake(&self, _: crate::entry::Entry) {
            match *self {}
        }
    }

    pub(crate) fn with<R>(_: impl FnOnce(&Core) -> R) -> Option<R> {
        None
    }
}

mod entry {
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub(crate) struct Entry(pub(crate) u32);
}

mod driver {
    /// As the loop's.
    pub(crate) trait Notify: Send + Sync {
        fn notify(&self);
    }

    /// As the loop's.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub(crate) struct Outside {
        pub(crate) jobs: usize,
        pub(crate) handles: usize,
    }
}
