//! Which step is which, in debug builds.

use crate::event_loop::current;

/// A part of a step in which nobody was cut, of a loop of this thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct StepId {
    of: u32,
    number: u64,
}

impl StepId {
    /// The one that runs.
    pub(crate) fn current() -> Option<Self> {
        current::with(|core| core.current().map(|_| StepId { of: core.id(), number: core.debug().steps.get() }))
            .flatten()
    }
}
