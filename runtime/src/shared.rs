//! Handles that share a coroutine.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::cell::RefCell;
use core::fmt;
use core::future::Future;
use core::iter::FusedIterator;
use core::pin::Pin;

use crate::error::refuse_resume;
use crate::mode::Mode;
use crate::{CloseError, Closed, Coroutine, CoroutineState, Generator, Status, Suspension, Throw};

/// One of the handles to a coroutine that several hold: `f().shared()`, and `clone` for the others. It is a coroutine too.
///
/// A handle may be in the hands of the very body that runs, or of something that its destructors reach. Whatever it asks of
/// the coroutine then is answered as misuse: the [status](Coroutine::status) is `Running`,
/// [`try_send`](Coroutine::try_send) and [`throw`](Throw::throw) give back what they were given, [`close`](Coroutine::close)
/// is an error, and what panics on misuse says so. PEP 342 has "generator already executing" for it.
///
/// ```
/// use antiphon::prelude::*;
/// use std::cell::RefCell;
/// use std::rc::Rc;
///
/// #[antiphon::coroutine(send = u32)]
/// fn collect(into: Rc<RefCell<Vec<u32>>>) {
///     loop {
///         let value = yield_!();
///         into.borrow_mut().push(value);
///     }
/// }
///
/// let seen = Rc::default();
/// let mut one = collect(Rc::clone(&seen)).shared();
/// let mut other = one.clone();
/// one.start();
/// one.send(1);
/// other.send(2);
/// assert_eq!(*seen.borrow(), [1, 2]);
/// one.close().unwrap();
/// assert_eq!(other.try_send(3).unwrap_err().into_value(), 3);
/// ```
///
/// The coroutine is dropped with the last handle. One whose body holds a handle to itself lives until it ends or is closed.
#[must_use = "a coroutine does nothing until it is started"]
pub struct Shared<C>(Rc<RefCell<C>>);

impl<C: Coroutine + Unpin> Shared<C> {
    /// The first handle to `coroutine`.
    pub fn new(coroutine: C) -> Self {
        Shared(Rc::new(RefCell::new(coroutine)))
    }

    /// `None` while the coroutine runs.
    #[inline]
    fn with<T>(&self, act: impl FnOnce(Pin<&mut C>) -> T) -> Option<T> {
        self.0.try_borrow_mut().ok().map(|mut coroutine| act(Pin::new(&mut *coroutine)))
    }
}

impl<Y, S, B: Future, M: Mode> Generator<Y, S, B, M> {
    /// Moves the coroutine to where several can hold it. See [`Shared`].
    pub fn shared(self) -> Shared<Pin<Box<Self>>> {
        Shared::new(Box::pin(self))
    }
}

impl<C> Clone for Shared<C> {
    /// Another handle to the same coroutine.
    fn clone(&self) -> Self {
        Shared(Rc::clone(&self.0))
    }
}

impl<C: Coroutine + Unpin> Coroutine for Shared<C> {
    type Yield = C::Yield;
    type Send = C::Send;
    type Return = C::Return;

    fn status(&self) -> Status {
        self.0.try_borrow().map_or(Status::Running, |coroutine| coroutine.status())
    }

    fn resume_start(self: Pin<&mut Self>) -> Option<CoroutineState<C::Yield, C::Return>> {
        self.with(|coroutine| coroutine.resume_start())?
    }

    fn resume_send(self: Pin<&mut Self>, value: C::Send) -> Option<CoroutineState<C::Yield, C::Return>> {
        self.with(|coroutine| coroutine.resume_send(value))?
    }

    fn resume_next(self: Pin<&mut Self>, value: C::Send) -> Option<CoroutineState<C::Yield, C::Return>> {
        self.with(|coroutine| coroutine.resume_next(value))?
    }

    fn resume_close(self: Pin<&mut Self>) -> Result<Closed<C::Return>, CloseError<C::Yield>> {
        self.with(|coroutine| coroutine.resume_close()).unwrap_or(Err(CloseError::Running))
    }

    fn suspension(self: Pin<&mut Self>, level: usize) -> Option<Suspension> {
        self.with(|coroutine| coroutine.suspension(level))?
    }

    fn trace(self: Pin<&mut Self>, see: &mut dyn FnMut(Suspension)) {
        self.with(|coroutine| coroutine.trace(see));
    }
}

impl<C: Throw<E> + Unpin, E> Throw<E> for Shared<C> {
    fn resume_throw(self: Pin<&mut Self>, error: E) -> Result<CoroutineState<C::Yield, C::Return>, E> {
        match self.0.try_borrow_mut() {
            Ok(mut coroutine) => Pin::new(&mut *coroutine).resume_throw(error),
            Err(_) => Err(error),
        }
    }
}

impl<C: Coroutine<Send = ()> + Unpin> Iterator for Shared<C> {
    type Item = C::Yield;

    /// # Panics
    ///
    /// If the coroutine has panicked, and while it runs.
    #[track_caller]
    fn next(&mut self) -> Option<C::Yield> {
        match Pin::new(&mut *self).resume_next(()) {
            Some(state) => state.yielded(),
            None => match self.status() {
                Status::Finished => None,
                status => refuse_resume(status),
            },
        }
    }
}

impl<C: Coroutine<Send = ()> + Unpin> FusedIterator for Shared<C> {}

impl<C: Coroutine + Unpin> fmt::Debug for Shared<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("status", &self.status()).finish_non_exhaustive()
    }
}
