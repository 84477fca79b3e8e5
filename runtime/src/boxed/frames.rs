//! The stack of frames that a boxed coroutine runs on.

#![expect(unsafe_code, reason = "frames leave their values for the frames below; see docs/unsafe.md")]

use alloc::vec::Vec;
use core::alloc::Layout;
use core::future::Future;
use core::iter;
use core::mem;
use core::ops::ControlFlow;
use core::ptr::NonNull;

use super::arena::{Arena, Mark};
use super::frame::{Framed, Head, Lying, Turn};
use crate::Suspension;
use crate::exchange::{self, Exchange, Meeting};

/// The running frame is the last one, each other one waits for the next.
///
/// Invariant *a frame owns its body*: what `top` and each `below` point to is a frame of this stack, in the arena or in
/// memory that outlives its time here. It does not move, and holds its body, until it is taken off.
///
/// Invariant *a value waits for the frame below*: `left` points to what the frame that ended last returned, in its room.
/// The frame below is the next to run, and takes it before anything is put on the stack.
pub(crate) struct Frames<Y, S> {
    /// The last frame, from which each leads to the one below.
    top: Option<Lying<Y, S>>,
    /// Where the value is that has been left, until it is taken.
    left: Option<NonNull<()>>,
    arena: Arena,
}

impl<Y, S> Frames<Y, S> {
    pub(super) const fn new() -> Self {
        Frames { top: None, left: None, arena: Arena::new() }
    }

    /// How many frames there are.
    pub(super) fn depth(&self) -> usize {
        self.last_first().count()
    }

    /// Puts a frame on the stack that lies elsewhere.
    ///
    /// # Safety
    ///
    /// 1. The frame is on no stack, holds a body, and `Y` and `S` are the types of that body's handle.
    /// 2. Its memory outlives the time that it is on this one.
    /// 3. The stack drops the body before anything that it borrows.
    pub(super) unsafe fn push(&mut self, mut frame: Lying<Y, S>) {
        // SAFETY: preconditions 1 and 2.
        unsafe { frame.as_mut() }.below = self.top;
        self.top = Some(frame);
    }

    /// Puts a frame on the stack, in the arena; its body is to be written before anything else happens.
    ///
    /// # Safety
    ///
    /// 1. `Y` and `S` are the types of the body's handle.
    /// 2. The stack drops it before anything that the body borrows.
    #[inline(always)]
    pub(crate) unsafe fn push_room<B: Future>(&mut self) -> NonNull<B> {
        let (room, mark) = self.arena.push(Layout::new::<Framed<Y, S, B>>());
        let frame = room.cast::<Framed<Y, S, B>>();
        // SAFETY: the room is large enough and aligned.
        let body = unsafe { Framed::begin(frame, self.top, mark) };
        self.top = Some(frame.cast());
        body
    }

    /// The last frame.
    #[inline(always)]
    pub(super) fn top(&self) -> Option<Lying<Y, S>> {
        self.top
    }

    /// Takes the last frame off the stack, whose head says this.
    #[inline(always)]
    pub(super) fn unlink(&mut self, below: Option<Lying<Y, S>>, mark: Mark) {
        self.top = below;
        self.arena.pop(mark);
    }

    /// Tells the frame below where the value of the frame lies that has just ended.
    #[inline(always)]
    pub(super) fn leave(&mut self, value: NonNull<()>) {
        self.left = Some(value);
    }

    /// Takes what the frame above has returned, if it has.
    ///
    /// # Safety
    ///
    /// 1. The frame that runs has waited for one that returns `R`; or the lowest one has ended, and returns `R`.
    #[inline(always)]
    pub(crate) unsafe fn take_left<R>(&mut self) -> Option<R> {
        // SAFETY: *a value waits for the frame below*, and precondition 1.
        self.left.take().map(|value| unsafe { value.cast::<R>().read() })
    }

    /// Takes off the only frame of a stack that has not run.
    pub(super) fn take_root(&mut self) -> Option<Lying<Y, S>> {
        self.top.take()
    }

    /// Drops the last frame.
    fn pop(&mut self) {
        if let Some(frame) = self.top {
            // SAFETY: *a frame owns its body*.
            let Head { below, mark, .. } = *unsafe { frame.as_ref() };
            self.unlink(below, mark);
            // SAFETY: *a frame owns its body*, and this one is on the stack no longer.
            unsafe { Head::drop(frame) };
        }
    }

    /// Drops all frames, the innermost first, without recursion; also when dropping one of them panics, since those below
    /// may be borrowed by those above.
    pub(super) fn clear(&mut self) {
        struct Rest<'a, Y, S>(&'a mut Frames<Y, S>);
        impl<Y, S> Drop for Rest<'_, Y, S> {
            fn drop(&mut self) {
                self.0.clear();
            }
        }
        while self.top.is_some() {
            let rest = Rest(self);
            rest.0.pop();
            mem::forget(rest);
        }
    }

    /// Runs the last frame, and those that it calls and that it returns to, until one of them yields or the lowest one
    /// returns.
    ///
    /// # Safety
    ///
    /// 1. `R` is the type that the lowest frame returns.
    #[inline]
    pub(super) unsafe fn run<R>(&mut self, exchange: Exchange<Y, S>) -> Ran<Y, R> {
        // From here on the stack is reached through this pointer, by the frames and by ourselves in turn.
        let mut frames = NonNull::from(self);
        let mut meeting = Meeting { exchange, frames: Some(frames) };
        // Likewise the meeting.
        let mut meeting = NonNull::from(&mut meeting);
        // SAFETY: the meeting lives as long as the waker; it is ours only while no frame runs.
        let waker = unsafe { exchange::waker(meeting) };
        // SAFETY: no frame runs, so nobody else uses the pointer.
        while let Some(last) = unsafe { frames.as_ref() }.top {
            // SAFETY: the frame is the last one, and the waker is this driver's.
            if unsafe { Head::run(last, frames, &waker) } == Turn::Moved {
                continue;
            }
            // SAFETY: no frame runs, so nobody else uses the pointer.
            match mem::replace(unsafe { &mut meeting.as_mut().exchange }, Exchange::Empty) {
                Exchange::Yielded(value) => return Ran::Yielded(value),
                Exchange::Running => return Ran::Running,
                _ => return Ran::Nothing,
            }
        }
        // SAFETY: no frame runs, so nobody else uses the pointer.
        let frames = unsafe { frames.as_mut() };
        // SAFETY: the lowest frame has ended, and returns `R` by precondition 1.
        match unsafe { frames.take_left() } {
            // SAFETY: no frame runs, so nobody else uses the pointer.
            Some(value) => Ran::Complete(value, matches!(unsafe { &meeting.as_ref().exchange }, Exchange::Failed)),
            None => unreachable!("the lowest frame has returned"),
        }
    }

    /// Tells all frames but the last, which wait for the one above, that they are being closed. The last one is told by a
    /// run; each of the others finds it out when the one above has ended. Told twice, they are not.
    pub(super) fn close_waiting(&mut self) {
        for frame in self.lowest_first() {
            if Some(frame) != self.top {
                // SAFETY: it is a frame of this stack.
                unsafe { self.poll_alone(frame, Exchange::Close) };
            }
        }
    }

    /// Tells where each frame stands, and what it delegates to in turn, from the lowest frame to the last, until `see`
    /// says that it is enough.
    pub(super) fn trace(&mut self, mut see: impl FnMut(Suspension) -> ControlFlow<()>) {
        for frame in self.lowest_first() {
            for level in 0.. {
                // SAFETY: it is a frame of this stack.
                let Exchange::Here(at) = (unsafe { self.poll_alone(frame, Exchange::Ask(level)) }) else { break };
                if see(at).is_break() {
                    return;
                }
            }
        }
    }

    fn lowest_first(&self) -> Vec<Lying<Y, S>> {
        let mut frames: Vec<_> = self.last_first().collect();
        frames.reverse();
        frames
    }

    fn last_first(&self) -> impl Iterator<Item = Lying<Y, S>> {
        // SAFETY: *a frame owns its body*, and no frame runs, or the stack would be borrowed.
        iter::successors(self.top, |frame| unsafe { frame.as_ref() }.below)
    }

    /// Polls one frame, which stays where it is: it is only told, or asked, something. No other runs. What it leaves in
    /// the exchange is the result.
    ///
    /// # Safety
    ///
    /// 1. `frame` is on this stack.
    unsafe fn poll_alone(&mut self, frame: Lying<Y, S>, exchange: Exchange<Y, S>) -> Exchange<Y, S> {
        /// For the time of the poll it is the last one, also when it unwinds.
        struct Restore<Y, S>(NonNull<Frames<Y, S>>, Option<Lying<Y, S>>);
        impl<Y, S> Drop for Restore<Y, S> {
            fn drop(&mut self) {
                // SAFETY: no frame runs any more, so nobody else uses the pointer, and the stack is still there.
                unsafe { self.0.as_mut() }.top = self.1;
            }
        }
        let top = self.top.replace(frame);
        // As in `run`.
        let frames = NonNull::from(self);
        let restore = Restore(frames, top);
        let mut meeting = Meeting { exchange, frames: Some(frames) };
        let mut meeting = NonNull::from(&mut meeting);
        // SAFETY: the meeting lives as long as the waker; it is ours only while no frame runs.
        let waker = unsafe { exchange::waker(meeting) };
        // SAFETY: the frame is the last one, and the waker is this driver's.
        let turn = unsafe { Head::run(frame, frames, &waker) };
        debug_assert!(turn == Turn::Pending, "a frame that was only asked went on");
        drop(restore);
        // SAFETY: no frame runs, so nobody else uses the pointer.
        mem::replace(unsafe { &mut meeting.as_mut().exchange }, Exchange::Empty)
    }
}

/// What a stack did.
pub(super) enum Ran<Y, R> {
    Yielded(Y),
    /// The value, and whether it was marked as a failure.
    Complete(R, bool),
    /// It could not be closed, as a child is running.
    Running,
    /// Neither: it was only told something, or awaited something that is not ours.
    Nothing,
}

impl<Y, S> Drop for Frames<Y, S> {
    fn drop(&mut self) {
        self.clear();
    }
}
