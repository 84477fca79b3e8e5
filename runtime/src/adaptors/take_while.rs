//! A coroutine that ends before the one within it does.

use core::fmt;
use core::pin::Pin;

use pin_project_lite::pin_project;

use crate::{CloseError, Closed, Coroutine, CoroutineState, Status, Suspension, Throw};

pin_project! {
    /// What [`take_while`](super::take_while) makes.
    #[must_use = "a coroutine does nothing until it is started"]
    pub struct TakeWhile<C, P> {
        // `None` once it has yielded what is not wanted.
        #[pin]
        coroutine: Option<C>,
        wanted: P,
    }
}

/// What it does: where it returns, what the coroutine within did last.
type State<C> =
    CoroutineState<<C as Coroutine>::Yield, CoroutineState<<C as Coroutine>::Yield, <C as Coroutine>::Return>>;

impl<C: Coroutine, P: FnMut(&C::Yield) -> bool> TakeWhile<C, P> {
    pub(super) fn new(coroutine: C, wanted: P) -> Self {
        TakeWhile { coroutine: Some(coroutine), wanted }
    }

    #[inline]
    fn judge(self: Pin<&mut Self>, state: CoroutineState<C::Yield, C::Return>) -> State<C> {
        let mut this = self.project();
        match state {
            CoroutineState::Yielded(value) if (this.wanted)(&value) => CoroutineState::Yielded(value),
            CoroutineState::Yielded(value) => {
                this.coroutine.set(None);
                CoroutineState::Complete(CoroutineState::Yielded(value))
            }
            complete @ CoroutineState::Complete(_) => CoroutineState::Complete(complete),
        }
    }
}

impl<C: Coroutine, P: FnMut(&C::Yield) -> bool> Coroutine for TakeWhile<C, P> {
    type Yield = C::Yield;
    type Send = C::Send;
    type Return = CoroutineState<C::Yield, C::Return>;

    #[inline]
    fn status(&self) -> Status {
        self.coroutine.as_ref().map_or(Status::Finished, Coroutine::status)
    }

    #[inline]
    fn resume_start(mut self: Pin<&mut Self>) -> Option<State<C>> {
        let state = self.as_mut().project().coroutine.as_pin_mut()?.resume_start()?;
        Some(self.judge(state))
    }

    #[inline]
    fn resume_send(mut self: Pin<&mut Self>, value: C::Send) -> Option<State<C>> {
        let state = self.as_mut().project().coroutine.as_pin_mut()?.resume_send(value)?;
        Some(self.judge(state))
    }

    #[inline]
    fn resume_next(mut self: Pin<&mut Self>, value: C::Send) -> Option<State<C>> {
        let state = self.as_mut().project().coroutine.as_pin_mut()?.resume_next(value)?;
        Some(self.judge(state))
    }

    fn resume_close(self: Pin<&mut Self>) -> Result<Closed<Self::Return>, CloseError<C::Yield>> {
        match self.project().coroutine.as_pin_mut() {
            Some(coroutine) => Ok(coroutine.resume_close()?.map(CoroutineState::Complete)),
            None => Ok(Closed::Nothing),
        }
    }

    fn suspension(self: Pin<&mut Self>, level: usize) -> Option<Suspension> {
        self.project().coroutine.as_pin_mut()?.suspension(level)
    }

    fn trace(self: Pin<&mut Self>, see: &mut dyn FnMut(Suspension)) {
        if let Some(coroutine) = self.project().coroutine.as_pin_mut() {
            coroutine.trace(see);
        }
    }
}

impl<C: Throw<E>, P: FnMut(&C::Yield) -> bool, E> Throw<E> for TakeWhile<C, P> {
    #[inline]
    fn resume_throw(mut self: Pin<&mut Self>, error: E) -> Result<State<C>, E> {
        match self.as_mut().project().coroutine.as_pin_mut() {
            Some(coroutine) => {
                let state = coroutine.resume_throw(error)?;
                Ok(self.judge(state))
            }
            None => Err(error),
        }
    }
}

impl<C: Coroutine, P: FnMut(&C::Yield) -> bool> fmt::Debug for TakeWhile<C, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TakeWhile").field("status", &self.status()).finish_non_exhaustive()
    }
}
