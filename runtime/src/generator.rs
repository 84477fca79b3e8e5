//! The type that a coroutine function returns.

#![expect(unsafe_code, reason = "polls the body with an exchange of its own types; see docs/unsafe.md")]

use core::fmt;
use core::future::Future;
use core::marker::{PhantomData, PhantomPinned};
use core::mem;
use core::pin::Pin;
use core::task::Poll;

use crate::exchange::{self, Exchange, Meeting};
#[cfg(feature = "alloc")]
use crate::handle::{Handle, Port};
use crate::handle::{HandleTypes, Invariant};
use crate::{Coroutine, CoroutineState, Status};

/// The coroutine that a `#[antiphon::coroutine]` function returns; Python calls it a generator.
///
/// `Y` is what it yields, `S` what it is sent, and the output of `B`, its body, what it returns. It borrows what its
/// arguments borrow, is `Send` when its arguments and the locals that live across a `yield` are, allocates nothing,
/// and is one word larger than its body.
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
pub struct Generator<Y, S, B> {
    /// Pinned when the coroutine is.
    body: B,
    status: Status,
    types: Invariant<Y, S>,
}

/// What the compiler names when a coroutine is driven that is not pinned.
struct NotPinned<'a>(PhantomData<&'a ()>, PhantomPinned);

/// Never, also when the body is: what has been started is not moved. Without its lifetime the bound would be trivially
/// false, and refused.
impl<'a, Y, S, B> Unpin for Generator<Y, S, B> where NotPinned<'a>: Unpin {}

impl<Y, S, B: Future> Generator<Y, S, B> {
    /// Invariant: `body` is the one that took the handle of `types`. [`Handle::new`](crate::handle::Handle::new)
    /// is unsafe, and asks for that.
    #[inline(always)]
    pub(crate) fn new(_types: HandleTypes<Y, S>, body: B) -> Self {
        Generator { body, status: Status::Created, types: PhantomData }
    }

    /// A coroutine with a hand-written body, which yields through the port it is made with.
    #[cfg(feature = "alloc")]
    pub(crate) fn from_port(body: impl FnOnce(Port<Y, S>) -> B) -> Self {
        // SAFETY: the port goes to one body, which is awaited by nobody but the coroutine that is made of it here.
        let (handle, types) = unsafe { Handle::new() };
        Generator::new(types, body(handle.port()))
    }

    /// The bare body, to be awaited in place by another body with the same types.
    #[inline(always)]
    pub(crate) fn into_body(self) -> B {
        debug_assert_eq!(self.status, Status::Created, "a coroutine that has been pinned cannot be moved");
        self.body
    }

    #[inline(always)]
    fn begin(self: Pin<&mut Self>) {
        // SAFETY: the body is not touched.
        unsafe { self.get_unchecked_mut() }.status = Status::Suspended;
    }

    #[inline(always)]
    fn drive(self: Pin<&mut Self>, exchange: Exchange<Y, S>) -> CoroutineState<Y, B::Output> {
        // SAFETY: nothing is moved out of it.
        let Generator { body, status, .. } = unsafe { self.get_unchecked_mut() };
        // SAFETY: the body is pinned with the coroutine, which is never `Unpin` and has no `Drop` of its own.
        let body = unsafe { Pin::new_unchecked(body) };
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
}

impl<Y, S, B: Future> Coroutine for Generator<Y, S, B> {
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
        Some(self.drive(Exchange::Sent(value)))
    }

    /// In one place for both cases, so that the body is inlined there.
    #[inline]
    fn resume_next(mut self: Pin<&mut Self>, value: S) -> Option<CoroutineState<Y, B::Output>> {
        if !matches!(self.status, Status::Created | Status::Suspended) {
            return None;
        }
        self.as_mut().begin();
        Some(self.drive(Exchange::Sent(value)))
    }
}

impl<Y, S, B> fmt::Debug for Generator<Y, S, B> {
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
