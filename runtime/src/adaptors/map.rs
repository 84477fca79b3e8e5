//! One of a coroutine's three types is another one.

use core::fmt;
use core::marker::PhantomData;
use core::pin::Pin;

use pin_project_lite::pin_project;

use crate::{CloseError, Closed, Coroutine, CoroutineState, Status, Suspension, Throw};

/// What [`map_yielded`](super::map_yielded) makes.
pub type MapYielded<C, F> = Map<C, Yielded<F>>;

/// What [`map_sent`](super::map_sent) makes.
pub type MapSent<C, F, S> = Map<C, Sent<F, S>>;

/// What [`map_returned`](super::map_returned) makes.
pub type MapReturned<C, F> = Map<C, Returned<F>>;

pin_project! {
    /// A coroutine of which a part is converted: [`MapYielded`], [`MapSent`] or [`MapReturned`].
    #[must_use = "a coroutine does nothing until it is started"]
    pub struct Map<C, X> {
        #[pin]
        coroutine: C,
        mapping: X,
    }
}

/// How a part of a `C` is converted.
pub trait Mapping<C: Coroutine>: sealed::Sealed {
    /// What it yields then.
    type Yield;
    /// What it is sent then.
    type Send;
    /// What it returns then.
    type Return;

    /// Whether `sent` does anything.
    #[doc(hidden)]
    const CONVERTS_SENT: bool = false;

    #[doc(hidden)]
    fn yielded(&mut self, value: C::Yield) -> Self::Yield;
    #[doc(hidden)]
    fn sent(&mut self, value: Self::Send) -> C::Send;
    #[doc(hidden)]
    fn returned(&mut self, value: C::Return) -> Self::Return;
}

/// What is yielded is converted.
#[expect(missing_debug_implementations, reason = "a closure has none")]
pub struct Yielded<F>(pub(super) F);

/// What is sent is converted.
#[expect(missing_debug_implementations, reason = "a closure has none")]
pub struct Sent<F, S>(F, PhantomData<fn(S)>);

/// What is returned is converted.
#[expect(missing_debug_implementations, reason = "a closure has none")]
pub struct Returned<F>(pub(super) Option<F>);

impl<F, S> Sent<F, S> {
    pub(super) fn new(map: F) -> Self {
        Sent(map, PhantomData)
    }
}

impl<C: Coroutine, F: FnMut(C::Yield) -> Y, Y> Mapping<C> for Yielded<F> {
    type Yield = Y;
    type Send = C::Send;
    type Return = C::Return;

    #[inline]
    fn yielded(&mut self, value: C::Yield) -> Y {
        (self.0)(value)
    }

    #[inline]
    fn sent(&mut self, value: C::Send) -> C::Send {
        value
    }

    #[inline]
    fn returned(&mut self, value: C::Return) -> C::Return {
        value
    }
}

impl<C: Coroutine, F: FnMut(S) -> C::Send, S> Mapping<C> for Sent<F, S> {
    type Yield = C::Yield;
    type Send = S;
    type Return = C::Return;

    const CONVERTS_SENT: bool = true;

    #[inline]
    fn yielded(&mut self, value: C::Yield) -> C::Yield {
        value
    }

    #[inline]
    fn sent(&mut self, value: S) -> C::Send {
        (self.0)(value)
    }

    #[inline]
    fn returned(&mut self, value: C::Return) -> C::Return {
        value
    }
}

impl<C: Coroutine, F: FnOnce(C::Return) -> R, R> Mapping<C> for Returned<F> {
    type Yield = C::Yield;
    type Send = C::Send;
    type Return = R;

    #[inline]
    fn yielded(&mut self, value: C::Yield) -> C::Yield {
        value
    }

    #[inline]
    fn sent(&mut self, value: C::Send) -> C::Send {
        value
    }

    #[inline]
    fn returned(&mut self, value: C::Return) -> R {
        let map = self.0.take().expect("a coroutine returns once");
        map(value)
    }
}

impl<C, X> Map<C, X> {
    pub(super) fn new(coroutine: C, mapping: X) -> Self {
        Map { coroutine, mapping }
    }
}

impl<C: Coroutine, X: Mapping<C>> Map<C, X> {
    /// Lets the coroutine do something, and converts what it did.
    #[inline]
    fn converted(
        self: Pin<&mut Self>,
        act: impl FnOnce(Pin<&mut C>, &mut X) -> Option<CoroutineState<C::Yield, C::Return>>,
    ) -> Option<CoroutineState<X::Yield, X::Return>> {
        let this = self.project();
        let state = act(this.coroutine, this.mapping)?;
        Some(convert(this.mapping, state))
    }
}

#[inline]
fn convert<C: Coroutine, X: Mapping<C>>(
    mapping: &mut X,
    state: CoroutineState<C::Yield, C::Return>,
) -> CoroutineState<X::Yield, X::Return> {
    match state {
        CoroutineState::Yielded(value) => CoroutineState::Yielded(mapping.yielded(value)),
        CoroutineState::Complete(value) => CoroutineState::Complete(mapping.returned(value)),
    }
}

impl<C: Coroutine, X: Mapping<C>> Coroutine for Map<C, X> {
    type Yield = X::Yield;
    type Send = X::Send;
    type Return = X::Return;

    #[inline]
    fn status(&self) -> Status {
        self.coroutine.status()
    }

    #[inline]
    fn resume_start(self: Pin<&mut Self>) -> Option<CoroutineState<X::Yield, X::Return>> {
        self.converted(|coroutine, _| coroutine.resume_start())
    }

    #[inline]
    fn resume_send(self: Pin<&mut Self>, value: X::Send) -> Option<CoroutineState<X::Yield, X::Return>> {
        // Nothing is converted that would not be sent.
        self.converted(|coroutine, mapping| match coroutine.status() {
            Status::Suspended => coroutine.resume_send(mapping.sent(value)),
            _ => None,
        })
    }

    #[inline]
    fn resume_next(self: Pin<&mut Self>, value: X::Send) -> Option<CoroutineState<X::Yield, X::Return>> {
        if X::CONVERTS_SENT && self.status() != Status::Suspended {
            return self.resume_start();
        }
        // In one place for both cases, so that the body within is inlined there.
        self.converted(|coroutine, mapping| coroutine.resume_next(mapping.sent(value)))
    }

    fn resume_close(self: Pin<&mut Self>) -> Result<Closed<X::Return>, CloseError<X::Yield>> {
        let this = self.project();
        match this.coroutine.resume_close() {
            Ok(closed) => Ok(closed.map(|value| this.mapping.returned(value))),
            Err(CloseError::Yielded(value)) => Err(CloseError::Yielded(this.mapping.yielded(value))),
            Err(CloseError::Running) => Err(CloseError::Running),
        }
    }

    fn suspension(self: Pin<&mut Self>, level: usize) -> Option<Suspension> {
        self.project().coroutine.suspension(level)
    }

    fn trace(self: Pin<&mut Self>, see: &mut dyn FnMut(Suspension)) {
        self.project().coroutine.trace(see);
    }
}

impl<C: Throw<E>, X: Mapping<C>, E> Throw<E> for Map<C, X> {
    #[inline]
    fn resume_throw(self: Pin<&mut Self>, error: E) -> Result<CoroutineState<X::Yield, X::Return>, E> {
        let this = self.project();
        let state = this.coroutine.resume_throw(error)?;
        Ok(convert(this.mapping, state))
    }
}

impl<C: Coroutine, X> fmt::Debug for Map<C, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Map").field("status", &self.coroutine.status()).finish_non_exhaustive()
    }
}

mod sealed {
    pub trait Sealed {}

    impl<F> Sealed for super::Yielded<F> {}
    impl<F, S> Sealed for super::Sent<F, S> {}
    impl<F> Sealed for super::Returned<F> {}
}
