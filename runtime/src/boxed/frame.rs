//! One frame of a stack: a body of a type that it alone knows, and the way to the frame below.

#![expect(unsafe_code, reason = "keeps bodies of unknown types, and their values; see docs/unsafe.md")]

use alloc::boxed::Box;
use core::future::Future;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::{Context, Poll, Waker};

use super::arena::Mark;
use super::frames::Frames;
use crate::handle::Invariant;

/// A frame where it lies. A raw pointer, because a `Box` that moves would deny the pointers that the stack has.
pub(super) type Lying<Y, S> = NonNull<Head<Y, S>>;

/// What a stack knows of a frame.
pub(super) struct Head<Y, S> {
    /// The frame below, which waits for this one.
    pub(super) below: Option<Lying<Y, S>>,
    /// The arena's room that is free when this frame has gone.
    pub(super) mark: Mark,
    /// What can be done with the body. Invariant: it lies in constant memory.
    table: NonNull<Table<Y, S>>,
    types: Invariant<Y, S>,
}

/// The functions of a type of body.
struct Table<Y, S> {
    run: unsafe fn(Lying<Y, S>, NonNull<Frames<Y, S>>, &Waker) -> Turn,
    drop: unsafe fn(Lying<Y, S>),
    free: unsafe fn(Lying<Y, S>),
}

/// How a run has ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// The last frame is pending.
    Pending,
    /// Another frame is the last one now, or there is none.
    Moved,
}

/// A frame. Invariant: `room` holds a body, pinned, until the frame is taken off its stack.
#[repr(C)]
pub(super) struct Framed<Y, S, B: Future> {
    /// First, so that a pointer to it is one to the frame.
    head: Head<Y, S>,
    room: Room<B>,
}

/// First a body, then what it returned.
union Room<B: Future> {
    body: ManuallyDrop<B>,
    value: ManuallyDrop<B::Output>,
}

impl<Y, S, B: Future> Framed<Y, S, B> {
    const TABLE: Table<Y, S> = Table { run: Self::run, drop: Self::drop, free: Self::free };

    /// Writes all of a frame but its body, whose place it gives back.
    ///
    /// # Safety
    ///
    /// 1. The place is large enough and aligned, and nothing lies in it.
    #[inline(always)]
    pub(super) unsafe fn begin(place: NonNull<Self>, below: Option<Lying<Y, S>>, mark: Mark) -> NonNull<B> {
        let head = Head { below, mark, table: NonNull::from(const { &Self::TABLE }), types: PhantomData };
        // SAFETY: the precondition.
        unsafe { place.cast().write(head) };
        // SAFETY: as above.
        let body = unsafe { &raw mut (*place.as_ptr()).room };
        // SAFETY: it lies in the place.
        unsafe { NonNull::new_unchecked(body.cast()) }
    }

    /// See [`Head::run`]. One function polls a body, drops it and takes its value, so that the compiler sees that a body
    /// which has returned has nothing left to drop. Frames of the same type, which recursion is made of, take turns in it.
    unsafe fn run(mut lying: Lying<Y, S>, mut frames: NonNull<Frames<Y, S>>, waker: &Waker) -> Turn {
        // SAFETY: the frame is live.
        let table = unsafe { lying.as_ref() }.table;
        loop {
            // SAFETY: the table is this type's.
            let Framed { head, room } = unsafe { lying.cast::<Self>().as_mut() };
            // SAFETY: the frame is on a stack, so its room holds a body.
            let body = unsafe { &mut room.body };
            // SAFETY: the frame is pinned, and drops its body in place.
            let pinned = unsafe { Pin::new_unchecked(&mut **body) };
            // Each poll has a context of its own: a future may have written to it.
            let next = match pinned.poll(&mut Context::from_waker(waker)) {
                // SAFETY: the stack is ours while no body runs.
                Poll::Pending => match unsafe { frames.as_ref() }.top() {
                    Some(top) if top != lying => top,
                    _ => return Turn::Pending,
                },
                Poll::Ready(value) => {
                    let below = head.below;
                    let ended = Ended { frames, below, mark: head.mark };
                    // SAFETY: whether this unwinds or not, the frame is then taken off the stack.
                    unsafe { ManuallyDrop::drop(body) };
                    drop(ended);
                    room.value = ManuallyDrop::new(value);
                    // SAFETY: the value has just been written.
                    let value = NonNull::from(unsafe { &mut room.value });
                    // SAFETY: the stack is ours while no body runs.
                    unsafe { frames.as_mut() }.leave(value.cast());
                    match below {
                        Some(below) => below,
                        None => return Turn::Moved,
                    }
                }
            };
            // Frames with the same table have the same functions; so this one may go on with theirs, being it.
            // SAFETY: a frame on a stack is live.
            if unsafe { next.as_ref() }.table != table {
                return Turn::Moved;
            }
            lying = next;
        }
    }

    /// See [`Head::drop`].
    unsafe fn drop(lying: Lying<Y, S>) {
        // SAFETY: the table is this type's.
        let room = unsafe { &mut lying.cast::<Self>().as_mut().room };
        // SAFETY: the frame has not ended, so its room holds a body.
        let body = unsafe { &mut room.body };
        // SAFETY: it is not used again.
        unsafe { ManuallyDrop::drop(body) };
    }

    /// See [`Memory`].
    unsafe fn free(lying: Lying<Y, S>) {
        // SAFETY: the table is this type's, and the frame came out of a box.
        drop(unsafe { Box::from_raw(lying.cast::<Self>().as_ptr()) });
    }
}

/// Takes a frame off its stack, also when its body unwinds as it is dropped.
struct Ended<Y, S> {
    frames: NonNull<Frames<Y, S>>,
    below: Option<Lying<Y, S>>,
    mark: Mark,
}

impl<Y, S> Drop for Ended<Y, S> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the stack is the frame's while it runs.
        unsafe { self.frames.as_mut() }.unlink(self.below, self.mark);
    }
}

impl<Y, S> Head<Y, S> {
    /// Polls the body of the last frame. When it returns, takes the frame off the stack, drops the body and leaves its value
    /// for the frame below. Goes on for as long as the last frame is of the same type.
    ///
    /// # Safety
    ///
    /// 1. `lying` is the last frame of `frames`, which nobody else touches during the call.
    /// 2. `waker` is that of the driver that keeps these frames.
    #[inline(always)]
    pub(super) unsafe fn run(lying: Lying<Y, S>, frames: NonNull<Frames<Y, S>>, waker: &Waker) -> Turn {
        // SAFETY: a frame on a stack is live.
        let table = unsafe { lying.as_ref() }.table;
        // SAFETY: by its invariant.
        let run = unsafe { table.as_ref() }.run;
        // SAFETY: the preconditions.
        unsafe { run(lying, frames, waker) }
    }

    /// Drops the body.
    ///
    /// # Safety
    ///
    /// 1. The body has not ended, and the frame is not used again.
    pub(super) unsafe fn drop(lying: Lying<Y, S>) {
        // SAFETY: the frame is live.
        let table = unsafe { lying.as_ref() }.table;
        // SAFETY: by its invariant.
        let drop = unsafe { table.as_ref() }.drop;
        // SAFETY: the precondition.
        unsafe { drop(lying) };
    }
}

/// The memory of a frame in a box. What lies in it belongs to the stack that the frame is on, and must have been dropped by
/// that, or have ended, when this is dropped: else it leaks.
pub(super) struct Memory<Y, S>(Lying<Y, S>);

impl<Y, S> Memory<Y, S> {
    /// The memory of a frame, and the room for its body, which is to be written before the frame is put on a stack.
    pub(super) fn begin<B: Future>() -> (NonNull<B>, Self) {
        let place = NonNull::from(Box::leak(Box::<Framed<Y, S, B>>::new_uninit())).cast();
        // SAFETY: the box is made for it.
        let room = unsafe { Framed::<Y, S, B>::begin(place, None, Mark::ELSEWHERE) };
        (room, Memory(place.cast()))
    }

    /// The memory of a frame, after [`into_frame`](Self::into_frame).
    ///
    /// # Safety
    ///
    /// 1. The frame came from there, and this is the only memory of it.
    pub(super) unsafe fn of(frame: Lying<Y, S>) -> Self {
        Memory(frame)
    }

    /// Gives the memory away.
    pub(super) fn into_frame(self) -> Lying<Y, S> {
        ManuallyDrop::new(self).0
    }

    /// The frame.
    pub(super) fn frame(&self) -> Lying<Y, S> {
        self.0
    }
}

impl<Y, S> Drop for Memory<Y, S> {
    fn drop(&mut self) {
        // SAFETY: the memory is ours.
        let table = unsafe { self.0.as_ref() }.table;
        // SAFETY: by its invariant.
        let free = unsafe { table.as_ref() }.free;
        // SAFETY: the frame came out of a box, and is used no longer.
        unsafe { free(self.0) };
    }
}
