//! Who waits for something.

use std::task::{Context, Waker};

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

impl Wake {
    /// Whoever polls.
    #[inline]
    pub(crate) fn of(cx: &Context<'_>) -> Self {
        match current::with(|core| core.polled_with(cx.waker()).map(|entry| (core.id(), entry))).flatten() {
            Some((of, entry)) => Wake::Entry { of, entry },
            None => Wake::Waker(cx.waker().clone()),
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
    let may = current::with(Core::spend) != Some(false) || scope::is_cancelled();
    if !may {
        cx.waker().wake_by_ref();
    }
    may
}

/// The loop does not run at the moment, or it is gone.
#[cold]
fn wake_elsewhere(of: u32, entry: Entry) {
    if let Some(core) = current::find(of) {
        core.wake(entry);
    }
}
