//! Coroutines in boxes: a type with a name, and recursion at constant cost.
//!
//! A [`Boxed`] coroutine has a stack of frames, each a body. Where a body on the stack delegates with `box`, or to another
//! boxed coroutine, it does not poll the child: it puts it on the stack, whose last frame alone is polled from then on.
//! When that returns, its value is put where the delegation waits for it, and the frame below goes on.

#![expect(unsafe_code, reason = "the frames' types are its own; see docs/unsafe.md")]

mod arena;
mod frames;

use alloc::boxed::Box;
use core::fmt;
use core::future::Future;
use core::iter::FusedIterator;
use core::marker::PhantomData;
use core::mem;
use core::pin::Pin;
use core::ptr::NonNull;

use crate::error::refuse_resume;
use crate::exchange::Exchange;
use crate::{Coroutine, CoroutineState, Generator, Status};
use frames::Entry;

pub(crate) use frames::Frames;

/// A coroutine in a box: `f().boxed()`. It yields `Y`, is sent `S`, returns `R`, and borrows nothing that lives shorter
/// than `'a`.
///
/// It need not be pinned, its type can be written down, and it makes recursion cheap: delegations with `box` inside it are
/// frames on its stack. A resume costs the same at any depth, and neither driving nor dropping takes native stack. Frames
/// lie in memory that the coroutine keeps and uses again.
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
///             yield_from!(box left.walk());
///         }
///         yield_!(self.value);
///         if let Some(right) = &self.right {
///             yield_from!(box right.walk());
///         }
///     }
/// }
///
/// let leaf = |value| Some(Box::new(Tree { left: None, value, right: None }));
/// let tree = Tree { left: leaf(1), value: 2, right: leaf(3) };
/// let walk: Boxed<'_, u32> = tree.walk().boxed();
/// assert!(walk.eq([1, 2, 3]));
/// ```
///
/// Coroutines that delegate to each other in a circle need the `box` at one place of it; without, the compiler says that
/// "recursion in an async block requires boxing" (E0733). One that hands itself a closure takes it as `&dyn Fn(…)`: as
/// `&impl Fn(…)` it would be another type at each depth.
///
/// A delegation to a `Boxed` that has not started puts it on the stack too; one that has, or that is only borrowed, is
/// resumed by its parent. A plain [`Generator`] keeps no stack: there a delegation with `box` makes a box, and polls it.
#[must_use = "a coroutine does nothing until it is started"]
pub struct Boxed<'a, Y, S = (), R = ()> {
    /// Invariant: the lowest frame returns `R`.
    frames: Frames<Y, S>,
    /// Until it is started, the lowest frame.
    root: Option<Entry<Y, S>>,
    status: Status,
    /// Holds bodies that live for `'a`, and returns `R`. Neither `Send` nor `Sync`, as the bodies may be neither.
    #[expect(clippy::type_complexity, reason = "said where it is meant")]
    bodies: PhantomData<(Box<dyn Future<Output = R> + 'a>, fn(Y, S) -> (Y, S))>,
}

impl<Y, S, B: Future> Generator<Y, S, B> {
    /// Moves the coroutine into a box. See [`Boxed`].
    pub fn boxed<'a>(self) -> Boxed<'a, Y, S, B::Output>
    where
        Self: 'a,
    {
        // SAFETY: a generator's types are those of its body's handle; what it borrows lives for `'a`.
        let root = unsafe { Entry::boxed(self.into_body()) };
        Boxed { frames: Frames::new(), root: Some(root), status: Status::Created, bodies: PhantomData }
    }
}

impl<Y, S, R> Boxed<'_, Y, S, R> {
    /// Puts the frame of a coroutine that has not started on a stack, to return to `outcome`.
    ///
    /// # Safety
    ///
    /// 1. `outcome` lies in the frame that is now the last of the stack.
    /// 2. The stack drops the frame before what the coroutine borrows.
    pub(crate) unsafe fn hand_over(mut self, frames: &mut Frames<Y, S>, outcome: NonNull<Option<R>>) {
        if let Some(root) = self.root.take() {
            frames.push(root);
            // SAFETY: the frame returns `R`; the rest is precondition 1.
            unsafe { frames.set_outcome(outcome) };
        }
    }

    #[inline]
    fn drive(&mut self, exchange: Exchange<Y, S>) -> CoroutineState<Y, R> {
        let running = AbandonOnPanic(self);
        // SAFETY: the lowest frame returns `R`.
        let ran = unsafe { running.0.frames.run(exchange) };
        let state = match ran {
            Ok(value) => CoroutineState::Yielded(value),
            Err(value) => {
                running.0.status = Status::Finished;
                CoroutineState::Complete(value)
            }
        };
        mem::forget(running);
        state
    }

    /// Puts the lowest frame on the stack.
    fn begin(&mut self) {
        self.status = Status::Suspended;
        if let Some(root) = self.root.take() {
            self.frames.push(root);
        }
    }
}

/// Drops all frames when one of them unwinds.
struct AbandonOnPanic<'b, 'a, Y, S, R>(&'b mut Boxed<'a, Y, S, R>);

impl<Y, S, R> Drop for AbandonOnPanic<'_, '_, Y, S, R> {
    fn drop(&mut self) {
        self.0.status = Status::Poisoned;
        self.0.frames.clear();
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
        self.begin();
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
        match self.status {
            Status::Created => self.begin(),
            Status::Suspended => {}
            Status::Running | Status::Finished | Status::Poisoned => return None,
        }
        Some(self.drive(Exchange::Sent(value)))
    }
}

impl<Y, S, R> Unpin for Boxed<'_, Y, S, R> {}

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
        let depth = self.frames.depth();
        f.debug_struct("Boxed").field("status", &self.status).field("depth", &depth).finish_non_exhaustive()
    }
}
