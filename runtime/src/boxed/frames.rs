//! The stack of frames that a boxed coroutine runs on.

#![expect(unsafe_code, reason = "frames leave their values for the frames below; see docs/unsafe.md")]

use alloc::vec::Vec;
use core::alloc::Layout;
use core::future::Future;
use core::iter;
use core::mem;
use core::ops::ControlFlow;
use core::ptr::{self, NonNull};

use super::arena::Arena;
use super::frame::{Framed, Functions, Head, Lying, Turn};
use crate::Suspension;
use crate::exchange::{Exchange, Meeting};

/// The running frame is the last one, each other one waits for the next.
///
/// Invariant *a frame owns its body*: what `top` and each `below` point to is a frame of this stack, in the arena or in
/// memory that outlives its time here. It does not move, and holds its body, until it is taken off.
///
/// Invariant *a value waits for the frame below*: when the frame below one that has ended runs next, `left` points to what
/// that one returned, in its room. The frame below takes it before anything is put on the stack. When any other frame that
/// waits is polled, `left` points to nothing.
#[repr(C)]
pub(crate) struct Frames<Y, S> {
    /// First, so that a pointer to it is one to the stack. Its exchange is empty while no frame runs, unless one has unwound.
    meeting: Meeting<Y, S>,
    /// The last frame, from which each leads to the one below.
    top: Option<Lying<Y, S>>,
    /// Where the value is that the frame which ended last has left. Null when another frame has been put on the stack since,
    /// or [`CALLED`].
    left: *mut (),
    arena: Arena,
}

impl<Y, S> Frames<Y, S> {
    pub(super) const fn new() -> Self {
        // SAFETY: this is the beginning of one.
        Frames { meeting: unsafe { Meeting::with_frames() }, top: None, left: ptr::null_mut(), arena: Arena::new() }
    }

    /// With a frame whose driver keeps no stack, for the time of a poll.
    ///
    /// # Safety
    ///
    /// 1. `other` is the exchange of the poll that is running, whose driver keeps no stack.
    pub(super) unsafe fn outside(frame: Lying<Y, S>, other: NonNull<Exchange<Y, S>>, exchange: Exchange<Y, S>) -> Self {
        // SAFETY: the precondition.
        let meeting = unsafe { Meeting::beside(other, exchange) };
        Frames { meeting, top: Some(frame), left: ptr::null_mut(), arena: Arena::new() }
    }

    /// Takes what is in the exchange, while no frame runs.
    #[inline(always)]
    pub(super) fn take_exchange(&mut self) -> Exchange<Y, S> {
        mem::replace(&mut self.meeting.exchange, Exchange::Empty)
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
        unsafe { frame.as_mut() }.lie_above(self.top);
        self.left = ptr::null_mut();
        self.top = Some(frame);
    }

    /// Puts a frame on the stack, in the arena. Its body is to be written before anything else happens, and then this is to be
    /// [told](Self::call).
    ///
    /// # Safety
    ///
    /// 1. `Y` and `S` are the types of the body's handle.
    /// 2. The stack drops it before anything that the body borrows.
    /// 3. A frame of this stack runs.
    #[inline(always)]
    pub(crate) unsafe fn push_room<B: Future>(&mut self) -> NonNull<B> {
        let layout = const { Layout::new::<Framed<Y, S, B>>() };
        let table = Framed::<Y, S, B>::table();
        // SAFETY: precondition 3.
        let top = unsafe { self.last() };
        let frame = match self.arena.push(layout) {
            Some(room) => {
                let frame = room.cast();
                // SAFETY: the room is large enough and aligned.
                unsafe { frame.write(Head::new(top, table)) };
                frame
            }
            None => self.push_marked(layout, table),
        };
        self.top = Some(frame);
        // SAFETY: the room is a frame's.
        unsafe { Framed::<Y, S, B>::room(frame.cast()) }
    }

    /// Room for a frame that does not begin where the one before ends.
    #[cold]
    #[inline(never)]
    fn push_marked(&mut self, layout: Layout, table: Functions<Y, S>) -> Lying<Y, S> {
        let (room, mark) = self.arena.push_marked(layout);
        let frame = room.cast();
        // SAFETY: the room is large enough and aligned.
        unsafe { frame.write(Head::marked(self.top, mark, table)) };
        frame
    }

    /// The last frame.
    #[inline(always)]
    pub(super) fn top(&self) -> Option<Lying<Y, S>> {
        self.top
    }

    /// Takes the last frame off the stack, and gives back the one below.
    ///
    /// # Safety
    ///
    /// 1. `frame` is the last one.
    #[inline(always)]
    pub(super) unsafe fn unlink(&mut self, frame: Lying<Y, S>) -> Option<Lying<Y, S>> {
        // SAFETY: a frame on the stack is live.
        let Some(below) = unsafe { frame.as_ref() }.plainly_below() else {
            // SAFETY: the precondition.
            return unsafe { self.unlink_marked(frame) };
        };
        self.top = Some(below);
        self.arena.pop(frame.cast());
        Some(below)
    }

    /// As [`unlink`](Self::unlink).
    #[cold]
    #[inline(never)]
    unsafe fn unlink_marked(&mut self, frame: Lying<Y, S>) -> Option<Lying<Y, S>> {
        // SAFETY: as there.
        let head = unsafe { frame.as_ref() };
        self.top = head.below();
        if let Some(mark) = head.mark() {
            self.arena.pop_marked(mark);
        }
        self.top
    }

    /// The last frame, of which there is one.
    ///
    /// # Safety
    ///
    /// 1. There is.
    #[inline(always)]
    pub(super) unsafe fn last(&self) -> Lying<Y, S> {
        debug_assert!(self.top.is_some(), "a frame runs that is on no stack");
        // SAFETY: the precondition.
        unsafe { self.top.unwrap_unchecked() }
    }

    /// A frame has been put on the stack. To be called last, just before the delegation is first polled: that it is the first
    /// poll is then known to the compiler, and stored nowhere.
    #[inline(always)]
    pub(crate) fn call(&mut self) {
        self.left = CALLED;
    }

    /// Tells the frame below where the value of the frame lies that has just ended.
    #[inline(always)]
    pub(super) fn leave(&mut self, value: NonNull<()>) {
        self.left = value.as_ptr();
    }

    /// Takes what the frame above has returned, if it has. After that, a frame is put on the stack before this is called again.
    ///
    /// # Safety
    ///
    /// 1. The frame that runs has waited for one that returns `R`; or the lowest one has ended, and returns `R`.
    #[inline(always)]
    pub(crate) unsafe fn take_left<R>(&mut self) -> Left<R> {
        if self.left.addr() > CALLED.addr() {
            // SAFETY: *a value waits for the frame below*, and precondition 1.
            return Left::Value(unsafe { self.left.cast::<R>().read() });
        }
        if mem::replace(&mut self.left, ptr::null_mut()) == CALLED { Left::Called } else { Left::Nothing }
    }

    /// Drops the last frame.
    fn pop(&mut self) {
        if let Some(frame) = self.top {
            // SAFETY: it is the last one.
            unsafe { self.unlink(frame) };
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
        // It is empty.
        mem::forget(mem::replace(&mut self.meeting.exchange, exchange));
        // From here on the stack is reached through this pointer, by the frames and by ourselves in turn.
        let mut frames = NonNull::from(self);
        // SAFETY: no frame runs, so nobody else uses the pointer.
        if let Some(last) = unsafe { frames.as_ref() }.top {
            // SAFETY: the frame is the last one.
            if unsafe { Head::run(last, frames) } == Turn::Pending {
                // SAFETY: no frame runs, so nobody else uses the pointer.
                return Ran::pending(unsafe { frames.as_mut() }.take_exchange());
            }
        }
        // SAFETY: the precondition, and no frame runs.
        unsafe { Frames::go_on(frames) }
    }

    /// The rest of a run, in which another frame has become the last one.
    ///
    /// # Safety
    ///
    /// 1. As for [`run`](Self::run).
    /// 2. No frame runs.
    #[inline(never)]
    unsafe fn go_on<R>(mut frames: NonNull<Self>) -> Ran<Y, R> {
        // SAFETY: no frame runs, so nobody else uses the pointer.
        while let Some(last) = unsafe { frames.as_ref() }.top {
            // SAFETY: the frame is the last one.
            if unsafe { Head::run(last, frames) } == Turn::Moved {
                continue;
            }
            // SAFETY: no frame runs, so nobody else uses the pointer.
            return Ran::pending(unsafe { frames.as_mut() }.take_exchange());
        }
        // SAFETY: no frame runs, so nobody else uses the pointer.
        let frames = unsafe { frames.as_mut() };
        // SAFETY: the lowest frame has ended, and returns `R` by precondition 1.
        match unsafe { frames.take_left() } {
            Left::Value(value) => Ran::Complete(value, matches!(frames.take_exchange(), Exchange::Failed)),
            _ => unreachable!("the lowest frame has returned"),
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
                // SAFETY: a frame on a stack is live.
                let name = unsafe { Head::name(frame) };
                if see(at.within_named(name)).is_break() {
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
        iter::successors(self.top, |frame| unsafe { frame.as_ref() }.below())
    }

    /// Polls one frame, which stays where it is: it is only told, or asked, something. No other runs. What it leaves in
    /// the exchange is the result.
    ///
    /// # Safety
    ///
    /// 1. `frame` is on this stack.
    unsafe fn poll_alone(&mut self, frame: Lying<Y, S>, exchange: Exchange<Y, S>) -> Exchange<Y, S> {
        /// For the time of the poll it is the last one, also when it unwinds.
        struct Restore<Y, S> {
            frames: NonNull<Frames<Y, S>>,
            frame: Lying<Y, S>,
            top: Option<Lying<Y, S>>,
        }
        impl<Y, S> Drop for Restore<Y, S> {
            fn drop(&mut self) {
                // SAFETY: no frame runs any more, so nobody else uses the pointer, and the stack is still there.
                let frames = unsafe { self.frames.as_mut() };
                // One that has ended would not come back.
                assert!(frames.top == Some(self.frame), "a frame that was only asked went on");
                frames.top = self.top;
            }
        }
        let top = self.top.replace(frame);
        // What was left last has been taken.
        self.left = ptr::null_mut();
        // As in `run`.
        self.meeting.exchange = exchange;
        let mut frames = NonNull::from(self);
        let restore = Restore { frames, frame, top };
        // SAFETY: the frame is the last one.
        let turn = unsafe { Head::run(frame, frames) };
        debug_assert!(turn == Turn::Pending, "a frame that was only asked went on");
        drop(restore);
        // SAFETY: no frame runs, so nobody else uses the pointer.
        unsafe { frames.as_mut() }.take_exchange()
    }
}

/// Stands for a value that has been left, when the frame that is to wait for it has not been polled since.
const CALLED: *mut () = ptr::without_provenance_mut(1);

/// What is there for a frame that waits for the one above.
pub(crate) enum Left<R> {
    /// That has just been put there.
    Called,
    /// It has not ended; the frame is only asked or told something.
    Nothing,
    /// What it returned.
    Value(R),
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

impl<Y, R> Ran<Y, R> {
    /// What the last frame left.
    #[inline(always)]
    fn pending<S>(left: Exchange<Y, S>) -> Self {
        match left {
            Exchange::Yielded(value) => Ran::Yielded(value),
            Exchange::Running => Ran::Running,
            _ => Ran::Nothing,
        }
    }
}

impl<Y, S> Drop for Frames<Y, S> {
    fn drop(&mut self) {
        self.clear();
    }
}
