//! The type that a coroutine function returns.

#![expect(unsafe_code, reason = "polls the body with an exchange of its own types; see docs/unsafe.md")]

use core::fmt;
use core::future::Future;
use core::marker::{PhantomData, PhantomPinned};
use core::mem::{self, ManuallyDrop};
use core::pin::Pin;
use core::ptr;
use core::task::{Context, Poll};

use crate::exchange::{self, Exchange, Meeting};
#[cfg(feature = "alloc")]
use crate::handle::{Handle, Port};
use crate::handle::{HandleTypes, Invariant};
use crate::mode::{Mode, Plain};
use crate::{CloseError, Closed, Coroutine, CoroutineState, Status, Suspension, Throw};

/// The coroutine that a `#[antiphon::coroutine]` function returns; Python calls it a generator.
///
/// `Y` is what it yields, `S` what it is sent, and the output of `B`, its body, what it returns. `M` says whether errors can
/// be thrown into it, and whether it observes its close. It borrows what its arguments borrow, is `Send` when its arguments
/// and the locals that live across a `yield` are, allocates nothing, and is one word larger than its body.
///
/// Nothing runs until it is pinned and [started](Coroutine::start):
///
/// * `let mut c = pin!(f());` on the stack, without allocation;
/// * `let mut c = Box::pin(f());` where it has to move, or `f().boxed()`, whose type can be written down;
/// * `for x in f()` boxes it once; `for x in pin!(f())` and `for x in &mut c` don't.
///
/// A generator that is sent `()` is an `Iterator` as `Pin<&mut Generator<…>>` and as `Pin<Box<Generator<…>>>`. It is never
/// `Unpin`.
///
/// Dropping it drops the body's locals where it stands, the youngest first.
#[must_use = "a coroutine does nothing until it is started"]
pub struct Generator<Y, S, B, M = Plain> {
    /// Pinned when the coroutine is. Invariant: it has been dropped if, and only if, the coroutine is `closed`. One that has
    /// returned or panicked has dropped what it held, and stays.
    body: ManuallyDrop<B>,
    status: Status,
    closed: bool,
    types: Invariant<Y, S>,
    mode: PhantomData<fn(M) -> M>,
}

/// What the compiler names when a coroutine is driven that is not pinned.
struct NotPinned<'a>(PhantomData<&'a ()>, PhantomPinned);

/// Never, also when the body is: what has been started is not moved. Without its lifetime the bound would be trivially
/// false, and refused.
impl<'a, Y, S, B, M> Unpin for Generator<Y, S, B, M> where NotPinned<'a>: Unpin {}

impl<Y, S, B: Future, M: Mode> Generator<Y, S, B, M> {
    /// Invariant: `body` is the one that took the handle of `types`. [`Handle::new`](crate::handle::Handle::new)
    /// is unsafe, and asks for that.
    #[inline(always)]
    pub(crate) fn new(_types: HandleTypes<Y, M::Resumed<S>>, body: B) -> Self {
        let body = ManuallyDrop::new(body);
        Generator { body, status: Status::Created, closed: false, types: PhantomData, mode: PhantomData }
    }

    /// The bare body, to be awaited in place by another body with the same types.
    #[inline(always)]
    pub(crate) fn into_body(self) -> B {
        debug_assert_eq!(self.status, Status::Created, "a coroutine that has been pinned cannot be moved");
        let this = ManuallyDrop::new(self);
        // SAFETY: it has not been pinned, hence not been closed; and nobody uses `this` afterwards.
        unsafe { ptr::read(&*this.body) }
    }

    #[inline(always)]
    fn begin(self: Pin<&mut Self>) {
        // SAFETY: the body is not touched.
        unsafe { self.get_unchecked_mut() }.status = Status::Suspended;
    }

    #[inline(always)]
    fn drive(self: Pin<&mut Self>, exchange: Exchange<Y, M::Resumed<S>>) -> CoroutineState<Y, B::Output> {
        let (body, status) = self.parts();
        let poison = PoisonOnPanic(status);
        let mut meeting = Meeting::new(exchange);
        // SAFETY: by the invariant of `new`, these are the types of the body's handle.
        match unsafe { exchange::poll(body, &mut meeting) } {
            Poll::Pending => match meeting.exchange {
                Exchange::Yielded(value) => {
                    mem::forget(poison);
                    CoroutineState::Yielded(value)
                }
                _ => exchange::foreign_await(),
            },
            Poll::Ready(value) => {
                *poison.0 = Status::Finished;
                mem::forget(poison);
                CoroutineState::Complete(value)
            }
        }
    }

    /// The pinned body, which must not have been dropped, and the status.
    #[inline(always)]
    fn parts(self: Pin<&mut Self>) -> (Pin<&mut B>, &mut Status) {
        // SAFETY: nothing is moved out of it.
        let Generator { body, status, closed, .. } = unsafe { self.get_unchecked_mut() };
        debug_assert!(!*closed, "a closed coroutine was polled");
        // SAFETY: the body is pinned with the coroutine, which is never `Unpin`, and is dropped in place.
        (unsafe { Pin::new_unchecked(&mut **body) }, status)
    }

    /// Polls on behalf of somebody who is polled; whoever does that is woken by what the body awaits. Only where it is
    /// `Created`, `Suspended`, or `Running`, which it is as long as it is pending without a yield.
    #[inline]
    pub(crate) fn poll_within(
        self: Pin<&mut Self>,
        cx: &Context<'_>,
        exchange: Exchange<Y, M::Resumed<S>>,
    ) -> (Poll<B::Output>, Exchange<Y, M::Resumed<S>>) {
        let (body, status) = self.parts();
        let was = *status;
        let poison = PoisonOnPanic(status);
        // SAFETY: the waker lives as long as this poll.
        let mut meeting = unsafe { Meeting::with_waker(exchange, cx.waker()) };
        // SAFETY: by the invariant of `new`, these are the types of the body's handle.
        let polled = unsafe { exchange::poll(body, &mut meeting) };
        *poison.0 = match (&polled, &meeting.exchange) {
            (Poll::Ready(_), _) => Status::Finished,
            (Poll::Pending, Exchange::Yielded(_)) => Status::Suspended,
            // A close has been refused.
            (Poll::Pending, Exchange::Running) => was,
            (Poll::Pending, _) => Status::Running,
        };
        mem::forget(poison);
        (polled, meeting.exchange)
    }

    /// Drops the body in place.
    pub(crate) fn end(self: Pin<&mut Self>) {
        // SAFETY: nothing is moved out of it.
        let this = unsafe { self.get_unchecked_mut() };
        // A destructor may panic.
        this.status = Status::Poisoned;
        if !mem::replace(&mut this.closed, true) {
            // SAFETY: it has not been dropped, and from now on is taken for dropped.
            unsafe { ManuallyDrop::drop(&mut this.body) };
        }
        this.status = Status::Finished;
    }

    /// Tells a suspended body that it is being closed; it need not know, but a child that it delegates to may.
    fn tell_close(self: Pin<&mut Self>) -> Result<Closed<B::Output>, CloseError<Y>> {
        let (body, status) = self.parts();
        let poison = PoisonOnPanic(status);
        let exit = M::exit::<S>();
        let sees_it = exit.is_some();
        let mut meeting = Meeting::new(exit.map_or(Exchange::Close, Exchange::Sent));
        // SAFETY: by the invariant of `new`, these are the types of the body's handle.
        let polled = unsafe { exchange::poll(body, &mut meeting) };
        let told = match (polled, meeting.exchange) {
            (Poll::Ready(value), Exchange::Failed) => Ok(Closed::Failed(value)),
            (Poll::Ready(value), _) => Ok(Closed::Returned(value)),
            (Poll::Pending, Exchange::Yielded(value)) => Err(CloseError::Yielded(value)),
            (Poll::Pending, Exchange::Running) => Err(CloseError::Running),
            (Poll::Pending, _) if sees_it => exchange::foreign_await(),
            (Poll::Pending, _) => Ok(Closed::Nothing),
        };
        mem::forget(poison);
        told
    }
}

impl<Y, S, B: Future> Generator<Y, S, B> {
    /// A coroutine with a hand-written body, which yields through the port it is made with.
    #[cfg(feature = "alloc")]
    pub(crate) fn from_port(body: impl FnOnce(Port<Y, S>) -> B) -> Self {
        // SAFETY: the port goes to one body, which is awaited by nobody but the coroutine that is made of it here.
        let (handle, types) = unsafe { Handle::new() };
        Generator::new(types, body(handle.port()))
    }
}

impl<Y, S, B, M> Drop for Generator<Y, S, B, M> {
    #[inline]
    fn drop(&mut self) {
        if !self.closed {
            // SAFETY: it has not been dropped, and is not used again.
            unsafe { ManuallyDrop::drop(&mut self.body) };
        }
    }
}

impl<Y, S, B: Future, M: Mode> Coroutine for Generator<Y, S, B, M> {
    type Yield = Y;
    type Send = S;
    type Return = B::Output;

    #[inline]
    fn status(&self) -> Status {
        self.status
    }

    #[inline]
    fn resume_start(mut self: Pin<&mut Self>) -> Option<CoroutineState<Y, B::Output>> {
        if self.status != Status::Created {
            return None;
        }
        self.as_mut().begin();
        Some(self.drive(Exchange::Empty))
    }

    #[inline]
    fn resume_send(self: Pin<&mut Self>, value: S) -> Option<CoroutineState<Y, B::Output>> {
        if self.status != Status::Suspended {
            return None;
        }
        Some(self.drive(Exchange::Sent(M::sent(value))))
    }

    /// In one place for both cases, so that the body is inlined there.
    #[inline]
    fn resume_next(mut self: Pin<&mut Self>, value: S) -> Option<CoroutineState<Y, B::Output>> {
        if !matches!(self.status, Status::Created | Status::Suspended) {
            return None;
        }
        self.as_mut().begin();
        Some(self.drive(Exchange::Sent(M::sent(value))))
    }

    fn resume_close(mut self: Pin<&mut Self>) -> Result<Closed<B::Output>, CloseError<Y>> {
        match self.status {
            Status::Created => self.end(),
            Status::Suspended => {
                let told = self.as_mut().tell_close();
                // A child that is running stays, and so does its parent.
                if !matches!(told, Err(CloseError::Running)) {
                    self.end();
                }
                return told;
            }
            Status::Running => return Err(CloseError::Running),
            Status::Finished | Status::Poisoned => {}
        }
        Ok(Closed::Nothing)
    }

    fn suspension(self: Pin<&mut Self>, level: usize) -> Option<Suspension> {
        if self.status != Status::Suspended {
            return None;
        }
        let (body, status) = self.parts();
        let poison = PoisonOnPanic(status);
        let mut meeting = Meeting::new(Exchange::<Y, M::Resumed<S>>::Ask(level));
        // SAFETY: by the invariant of `new`, these are the types of the body's handle.
        let polled = unsafe { exchange::poll(body, &mut meeting) };
        debug_assert!(polled.is_pending(), "a body that was only asked went on");
        mem::forget(poison);
        match meeting.exchange {
            Exchange::Here(at) => Some(at.within::<B>()),
            _ => None,
        }
    }
}

impl<Y, S, B: Future, M: Mode<Error = E>, E> Throw<E> for Generator<Y, S, B, M> {
    #[inline]
    fn resume_throw(self: Pin<&mut Self>, error: E) -> Result<CoroutineState<Y, B::Output>, E> {
        match self.status {
            Status::Created => self.end(),
            Status::Suspended => return Ok(self.drive(Exchange::Sent(M::thrown(error)))),
            Status::Running | Status::Finished | Status::Poisoned => {}
        }
        Err(error)
    }
}

impl<Y, S, B, M> fmt::Debug for Generator<Y, S, B, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generator").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Marks the coroutine when its body unwinds. A flag set before each poll would cost every resume a store.
struct PoisonOnPanic<'a>(&'a mut Status);

impl Drop for PoisonOnPanic<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        *self.0 = Status::Poisoned;
    }
}
