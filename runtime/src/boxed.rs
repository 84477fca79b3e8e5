//! Coroutines in boxes: a type with a name, and recursion at constant cost.
//!
//! A [`Boxed`] coroutine has a stack of frames, each a body in a box. Where a body on the stack delegates to another
//! boxed coroutine, it does not poll it: it hands its frames to the driver, which pushes them and from then on polls only
//! the top. When that returns, its value is put where the delegation waits for it, and the frame below goes on.

#![expect(unsafe_code, reason = "frames leave their values in the frames below; see docs/unsafe.md")]

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::future::Future;
use core::iter::FusedIterator;
use core::marker::PhantomData;
use core::mem;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::Poll;

use crate::error::refuse_resume;
use crate::exchange::{self, Exchange};
use crate::{Coroutine, CoroutineState, Generator, Status};

/// A coroutine in a box: `f().boxed()`. It yields `Y`, is sent `S`, returns `R`, and borrows nothing that lives shorter
/// than `'a`.
///
/// It need not be pinned, its type can be written down, and boxed coroutines that delegate to boxed ones make recursion
/// cheap: a resume costs the same at any depth, and neither driving nor dropping takes native stack. Each frame is one
/// allocation.
///
/// ```
/// use antiphon::Boxed;
///
/// struct Tree {
///     left: Option<Box<Tree>>,
///     value: u32,
///     right: Option<Box<Tree>>,
/// }
///
/// impl Tree {
///     /// In order.
///     #[antiphon::coroutine(yield = u32)]
///     fn walk(&self) {
///         if let Some(left) = &self.left {
///             yield_from!(left.walk().boxed());
///         }
///         yield_!(self.value);
///         if let Some(right) = &self.right {
///             yield_from!(right.walk().boxed());
///         }
///     }
/// }
///
/// let leaf = |value| Some(Box::new(Tree { left: None, value, right: None }));
/// let tree = Tree { left: leaf(1), value: 2, right: leaf(3) };
/// let walk: Boxed<'_, u32, (), ()> = tree.walk().boxed();
/// assert!(walk.eq([1, 2, 3]));
/// ```
///
/// Only a coroutine that is itself boxed keeps its children's frames: a plain [`Generator`] that delegates to a boxed
/// coroutine resumes it, at the cost of one more call.
#[must_use = "a coroutine does nothing until it is started"]
pub struct Boxed<'a, Y, S, R> {
    frames: Frames<Y, S>,
    status: Status,
    /// Holds bodies that live for `'a`, and returns `R`. Neither `Send` nor `Sync`, as the bodies may be neither.
    bodies: PhantomData<(Box<dyn Frame<Y, S> + 'a>, fn() -> R)>,
}

impl<Y, S, B: Future> Generator<Y, S, B> {
    /// Moves the coroutine into a box. See [`Boxed`].
    pub fn boxed<'a>(self) -> Boxed<'a, Y, S, B::Output>
    where
        Self: 'a,
    {
        Boxed { frames: Frames(Vec::from([Entry::new(self)])), status: Status::Created, bodies: PhantomData }
    }
}

/// A body on the stack.
pub(crate) trait Frame<Y, S> {
    /// Polls the body; when it returns, puts its value into `outcome`.
    ///
    /// # Safety
    ///
    /// 1. `outcome` points to an `Option` of the body's return type, which nobody else touches during the call.
    unsafe fn poll(self: Pin<&mut Self>, exchange: &mut Exchange<Y, S>, outcome: NonNull<()>) -> Poll<()>;
}

impl<Y, S, B: Future> Frame<Y, S> for Generator<Y, S, B> {
    unsafe fn poll(self: Pin<&mut Self>, exchange: &mut Exchange<Y, S>, outcome: NonNull<()>) -> Poll<()> {
        // SAFETY: a generator's types are those of its body's handle.
        unsafe { exchange::poll_frame(self.into_pinned_body(), exchange) }.map(|value| {
            // SAFETY: precondition 1.
            unsafe { *outcome.cast::<Option<B::Output>>().as_mut() = Some(value) };
        })
    }
}

/// A frame, and where it puts what it returns.
///
/// Invariant *a frame owns its body*: `body` came from a box and is pinned there until the entry is dropped. It is a raw
/// pointer because the outcomes of other frames lie in it, which a `Box` that moves would deny.
///
/// Invariant *an outcome lies below*: `outcome` points to an `Option` of the body's return type, in a delegation that
/// waits in the frame below; or it is `None`, in the lowest frame. The frame below neither runs nor is dropped while this
/// one is on the stack.
struct Entry<Y, S> {
    body: NonNull<dyn Frame<Y, S>>,
    outcome: Option<NonNull<()>>,
}

impl<Y, S> Entry<Y, S> {
    fn new<'a>(body: impl Frame<Y, S> + 'a) -> Self {
        let body: NonNull<dyn Frame<Y, S> + 'a> = NonNull::from(Box::leak(Box::new(body)));
        // SAFETY: only the lifetime changes, and the body is used no longer than the `Boxed<'a, …>` that it is made for, or
        // the delegation that this one is handed over by.
        let body = unsafe { mem::transmute::<NonNull<dyn Frame<Y, S> + 'a>, NonNull<dyn Frame<Y, S>>>(body) };
        Entry { body, outcome: None }
    }
}

impl<Y, S> Drop for Entry<Y, S> {
    fn drop(&mut self) {
        // SAFETY: *a frame owns its body*.
        drop(unsafe { Box::from_raw(self.body.as_ptr()) });
    }
}

/// The running frame is the last one, each other one waits for the next.
struct Frames<Y, S>(Vec<Entry<Y, S>>);

impl<Y, S> Drop for Frames<Y, S> {
    /// The innermost first, without recursion.
    fn drop(&mut self) {
        while self.0.pop().is_some() {}
    }
}

/// A boxed coroutine on its way from a delegation to the stack of the driver.
pub(crate) struct Handover<Y, S> {
    frames: Option<Frames<Y, S>>,
}

impl<Y, S, R> Boxed<'_, Y, S, R> {
    /// Takes the frames out of a coroutine that has not started, to be put on the stack of a driver. What it returns will
    /// be put into `outcome`.
    ///
    /// # Safety
    ///
    /// 1. The frames are dropped before `outcome` is, and before `'a` ends.
    /// 2. Nobody touches `outcome` while they are on a stack.
    pub(crate) unsafe fn hand_over(mut self, outcome: NonNull<Option<R>>) -> Handover<Y, S> {
        let mut frames = mem::replace(&mut self.frames, Frames(Vec::new()));
        if let Some(lowest) = frames.0.first_mut() {
            lowest.outcome = Some(outcome.cast());
        }
        Handover { frames: Some(frames) }
    }

    #[inline]
    fn drive(&mut self, mut exchange: Exchange<Y, S>) -> CoroutineState<Y, R> {
        let mut returned = None::<R>;
        let this = AbandonOnPanic(self);
        let boxed = &mut *this.0;
        while let Some(top) = boxed.frames.0.last_mut() {
            let outcome = top.outcome.unwrap_or(NonNull::from(&mut returned).cast());
            // SAFETY: *a frame owns its body*.
            let body = unsafe { top.body.as_mut() };
            // SAFETY: *a frame owns its body*, and it is pinned.
            let body = unsafe { Pin::new_unchecked(body) };
            // SAFETY: *an outcome lies below*; that of the lowest frame is `returned`, of the type that it returns.
            match unsafe { body.poll(&mut exchange, outcome) } {
                Poll::Pending => match mem::replace(&mut exchange, Exchange::Empty) {
                    Exchange::Yielded(value) => {
                        mem::forget(this);
                        return CoroutineState::Yielded(value);
                    }
                    Exchange::Called(mut handover) => {
                        // SAFETY: the delegation that put the handover there lies in the frame that has just been polled.
                        if let Some(mut frames) = unsafe { handover.as_mut() }.frames.take() {
                            boxed.frames.0.append(&mut frames.0);
                        }
                    }
                    Exchange::Empty | Exchange::Sent(_) => exchange::foreign_await(),
                },
                Poll::Ready(()) => drop(boxed.frames.0.pop()),
            }
        }
        boxed.status = Status::Finished;
        mem::forget(this);
        match returned {
            Some(value) => CoroutineState::Complete(value),
            None => unreachable!("the lowest frame has returned"),
        }
    }
}

/// Drops all frames when one of them unwinds.
struct AbandonOnPanic<'b, 'a, Y, S, R>(&'b mut Boxed<'a, Y, S, R>);

impl<Y, S, R> Drop for AbandonOnPanic<'_, '_, Y, S, R> {
    fn drop(&mut self) {
        self.0.status = Status::Poisoned;
        while self.0.frames.0.pop().is_some() {}
    }
}

impl<Y, S, R> Coroutine for Boxed<'_, Y, S, R> {
    type Yield = Y;
    type Send = S;
    type Return = R;

    #[inline]
    fn status(&self) -> Status {
        self.status
    }

    #[inline]
    fn resume_start(mut self: Pin<&mut Self>) -> Option<CoroutineState<Y, R>> {
        if self.status != Status::Created {
            return None;
        }
        self.status = Status::Suspended;
        Some(self.drive(Exchange::Empty))
    }

    #[inline]
    fn resume_send(mut self: Pin<&mut Self>, value: S) -> Option<CoroutineState<Y, R>> {
        if self.status != Status::Suspended {
            return None;
        }
        Some(self.drive(Exchange::Sent(value)))
    }

    #[inline]
    fn resume_next(mut self: Pin<&mut Self>, value: S) -> Option<CoroutineState<Y, R>> {
        if !matches!(self.status, Status::Created | Status::Suspended) {
            return None;
        }
        self.status = Status::Suspended;
        Some(self.drive(Exchange::Sent(value)))
    }
}

impl<Y, R> Iterator for Boxed<'_, Y, (), R> {
    type Item = Y;

    #[inline]
    fn next(&mut self) -> Option<Y> {
        match Pin::new(&mut *self).resume_next(()) {
            Some(CoroutineState::Yielded(value)) => Some(value),
            Some(CoroutineState::Complete(_)) => None,
            None if self.status == Status::Finished => None,
            None => refuse_resume(self.status),
        }
    }
}

impl<Y, R> FusedIterator for Boxed<'_, Y, (), R> {}

impl<Y, S, R> fmt::Debug for Boxed<'_, Y, S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let depth = self.frames.0.len();
        f.debug_struct("Boxed").field("status", &self.status).field("depth", &depth).finish_non_exhaustive()
    }
}

impl<Y, S> fmt::Debug for Handover<Y, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handover").finish_non_exhaustive()
    }
}
