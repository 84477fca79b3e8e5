//! Coroutines that are made, and never started, by mistake.
//!
//! Most that end like that do so rightly: their owner was cancelled, or they were made for a case that did not come. So only what
//! cannot be any of that is reported: one that is a future (a generator is one that nobody came to), and was dropped in the very
//! step of the event loop in which it was made, by code that went on: nothing unwound, nothing was cut meanwhile. One that was
//! given to anybody who awaits it is theirs. In debug builds; otherwise there is nothing of it.

#[cfg(all(feature = "event-loop", debug_assertions))]
pub(crate) use self::noted::Unstarted;

#[cfg(not(all(feature = "event-loop", debug_assertions)))]
pub(crate) use self::nothing::Unstarted;

#[cfg(all(feature = "event-loop", debug_assertions))]
mod noted {
    use core::any::type_name;
    use core::panic::Location;

    use crate::event_loop::StepId;

    /// Until it is started: where and when it was made, and by its type which function's it is.
    #[derive(Debug)]
    pub(crate) struct Unstarted(Option<(StepId, &'static str, &'static Location<'static>)>);

    impl Unstarted {
        #[track_caller]
        pub(crate) fn new<Y, S, B>() -> Self {
            let is_future = type_name::<(Y, S)>() == type_name::<((), ())>();
            let step = is_future.then(StepId::current).flatten();
            // A closure is not told who calls.
            let made_at = Location::caller();
            Unstarted(step.map(|step| (step, type_name::<B>(), made_at)))
        }

        /// It is started, closed, or given to somebody who does that.
        pub(crate) fn is_over(&mut self) {
            self.0 = None;
        }
    }

    impl Drop for Unstarted {
        fn drop(&mut self) {
            if let Some((step, body, made_at)) = self.0.take() {
                if StepId::current() == Some(step) && !std::thread::panicking() {
                    crate::event_loop::report_unstarted(body, made_at);
                }
            }
        }
    }
}

#[cfg(not(all(feature = "event-loop", debug_assertions)))]
mod nothing {
    #[derive(Debug)]
    pub(crate) struct Unstarted;

    impl Unstarted {
        #[inline(always)]
        #[expect(clippy::extra_unused_type_parameters, reason = "as where it is known what was made")]
        pub(crate) const fn new<Y, S, B>() -> Self {
            Unstarted
        }

        #[inline(always)]
        pub(crate) const fn is_over(&mut self) {}
    }
}
