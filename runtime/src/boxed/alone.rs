//! A frame on no stack: where `yield_from!(box child)` stands in a coroutine whose driver keeps none.

#![expect(unsafe_code, reason = "polls and drops a frame; see docs/unsafe.md")]

use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::mem::{self, ManuallyDrop};
use core::ptr::{self, NonNull};
use core::sync::atomic::AtomicPtr;
use core::task::Poll;

use super::frame::{Head, Lying, Memory};
use super::frames::{Frames, Left};
use crate::exchange::Exchange;

/// A frame in a box of its own, whose body is a `B`, until that has ended.
///
/// All that is done with it is out of line, and through the frame's functions: what the compiler inlines into those is a
/// body that is polled there alone.
///
/// It owns the body, so it is `Send` when that is. Hence the kind of pointer, which is nothing to the compiler in this
/// respect; nothing atomic is done with it.
pub(crate) struct Alone<Y, S, B> {
    /// Null when the frame has ended.
    frame: AtomicPtr<Head<Y, S>>,
    body: PhantomData<B>,
}

impl<Y, S, B: Future> Alone<Y, S, B> {
    #[cold]
    #[inline(never)]
    pub(crate) fn new(body: B) -> Self {
        let (room, memory) = Memory::begin();
        // SAFETY: the room is the body's.
        unsafe { room.write(body) };
        Alone { frame: AtomicPtr::new(memory.into_frame().as_ptr()), body: PhantomData }
    }

    /// Polls the body.
    ///
    /// # Safety
    ///
    /// 1. `exchange` is that of the poll which is running, whose driver keeps no stack.
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn poll(&mut self, mut exchange: NonNull<Exchange<Y, S>>) -> Poll<B::Output> {
        let Some(frame) = NonNull::new(*self.frame.get_mut()) else { return Poll::Pending };
        // SAFETY: by precondition 1 and *one exchange, one poll*.
        let sent = mem::replace(unsafe { exchange.as_mut() }, Exchange::Empty);
        // SAFETY: precondition 1.
        let frames = unsafe { Frames::outside(frame, exchange, sent) };
        let mut stack = Stack { frames: ManuallyDrop::new(frames), alone: self };
        let mut frames = NonNull::from(&mut *stack.frames);
        // SAFETY: it is the last frame, and on no other stack; its body puts none on this one, being told that there is none.
        unsafe { Head::run(frame, frames) };
        // SAFETY: no frame runs, so nobody else uses the pointer.
        let frames = unsafe { frames.as_mut() };
        // SAFETY: as before.
        *unsafe { exchange.as_mut() } = frames.take_exchange();
        // SAFETY: if the frame has ended, it was a `B`.
        match unsafe { frames.take_left() } {
            Left::Value(value) => Poll::Ready(value),
            _ => Poll::Pending,
        }
    }
}

/// A stack for the time of a poll. It does not drop the frame, but sees whether it has ended.
struct Stack<'a, Y, S, B> {
    frames: ManuallyDrop<Frames<Y, S>>,
    alone: &'a mut Alone<Y, S, B>,
}

impl<Y, S, B> Drop for Stack<'_, Y, S, B> {
    fn drop(&mut self) {
        drop(self.frames.take_exchange());
        if self.frames.top().is_none() {
            if let Some(frame) = self.alone.take() {
                // SAFETY: the frame was in a box, and has ended.
                drop(unsafe { Memory::of(frame) });
            }
        }
    }
}

impl<Y, S, B> Alone<Y, S, B> {
    fn take(&mut self) -> Option<Lying<Y, S>> {
        NonNull::new(mem::replace(self.frame.get_mut(), ptr::null_mut()))
    }
}

impl<Y, S, B> Drop for Alone<Y, S, B> {
    #[cold]
    #[inline(never)]
    fn drop(&mut self) {
        if let Some(frame) = self.take() {
            // SAFETY: the frame is in a box.
            let _memory = unsafe { Memory::of(frame) };
            // SAFETY: the body has not ended. Its memory is freed after it, also when this unwinds.
            unsafe { Head::drop(frame) };
        }
    }
}

impl<Y, S, B> fmt::Debug for Alone<Y, S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alone").finish_non_exhaustive()
    }
}
