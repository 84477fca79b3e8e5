//! Who waits for something.

use std::task::{Context, Poll, RawWakerVTable, Waker};

use super::core::Core;
use super::entry::Entry;
use super::{current, scope};

/// Who is to be polled again when what it waits for is there.
#[derive(Debug)]
pub(crate) enum Wake {
    /// A task of a loop of this thread, which waits itself. Costs nothing to make, and a push to use.
    Entry { of: u32, entry: Entry },
    /// Anybody else: a combinator between the task and us, another executor.
    Waker(Waker),
}

/// Tells whom a [`Wake`] wakes from others who are there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum WakeId {
    Entry { of: u32, entry: Entry },
    Waker(*const (), *const RawWakerVTable),
}

impl Wake {
    pub(crate) fn id(&self) -> WakeId {
        match self {
            Wake::Entry { of, entry } => WakeId::Entry { of: *of, entry: *entry },
            Wake::Waker(waker) => WakeId::Waker(waker.data(), waker.vtable()),
        }
    }

    /// Whoever polls.
    #[inline]
    pub(crate) fn of(cx: &Context<'_>) -> Self {
        Wake::of_task(cx).unwrap_or_else(|| Wake::of_other(cx))
    }

    /// The same, if that is a task of the loop that runs here.
    #[inline]
    pub(crate) fn of_task(cx: &Context<'_>) -> Option<Self> {
        current::with(|core| core.polled_with(cx.waker()).map(|entry| Wake::Entry { of: core.id(), entry })).flatten()
    }

    /// The same, if it is none.
    #[inline]
    pub(crate) fn of_other(cx: &Context<'_>) -> Self {
        Wake::Waker(cx.waker().clone())
    }

    /// Whether it is whoever polls.
    #[inline]
    pub(crate) fn is_of(&self, cx: &Context<'_>) -> bool {
        match self {
            Wake::Entry { of, entry } => {
                current::with(|core| core.id() == *of && core.polled_with(cx.waker()) == Some(*entry)) == Some(true)
            }
            Wake::Waker(waker) => waker.will_wake(cx.waker()),
        }
    }

    /// Makes it be whoever polls now. A waker that is the same stays as it is.
    #[inline]
    pub(crate) fn update(&mut self, cx: &Context<'_>) {
        if !matches!(self, Wake::Waker(waker) if waker.will_wake(cx.waker())) {
            *self = Wake::of(cx);
        }
    }

    /// Whether both wake the same one.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Wake::Entry { of, entry }, Wake::Entry { of: other_of, entry: other }) => of == other_of && entry == other,
            (Wake::Waker(waker), Wake::Waker(other)) => waker.will_wake(other),
            _ => false,
        }
    }

    #[inline]
    pub(crate) fn wake(self) {
        match self {
            Wake::Entry { of, entry } => {
                let here = current::with(|core| {
                    let ours = core.id() == of;
                    if ours {
                        core.wake(entry);
                    }
                    ours
                });
                if here != Some(true) {
                    wake_elsewhere(of, entry);
                }
            }
            Wake::Waker(waker) => waker.wake(),
        }
    }
}

/// Whether an operation that is ready may end now. If its task has completed too many in this step, the others run before.
#[inline]
pub(crate) fn may_complete(cx: &Context<'_>) -> bool {
    // Who is not in a loop has no budget.
    current::with(Core::spend) != Some(false) || give_way(cx)
}

/// Ends an operation that is ready, if it may.
#[inline]
pub(crate) fn complete<T>(cx: &Context<'_>, value: impl FnOnce() -> T) -> Poll<T> {
    if may_complete(cx) { Poll::Ready(value()) } else { Poll::Pending }
}

#[cold]
fn give_way(cx: &Context<'_>) -> bool {
    // That is not to wait: a scope that is cancelled does not cut here.
    scope::withhold();
    let again = current::with(|core| {
        let again = core.poll_again(cx.waker());
        if !again {
            // Behind somebody else's waker may be an executor that waits within this step, and would do so for ever. A
            // combinator that is woken by its own passes that on to the task sooner or later.
            core.refill();
        }
        again
    });
    if again != Some(true) {
        cx.waker().wake_by_ref();
    }
    false
}

/// The loop does not run at the moment, or it is gone.
#[cold]
fn wake_elsewhere(of: u32, entry: Entry) {
    if let Some(core) = current::find(of) {
        core.wake(entry);
    }
}
