//! The stack of frames that a boxed coroutine runs on.

#![expect(unsafe_code, reason = "frames leave their values in the frames below; see docs/unsafe.md")]

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::alloc::Layout;
use core::future::Future;
use core::mem;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::ptr::{self, NonNull};
use core::task::{Context, Poll};

use pin_project::pin_project;

use super::arena::{Arena, Mark};
use crate::Suspension;
use crate::exchange::{self, Exchange, Meeting};
use crate::handle::Invariant;

/// The running frame is the last one, each other one waits for the next.
pub(crate) struct Frames<Y, S> {
    entries: Vec<Entry<Y, S>>,
    arena: Arena,
}

/// A frame, and where it puts what it returns.
///
/// Invariant *a frame owns its body*: `body` is pinned in a box, or in the arena of the stack that the frame is on, until
/// the frame is dropped. It is a raw pointer because the outcomes of other frames lie in it, which a `Box` that moves
/// would deny.
///
/// Invariant *an outcome lies below*: `outcome` points to an `Option` of the body's return type, in a delegation that
/// waits in the frame below; or it is `None`, in the lowest frame. The frame below neither runs nor is dropped while this
/// one is on the stack.
pub(super) struct Entry<Y, S> {
    body: NonNull<dyn Frame<Y, S>>,
    outcome: Option<NonNull<()>>,
    room: Room,
}

/// Where a frame's body is.
#[derive(Clone, Copy)]
enum Room {
    Box,
    Arena(Mark),
}

/// A body whose return type is known to itself only.
trait Frame<Y, S> {
    /// Polls the body; when it returns, puts its value into `outcome`.
    ///
    /// # Safety
    ///
    /// 1. `outcome` points to an `Option` of the body's return type, which nobody else touches during the call.
    /// 2. `cx` is that of a driver that keeps frames, of the body's own types.
    unsafe fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>, outcome: NonNull<()>) -> Poll<()>;
}

#[pin_project]
struct Framed<Y, S, B> {
    #[pin]
    body: B,
    /// Invariant: those of the body's handle.
    types: Invariant<Y, S>,
}

impl<Y, S, B: Future> Frame<Y, S> for Framed<Y, S, B> {
    #[inline]
    unsafe fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>, outcome: NonNull<()>) -> Poll<()> {
        self.project().body.poll(cx).map(|value| {
            // SAFETY: precondition 1.
            unsafe { *outcome.cast::<Option<B::Output>>().as_mut() = Some(value) };
        })
    }
}

impl<Y, S> Entry<Y, S> {
    /// A frame in a box, on no stack yet.
    ///
    /// # Safety
    ///
    /// 1. `Y` and `S` are the types of the body's handle.
    /// 2. The frame is dropped before anything that the body borrows.
    pub(super) unsafe fn boxed<B: Future>(body: B) -> Self {
        let body = NonNull::from(Box::leak(Box::new(Framed { body, types: Invariant::default() })));
        // SAFETY: precondition 2.
        Entry { body: unsafe { erase(body) }, outcome: None, room: Room::Box }
    }
}

/// Forgets a body's type, and what it borrows.
///
/// # Safety
///
/// 1. The body is used no longer than it lives.
unsafe fn erase<'a, Y, S, B: Future + 'a>(body: NonNull<Framed<Y, S, B>>) -> NonNull<dyn Frame<Y, S>>
where
    Y: 'a,
    S: 'a,
{
    let body: NonNull<dyn Frame<Y, S> + 'a> = body;
    // SAFETY: only the lifetime changes, and precondition 1 stands for it.
    unsafe { mem::transmute::<NonNull<dyn Frame<Y, S> + 'a>, NonNull<dyn Frame<Y, S>>>(body) }
}

impl<Y, S> Drop for Entry<Y, S> {
    fn drop(&mut self) {
        match self.room {
            // SAFETY: *a frame owns its body*.
            Room::Box => drop(unsafe { Box::from_raw(self.body.as_ptr()) }),
            // SAFETY: *a frame owns its body*.
            Room::Arena(_) => unsafe { ptr::drop_in_place(self.body.as_ptr()) },
        }
    }
}

impl<Y, S> Frames<Y, S> {
    pub(super) const fn new() -> Self {
        Frames { entries: Vec::new(), arena: Arena::new() }
    }

    pub(super) fn depth(&self) -> usize {
        self.entries.len()
    }

    /// Puts a frame on the stack.
    pub(super) fn push(&mut self, frame: Entry<Y, S>) {
        self.entries.push(frame);
    }

    /// Puts a body on the stack, in the arena.
    ///
    /// # Safety
    ///
    /// 1. `Y` and `S` are the types of the body's handle.
    /// 2. The stack drops it before anything that the body borrows.
    /// 3. It does not run before [`set_outcome`](Self::set_outcome) has told where it returns to.
    pub(crate) unsafe fn push_body<B: Future>(&mut self, body: B) {
        let framed = Framed { body, types: Invariant::default() };
        let (room, mark) = self.arena.push(Layout::for_value(&framed));
        let body = room.cast::<Framed<Y, S, B>>();
        // SAFETY: the room is large enough and aligned.
        unsafe { body.write(framed) };
        // SAFETY: precondition 2.
        let body = unsafe { erase(body) };
        self.entries.push(Entry { body, outcome: None, room: Room::Arena(mark) });
    }

    /// Tells the last frame where it returns to.
    ///
    /// # Safety
    ///
    /// 1. `outcome` is of the type that the frame returns, and lies in the frame below.
    pub(crate) unsafe fn set_outcome<R>(&mut self, outcome: NonNull<Option<R>>) {
        if let Some(frame) = self.entries.last_mut() {
            frame.outcome = Some(outcome.cast());
        }
    }

    /// Drops the last frame.
    fn pop(&mut self) {
        if let Some(frame) = self.entries.pop() {
            let room = frame.room;
            drop(frame);
            if let Room::Arena(mark) = room {
                self.arena.pop(mark);
            }
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
        while !self.entries.is_empty() {
            let rest = Rest(self);
            rest.0.pop();
            mem::forget(rest);
        }
    }

    /// Runs the last frame, and those that it calls and that it returns to, until one of them yields or the lowest one
    /// returns.
    ///
    /// With `closing`, those that return to a frame that they have been called from before are told to have been closed.
    ///
    /// # Safety
    ///
    /// 1. `R` is the type that the lowest frame returns.
    #[inline]
    pub(super) unsafe fn run<R>(&mut self, exchange: Exchange<Y, S>, closing: bool) -> Ran<Y, R> {
        let mut returned = None::<R>;
        let mut old = if closing { self.depth() } else { 0 };
        // From here on the stack is reached through this pointer, by the frames and by ourselves in turn.
        let mut frames = NonNull::from(self);
        let mut meeting = Meeting { exchange, frames: Some(frames) };
        // Likewise the meeting.
        let mut meeting = NonNull::from(&mut meeting);
        // SAFETY: the meeting lives as long as the waker; it is ours only while no frame runs.
        let waker = unsafe { exchange::waker(meeting) };
        // SAFETY: no frame runs, so nobody else uses the pointer.
        while let Some(last) = unsafe { frames.as_ref() }.entries.last() {
            let outcome = last.outcome.unwrap_or(NonNull::from(&mut returned).cast());
            let mut body = last.body;
            // SAFETY: *a frame owns its body*.
            let body = unsafe { body.as_mut() };
            // SAFETY: *a frame owns its body*, and it is pinned.
            let body = unsafe { Pin::new_unchecked(body) };
            // SAFETY: *an outcome lies below*; that of the lowest frame is `returned`, by precondition 1. The frames' types are
            // the stack's.
            let ended = unsafe { body.poll(&mut Context::from_waker(&waker), outcome) }.is_ready();
            if ended {
                // SAFETY: no frame runs, so nobody else uses the pointer.
                let frames = unsafe { frames.as_mut() };
                frames.pop();
                if frames.depth() < old {
                    old = frames.depth();
                    // SAFETY: no frame runs, so nobody else uses the pointer.
                    unsafe { meeting.as_mut().exchange = Exchange::Close };
                }
                continue;
            }
            // SAFETY: no frame runs, so nobody else uses the pointer.
            match mem::replace(unsafe { &mut meeting.as_mut().exchange }, Exchange::Empty) {
                Exchange::Yielded(value) => return Ran::Yielded(value),
                Exchange::Called => {}
                _ => return Ran::Nothing,
            }
        }
        match returned {
            Some(value) => Ran::Complete(value),
            None => unreachable!("the lowest frame has returned"),
        }
    }

    /// Tells where each frame stands, and what it delegates to in turn, from the lowest frame to the last, until `see`
    /// says that it is enough.
    pub(super) fn trace(&mut self, mut see: impl FnMut(Suspension) -> ControlFlow<()>) {
        // Likewise with pointers.
        let mut frames = NonNull::from(self);
        let mut index = 0;
        // SAFETY: no frame runs, so nobody else uses the pointer.
        while let Some(frame) = unsafe { frames.as_mut() }.entries.get_mut(index) {
            let mut body = frame.body;
            for level in 0.. {
                let mut meeting = Meeting { exchange: Exchange::Ask(level), frames: Some(frames) };
                // SAFETY: the meeting lives as long as the waker.
                let waker = unsafe { exchange::waker(NonNull::from(&mut meeting)) };
                // SAFETY: *a frame owns its body*.
                let body = unsafe { body.as_mut() };
                // SAFETY: *a frame owns its body*, and it is pinned.
                let body = unsafe { Pin::new_unchecked(body) };
                // SAFETY: a body that is only asked does not return, and leaves nothing.
                let polled = unsafe { body.poll(&mut Context::from_waker(&waker), NonNull::dangling()) };
                debug_assert!(polled.is_pending(), "a body that was only asked went on");
                let Exchange::Here(at) = meeting.exchange else { break };
                if see(at).is_break() {
                    return;
                }
            }
            index += 1;
        }
    }
}

/// What a stack did.
pub(super) enum Ran<Y, R> {
    Yielded(Y),
    Complete(R),
    /// Neither: it only looked, or awaited something that is not ours.
    Nothing,
}

impl<Y, S> Drop for Frames<Y, S> {
    fn drop(&mut self) {
        self.clear();
    }
}
