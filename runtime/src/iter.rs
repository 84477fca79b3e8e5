//! A coroutine that is sent `()` is an iterator over what it yields.
//!
//! Its return value is ignored, as Python's `for` ignores it; [`Coroutine::resume`](crate::Coroutine::resume) keeps it.

use core::future::Future;
use core::iter::FusedIterator;
use core::pin::Pin;

use crate::error::refuse_resume;
use crate::mode::Mode;
use crate::{Coroutine, CoroutineState, Generator, Status};

#[inline(always)]
#[track_caller]
fn next<Y, B: Future, M: Mode>(mut coroutine: Pin<&mut Generator<Y, (), B, M>>) -> Option<Y> {
    match coroutine.as_mut().resume_next(()) {
        Some(CoroutineState::Yielded(value)) => Some(value),
        Some(CoroutineState::Complete(_)) => None,
        None => after_the_end(coroutine.status()),
    }
}

/// Nothing, again and again; but a coroutine that panicked has not come to its end.
#[cold]
#[inline(never)]
#[track_caller]
fn after_the_end<Y>(status: Status) -> Option<Y> {
    match status {
        Status::Finished => None,
        status => refuse_resume(status),
    }
}

impl<Y, B: Future, M: Mode> Iterator for Pin<&mut Generator<Y, (), B, M>> {
    type Item = Y;

    #[inline(always)]
    fn next(&mut self) -> Option<Y> {
        next(self.as_mut())
    }
}

impl<Y, B: Future, M: Mode> FusedIterator for Pin<&mut Generator<Y, (), B, M>> {}

#[cfg(feature = "alloc")]
mod boxed {
    use alloc::boxed::Box;

    use super::*;

    impl<Y, B: Future, M: Mode> Iterator for Pin<Box<Generator<Y, (), B, M>>> {
        type Item = Y;

        #[inline]
        fn next(&mut self) -> Option<Y> {
            next(self.as_mut())
        }
    }

    impl<Y, B: Future, M: Mode> FusedIterator for Pin<Box<Generator<Y, (), B, M>>> {}

    /// Boxes the coroutine: one allocation.
    impl<Y, B: Future, M: Mode> IntoIterator for Generator<Y, (), B, M> {
        type Item = Y;
        type IntoIter = Pin<Box<Self>>;

        #[inline]
        fn into_iter(self) -> Self::IntoIter {
            Box::pin(self)
        }
    }
}
