//! Two coroutines in step.

use core::fmt;
use core::pin::Pin;

use pin_project_lite::pin_project;

use crate::{CloseError, Closed, Coroutine, CoroutineState, Status, Suspension};

pin_project! {
    /// What [`zip`](super::zip) makes.
    #[must_use = "a coroutine does nothing until it is started"]
    pub struct Zip<A, B> {
        // `None` once one of them has returned.
        #[pin]
        pair: Option<Pair<A, B>>,
    }
}

pin_project! {
    struct Pair<A, B> {
        #[pin]
        first: A,
        #[pin]
        second: B,
    }
}

/// What a coroutine did in a step.
type State<C> = CoroutineState<<C as Coroutine>::Yield, <C as Coroutine>::Return>;

/// What both did.
type Both<A, B> = (State<A>, State<B>);

impl<A: Coroutine, B: Coroutine> Pair<A, B> {
    /// That of both; or else the one because of which they cannot be resumed, if there is one.
    fn status(&self) -> Status {
        let statuses = [self.first.status(), self.second.status()];
        if statuses[0] == statuses[1] {
            return statuses[0];
        }
        [Status::Running, Status::Poisoned, Status::Finished]
            .into_iter()
            .find(|status| statuses.contains(status))
            .unwrap_or(Status::Created)
    }
}

impl<A: Coroutine, B: Coroutine> Zip<A, B> {
    pub(super) fn new(first: A, second: B) -> Self {
        Zip { pair: Some(Pair { first, second }) }
    }

    /// Lets each make its step.
    #[inline]
    fn step(
        self: Pin<&mut Self>,
        first: impl FnOnce(Pin<&mut A>) -> Option<State<A>>,
        second: impl FnOnce(Pin<&mut B>) -> Option<State<B>>,
    ) -> Option<CoroutineState<(A::Yield, B::Yield), Both<A, B>>> {
        let mut this = self.project();
        let pair = this.pair.as_mut().as_pin_mut()?.project();
        match (first(pair.first)?, second(pair.second)?) {
            (CoroutineState::Yielded(first), CoroutineState::Yielded(second)) => {
                Some(CoroutineState::Yielded((first, second)))
            }
            both => {
                this.pair.set(None);
                Some(CoroutineState::Complete(both))
            }
        }
    }

    /// Whether both are in that status.
    #[inline]
    fn are(&self, status: Status) -> bool {
        self.pair.as_ref().is_some_and(|pair| pair.first.status() == status && pair.second.status() == status)
    }
}

impl<A: Coroutine, B: Coroutine> Coroutine for Zip<A, B> {
    type Yield = (A::Yield, B::Yield);
    type Send = (A::Send, B::Send);
    type Return = Both<A, B>;

    fn status(&self) -> Status {
        self.pair.as_ref().map_or(Status::Finished, Pair::status)
    }

    #[inline]
    fn resume_start(self: Pin<&mut Self>) -> Option<CoroutineState<Self::Yield, Self::Return>> {
        if !self.are(Status::Created) {
            return None;
        }
        self.step(|first| first.resume_start(), |second| second.resume_start())
    }

    #[inline]
    fn resume_send(self: Pin<&mut Self>, value: Self::Send) -> Option<CoroutineState<Self::Yield, Self::Return>> {
        if !self.are(Status::Suspended) {
            return None;
        }
        self.step(|first| first.resume_send(value.0), |second| second.resume_send(value.1))
    }

    fn resume_close(self: Pin<&mut Self>) -> Result<Closed<Self::Return>, CloseError<Self::Yield>> {
        let mut this = self.project();
        let Some(pair) = this.pair.as_mut().as_pin_mut() else { return Ok(Closed::Nothing) };
        let pair = pair.project();
        let first = Made::of(pair.first.resume_close())?;
        let second = Made::of(pair.second.resume_close())?;
        this.pair.set(None);
        let (Some(first), Some(second)) = (first, second) else { return Ok(Closed::Nothing) };
        match (first.state, second.state) {
            (CoroutineState::Yielded(first), CoroutineState::Yielded(second)) => {
                Err(CloseError::Yielded((first, second)))
            }
            both if first.failed || second.failed => Ok(Closed::Failed(both)),
            both => Ok(Closed::Returned(both)),
        }
    }

    /// Those of the first, and then those of the second.
    fn suspension(self: Pin<&mut Self>, level: usize) -> Option<Suspension> {
        let mut rest = level;
        let mut found = None;
        self.trace(&mut |at| match rest.checked_sub(1) {
            Some(fewer) => rest = fewer,
            None => {
                found.get_or_insert(at);
            }
        });
        found
    }

    fn trace(self: Pin<&mut Self>, see: &mut dyn FnMut(Suspension)) {
        if let Some(pair) = self.project().pair.as_pin_mut() {
            let pair = pair.project();
            pair.first.trace(see);
            pair.second.trace(see);
        }
    }
}

/// What one made of its close, if it observes that.
struct Made<Y, R> {
    state: CoroutineState<Y, R>,
    failed: bool,
}

impl<Y, R> Made<Y, R> {
    /// # Errors
    ///
    /// If it is running, and goes on.
    fn of<P>(closed: Result<Closed<R>, CloseError<Y>>) -> Result<Option<Self>, CloseError<P>> {
        let (state, failed) = match closed {
            Ok(Closed::Nothing) => return Ok(None),
            Ok(Closed::Returned(value)) => (CoroutineState::Complete(value), false),
            Ok(Closed::Failed(value)) => (CoroutineState::Complete(value), true),
            Err(CloseError::Yielded(value)) => (CoroutineState::Yielded(value), false),
            Err(CloseError::Running) => return Err(CloseError::Running),
        };
        Ok(Some(Made { state, failed }))
    }
}

impl<A: Coroutine, B: Coroutine> fmt::Debug for Zip<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zip").field("status", &self.status()).finish_non_exhaustive()
    }
}
