//! Coroutines in boxes: a type with a name, and recursion at constant cost.
//!
//! A [`Boxed`] coroutine has a stack of frames, each a body. Where a body on the stack delegates with `box`, or to another
//! boxed coroutine, it does not poll the child: it puts it on the stack, whose last frame alone is polled from then on.
//! When that returns, its value is put where the delegation waits for it, and the frame below goes on.

#![expect(unsafe_code, reason = "the frames' types are its own; see docs/unsafe.md")]

mod alone;
mod arena;
mod frame;
mod frames;

use alloc::boxed::Box;
use core::fmt;
use core::future::Future;
use core::iter::FusedIterator;
use core::marker::PhantomData;
use core::mem;
use core::ops::ControlFlow;
use core::pin::Pin;

use crate::error::refuse_resume;
use crate::exchange::{self, Exchange};
use crate::mode::{Mode, Plain};
use crate::{CloseError, Closed, Coroutine, CoroutineState, Generator, Status, Suspension, Throw};
use frame::{Memory, Root};
use frames::Ran;

pub(crate) use alone::Alone;
pub(crate) use frames::{Frames, Left};

/// What a frame takes beside its body, in bytes.
#[cfg(test)]
pub(crate) const HEAD: usize = size_of::<frame::Head<(), ()>>();

/// A coroutine in a box: `f().boxed()`. It yields `Y`, is sent `S`, returns `R`, and borrows nothing that lives shorter
/// than `'a`.
///
/// `M` is as in [`Generator`], and `A` says whether it may be moved to another thread ([`SendBoxed`]).
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
/// A delegation to a `Boxed` of the same mode that has not started puts it on the stack too; one that has, that is only
/// borrowed, or whose `throw` or `close` are not its parent's, is resumed by its parent, and that takes native stack. A plain [`Generator`] keeps no stack: there a delegation with `box` makes a box, and polls it.
#[must_use = "a coroutine does nothing until it is started"]
pub struct Boxed<'a, Y, S = (), R = (), M: Mode = Plain, A = OneThread> {
    /// Made when it is started. In a box, since it has room for a `Y`, which may have one of these in it. Invariant: the
    /// lowest frame returns `R`.
    frames: Option<Box<Frames<Y, M::Resumed<S>>>>,
    /// Until it is started, the lowest frame.
    root: Option<Root<Y, M::Resumed<S>>>,
    /// The lowest frame's, so dropped after the frames.
    _memory: Memory<Y, M::Resumed<S>>,
    status: Status,
    /// Holds bodies that live for `'a`, and returns `R`. Neither `Send` nor `Sync` by itself, as the bodies may be neither.
    #[expect(clippy::type_complexity, reason = "said where it is meant")]
    bodies: PhantomData<(Box<dyn Future<Output = R> + 'a>, fn(Y, S, M) -> (Y, S, M), A)>,
}

/// A [`Boxed`] coroutine that may be moved to another thread, since its bodies may be: `f().boxed_send()`.
///
/// ```
/// use antiphon::SendBoxed;
///
/// #[antiphon::coroutine(yield = u64)]
/// fn countdown(n: u64) {
///     if n > 0 {
///         yield_!(n);
///         yield_from!(box countdown(n - 1));
///     }
/// }
///
/// let mut c: SendBoxed<'static, u64> = countdown(1000).boxed_send();
/// assert_eq!(c.next(), Some(1000));
/// let rest = std::thread::spawn(move || c.sum::<u64>());
/// assert_eq!(rest.join().unwrap(), 499_500);
/// ```
pub type SendBoxed<'a, Y, S = (), R = (), M = Plain> = Boxed<'a, Y, S, R, M, AnyThread>;

/// Marks a [`Boxed`] coroutine that stays on the thread that made it.
#[derive(Debug)]
pub struct OneThread(());

/// Marks a [`Boxed`] coroutine that may be moved to another thread.
#[derive(Debug)]
pub struct AnyThread(());

// SAFETY: all that it owns is bodies and their memory, the exchange being empty when nothing runs. The lowest body is `Send`, by `boxed_send`; and as one body contains
// the delegation to the next, whose type tells what the next is, so are the others.
unsafe impl<Y, S, R, M: Mode> Send for Boxed<'_, Y, S, R, M, AnyThread> {}

impl<Y, S, B: Future, M: Mode> Generator<Y, S, B, M> {
    /// Moves the coroutine into a box. See [`Boxed`].
    pub fn boxed<'a>(self) -> Boxed<'a, Y, S, B::Output, M>
    where
        Self: 'a,
    {
        self.boxed_for()
    }

    /// Moves the coroutine into a box that may be moved to another thread. See [`SendBoxed`].
    pub fn boxed_send<'a>(self) -> SendBoxed<'a, Y, S, B::Output, M>
    where
        Self: Send + 'a,
    {
        self.boxed_for()
    }

    fn boxed_for<'a, A>(self) -> Boxed<'a, Y, S, B::Output, M, A>
    where
        Self: 'a,
    {
        let (room, memory) = Memory::begin();
        // SAFETY: the room is the body's.
        unsafe { room.write(self.into_body()) };
        // SAFETY: the frame's body has just been written.
        let root = Some(unsafe { Root::new(memory.frame()) });
        Boxed { frames: None, root, _memory: memory, status: Status::Created, bodies: PhantomData }
    }
}

impl<Y, S, R, M: Mode, A> Boxed<'_, Y, S, R, M, A> {
    /// Puts the frame of a coroutine that has not started on another stack.
    ///
    /// # Safety
    ///
    /// 1. The other stack drops the frame before this coroutine, and what it borrows, is dropped.
    pub(crate) unsafe fn hand_over(&mut self, frames: &mut Frames<Y, M::Resumed<S>>) {
        if let Some(root) = self.root.take() {
            // SAFETY: a generator's types were those of its body's handle, and the frame is on no other stack. Its memory is
            // this coroutine's; the rest is the precondition.
            unsafe { frames.push(root.into_frame()) };
        }
    }

    /// Puts the lowest frame on a stack of its own. Whether it has not been started before.
    #[cold]
    #[inline(never)]
    fn begin(&mut self) -> bool {
        let Some(root) = self.root.take() else { return false };
        self.status = Status::Suspended;
        let frames = self.frames.insert(Box::new(Frames::new()));
        // SAFETY: a generator's types were those of its body's handle, and the frame is on no other stack. Its memory is
        // dropped after the stack, and what it borrows lives for `'a`.
        unsafe { frames.push(root.into_frame()) };
        true
    }

    /// Drops all frames when one of them has unwound.
    #[cold]
    #[inline(never)]
    fn abandon(&mut self) {
        self.status = Status::Poisoned;
        self.root = None;
        if let Some(frames) = &mut self.frames {
            drop(frames.take_exchange());
            frames.clear();
        }
    }

    #[inline]
    fn drive(&mut self, exchange: Exchange<Y, M::Resumed<S>>) -> CoroutineState<Y, R> {
        let running = AbandonOnPanic(self);
        let Some(frames) = &mut running.0.frames else { unreachable!("it has been started") };
        // SAFETY: the lowest frame returns `R`.
        let state = match unsafe { frames.run(exchange) } {
            Ran::Yielded(value) => CoroutineState::Yielded(value),
            Ran::Complete(value, _) => {
                running.0.status = Status::Finished;
                CoroutineState::Complete(value)
            }
            Ran::Running | Ran::Nothing => exchange::foreign_await(),
        };
        mem::forget(running);
        state
    }

    /// As [`Throw::resume_throw`](crate::Throw::resume_throw), in any mode.
    pub(crate) fn raise(&mut self, error: M::Error) -> Result<CoroutineState<Y, R>, M::Error> {
        match self.status {
            Status::Created => self.end(),
            Status::Suspended => return Ok(self.drive(Exchange::Sent(M::thrown(error)))),
            Status::Running | Status::Finished | Status::Poisoned => {}
        }
        Err(error)
    }

    /// Drops all frames.
    fn end(&mut self) {
        let ending = AbandonOnPanic(self);
        ending.0.root = None;
        if let Some(frames) = &mut ending.0.frames {
            frames.clear();
        }
        ending.0.status = Status::Finished;
        mem::forget(ending);
    }

    fn trace_while(&mut self, see: impl FnMut(Suspension) -> ControlFlow<()>) {
        // A frame that has not run would begin.
        if self.status != Status::Suspended {
            return;
        }
        let running = AbandonOnPanic(self);
        if let Some(frames) = &mut running.0.frames {
            frames.trace(see);
        }
        mem::forget(running);
    }
}

/// Drops all frames when one of them unwinds.
struct AbandonOnPanic<'b, 'a, Y, S, R, M: Mode, A>(&'b mut Boxed<'a, Y, S, R, M, A>);

impl<Y, S, R, M: Mode, A> Drop for AbandonOnPanic<'_, '_, Y, S, R, M, A> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.abandon();
    }
}

impl<Y, S, R, M: Mode, A> Coroutine for Boxed<'_, Y, S, R, M, A> {
    type Yield = Y;
    type Send = S;
    type Return = R;

    #[inline]
    fn status(&self) -> Status {
        self.status
    }

    #[inline]
    fn resume_start(mut self: Pin<&mut Self>) -> Option<CoroutineState<Y, R>> {
        if !self.begin() {
            return None;
        }
        Some(self.drive(Exchange::Empty))
    }

    #[inline]
    fn resume_send(mut self: Pin<&mut Self>, value: S) -> Option<CoroutineState<Y, R>> {
        if self.status != Status::Suspended {
            return None;
        }
        Some(self.drive(Exchange::Sent(M::sent(value))))
    }

    #[inline]
    fn resume_next(mut self: Pin<&mut Self>, value: S) -> Option<CoroutineState<Y, R>> {
        if self.status != Status::Suspended && !self.begin() {
            return None;
        }
        Some(self.drive(Exchange::Sent(M::sent(value))))
    }

    fn resume_close(mut self: Pin<&mut Self>) -> Result<Closed<R>, CloseError<Y>> {
        let mut outcome = Ok(Closed::Nothing);
        if self.status == Status::Suspended {
            let running = AbandonOnPanic(&mut self);
            let Some(frames) = &mut running.0.frames else { unreachable!("it has been started") };
            let exit = M::exit::<S>();
            let sees_it = exit.is_some();
            if sees_it {
                frames.close_waiting();
            }
            // Where the body does not observe it, the last frame is polled too: a child that it delegates to may.
            // SAFETY: the lowest frame returns `R`.
            match unsafe { frames.run(exit.map_or(Exchange::Close, Exchange::Sent)) } {
                Ran::Yielded(value) => outcome = Err(CloseError::Yielded(value)),
                Ran::Complete(value, true) => outcome = Ok(Closed::Failed(value)),
                Ran::Complete(value, false) => outcome = Ok(Closed::Returned(value)),
                Ran::Running => {
                    // A child that is running stays, and so do all that wait for it.
                    if sees_it {
                        frames.close_waiting();
                    }
                    mem::forget(running);
                    return Err(CloseError::Running);
                }
                Ran::Nothing if sees_it => exchange::foreign_await(),
                Ran::Nothing => {}
            }
            mem::forget(running);
        }
        if matches!(self.status, Status::Created | Status::Suspended) {
            self.end();
        }
        outcome
    }

    fn suspension(mut self: Pin<&mut Self>, level: usize) -> Option<Suspension> {
        let mut level = level;
        let mut found = None;
        self.trace_while(|at| match level.checked_sub(1) {
            Some(rest) => {
                level = rest;
                ControlFlow::Continue(())
            }
            None => {
                found = Some(at);
                ControlFlow::Break(())
            }
        });
        found
    }

    /// Each frame is asked once.
    fn trace(mut self: Pin<&mut Self>, see: &mut dyn FnMut(Suspension)) {
        self.trace_while(|at| {
            see(at);
            ControlFlow::Continue(())
        });
    }
}

impl<Y, S, R, M: Mode<Error = E>, A, E> Throw<E> for Boxed<'_, Y, S, R, M, A> {
    #[inline]
    fn resume_throw(self: Pin<&mut Self>, error: E) -> Result<CoroutineState<Y, R>, E> {
        self.get_mut().raise(error)
    }
}

impl<Y, S, R, M: Mode, A> Unpin for Boxed<'_, Y, S, R, M, A> {}

impl<Y, R, M: Mode, A> Iterator for Boxed<'_, Y, (), R, M, A> {
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

impl<Y, R, M: Mode, A> FusedIterator for Boxed<'_, Y, (), R, M, A> {}

impl<Y, S, R, M: Mode, A> fmt::Debug for Boxed<'_, Y, S, R, M, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let depth = self.frames.as_ref().map_or(0, |frames| frames.depth());
        f.debug_struct("Boxed").field("status", &self.status).field("depth", &depth).finish_non_exhaustive()
    }
}
