//! What a body waits for, to be told to whoever looks at the tasks of an event loop. Without an event loop, nothing.

#[cfg(feature = "event-loop")]
pub(crate) use crate::event_loop::{Level, awaits_in_body};

#[cfg(not(feature = "event-loop"))]
pub(crate) use self::none::{Level, awaits_in_body};

#[cfg(not(feature = "event-loop"))]
mod none {
    use core::panic::Location;

    pub(crate) struct Level;

    impl Level {
        #[inline(always)]
        pub(crate) const fn enter() -> Self {
            Level
        }

        #[inline(always)]
        pub(crate) const fn leave_coroutine<T>(self, _waits: bool) {}
    }

    #[inline(always)]
    pub(crate) fn awaits_in_body<T: ?Sized>(_at: impl FnOnce() -> Option<&'static Location<'static>>) {}
}
