//! One frame of a stack: a body of a type that it alone knows, and the way to the frame below.

#![expect(unsafe_code, reason = "keeps bodies of unknown types, and their values; see docs/unsafe.md")]

use alloc::boxed::Box;
use core::any::type_name;
use core::future::Future;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::pin::Pin;
use core::ptr::{self, NonNull};
use core::task::{Context, Poll};

use super::arena::Mark;
use super::frames::Frames;
use crate::exchange::{self, Meeting};
use crate::handle::Invariant;

/// A frame where it lies. A raw pointer, because a `Box` that moves would deny the pointers that the stack has.
pub(super) type Lying<Y, S> = NonNull<Head<Y, S>>;

/// What a stack knows of a frame.
pub(super) struct Head<Y, S> {
    /// The frame below, which waits for this one, or null; with [`MARKED`] in its address where there is a mark, so always where
    /// it is null.
    below: *mut Head<Y, S>,
    /// Where the arena's free room begins when this frame has gone. Without one, that is where the frame lies.
    mark: MaybeUninit<Mark>,
    /// What can be done with the body. Invariant: it lies in constant memory.
    table: NonNull<Table<Y, S>>,
    types: Invariant<Y, S>,
}

/// The functions of a type of body.
struct Table<Y, S> {
    run: unsafe fn(Lying<Y, S>, NonNull<Frames<Y, S>>) -> Turn,
    drop: unsafe fn(Lying<Y, S>),
    free: unsafe fn(Lying<Y, S>),
    name: fn() -> &'static str,
}

/// A table, for a head.
pub(super) struct Functions<Y, S>(NonNull<Table<Y, S>>);

/// The bit that says that there is a mark.
const MARKED: usize = 1;

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
    const TABLE: Table<Y, S> = Table { run: Self::run, drop: Self::drop, free: Self::free, name: type_name::<B> };

    /// The place of the body, in a frame which has nothing but its head.
    ///
    /// # Safety
    ///
    /// 1. The place is large enough for a frame.
    #[inline(always)]
    pub(super) unsafe fn room(place: NonNull<Self>) -> NonNull<B> {
        // SAFETY: the precondition.
        let body = unsafe { &raw mut (*place.as_ptr()).room };
        // SAFETY: it lies in the place.
        unsafe { NonNull::new_unchecked(body.cast()) }
    }

    /// The functions of such frames.
    #[inline(always)]
    pub(super) fn table() -> Functions<Y, S> {
        Functions(NonNull::from(const { &Self::TABLE }))
    }

    /// See [`Head::run`]. One function polls a body, drops it and takes its value, so that the compiler sees that a body
    /// which has returned has nothing left to drop. Frames of the same type, which recursion is made of, take turns in it.
    unsafe fn run(mut lying: Lying<Y, S>, mut frames: NonNull<Frames<Y, S>>) -> Turn {
        // SAFETY: the frame is live.
        let table = unsafe { lying.as_ref() }.table;
        loop {
            // SAFETY: the table is this type's.
            let room = unsafe { &mut lying.cast::<Self>().as_mut().room };
            // SAFETY: the frame is on a stack, so its room holds a body.
            let body = unsafe { &mut room.body };
            // SAFETY: the frame is pinned, and drops its body in place.
            let pinned = unsafe { Pin::new_unchecked(&mut **body) };
            // Each poll has a waker and a context of its own: a future may have written to it, and the compiler sees whose they
            // are.
            // SAFETY: a stack begins with its meeting, which is ours only while no frame runs.
            let waker = unsafe { exchange::waker(frames.cast::<Meeting<Y, S>>()) };
            let next = match pinned.poll(&mut Context::from_waker(&waker)) {
                Poll::Pending => {
                    // SAFETY: the stack is ours while no body runs.
                    let stack = unsafe { frames.as_ref() };
                    // SAFETY: this frame is on it.
                    let last = unsafe { stack.last() };
                    if last == lying {
                        return Turn::Pending;
                    }
                    last
                }
                Poll::Ready(value) => {
                    let ended = Ended { frames, frame: lying };
                    // SAFETY: whether this unwinds or not, the frame is then taken off the stack.
                    unsafe { ManuallyDrop::drop(body) };
                    let below = ended.unlink();
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
    frame: Lying<Y, S>,
}

impl<Y, S> Ended<Y, S> {
    #[inline(always)]
    fn unlink(self) -> Option<Lying<Y, S>> {
        let mut ended = ManuallyDrop::new(self);
        // SAFETY: the stack is the frame's while it runs.
        let frames = unsafe { ended.frames.as_mut() };
        // SAFETY: the frame is the last one.
        unsafe { frames.unlink(ended.frame) }
    }
}

impl<Y, S> Drop for Ended<Y, S> {
    fn drop(&mut self) {
        // SAFETY: the stack is the frame's while it runs.
        let frames = unsafe { self.frames.as_mut() };
        // SAFETY: the frame is the last one.
        unsafe { frames.unlink(self.frame) };
    }
}

impl<Y, S> Head<Y, S> {
    /// Of a frame that lies in the arena, where the free room began.
    #[inline(always)]
    pub(super) fn new(below: Lying<Y, S>, functions: Functions<Y, S>) -> Self {
        Head { below: below.as_ptr(), mark: MaybeUninit::uninit(), table: functions.0, types: PhantomData }
    }

    /// Of any other one.
    pub(super) fn marked(below: Option<Lying<Y, S>>, mark: Mark, functions: Functions<Y, S>) -> Self {
        let mut head =
            Head { below: ptr::null_mut(), mark: MaybeUninit::new(mark), table: functions.0, types: PhantomData };
        head.lie_above(below);
        head
    }

    /// Puts it above another one. It is one with a mark.
    pub(super) fn lie_above(&mut self, below: Option<Lying<Y, S>>) {
        let below = below.map_or(ptr::null_mut(), NonNull::as_ptr);
        self.below = below.map_addr(|address| address | MARKED);
    }

    /// The frame below, if this one has no mark.
    #[inline(always)]
    pub(super) fn plainly_below(&self) -> Option<Lying<Y, S>> {
        // SAFETY: it is not null, or there would be a mark.
        (self.below.addr() & MARKED == 0).then(|| unsafe { NonNull::new_unchecked(self.below) })
    }

    /// The frame below.
    pub(super) fn below(&self) -> Option<Lying<Y, S>> {
        NonNull::new(self.below.map_addr(|address| address & !MARKED))
    }

    /// The mark, if there is one.
    pub(super) fn mark(&self) -> Option<Mark> {
        // SAFETY: who sets the bit has written the mark.
        (self.below.addr() & MARKED != 0).then(|| unsafe { self.mark.assume_init() })
    }

    /// Polls the body of the last frame. When it returns, takes the frame off the stack, drops the body and leaves its value
    /// for the frame below. Goes on for as long as the last frame is of the same type.
    ///
    /// # Safety
    ///
    /// 1. `lying` is the last frame of `frames`, which nobody else touches during the call.
    #[inline(always)]
    pub(super) unsafe fn run(lying: Lying<Y, S>, frames: NonNull<Frames<Y, S>>) -> Turn {
        // SAFETY: a frame on a stack is live.
        let table = unsafe { lying.as_ref() }.table;
        // SAFETY: by its invariant.
        let run = unsafe { table.as_ref() }.run;
        // SAFETY: the preconditions.
        unsafe { run(lying, frames) }
    }

    /// The name of the body's type.
    ///
    /// # Safety
    ///
    /// 1. The frame is live.
    pub(super) unsafe fn name(lying: Lying<Y, S>) -> fn() -> &'static str {
        // SAFETY: the precondition.
        let table = unsafe { lying.as_ref() }.table;
        // SAFETY: by its invariant.
        unsafe { table.as_ref() }.name
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
        let place = NonNull::from(Box::leak(Box::<Framed<Y, S, B>>::new_uninit())).cast::<Framed<Y, S, B>>();
        // SAFETY: the box is made for it.
        unsafe { place.cast().write(Head::marked(None, Mark::ELSEWHERE, Framed::<Y, S, B>::table())) };
        // SAFETY: the box is made for a frame.
        (unsafe { Framed::room(place) }, Memory(place.cast()))
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

/// A frame on no stack yet. It drops the body, and not the memory.
pub(super) struct Root<Y, S>(Lying<Y, S>);

impl<Y, S> Root<Y, S> {
    /// # Safety
    ///
    /// 1. The frame holds a body, and is on no stack.
    pub(super) unsafe fn new(frame: Lying<Y, S>) -> Self {
        Root(frame)
    }

    /// Gives the frame away.
    pub(super) fn into_frame(self) -> Lying<Y, S> {
        ManuallyDrop::new(self).0
    }
}

impl<Y, S> Drop for Root<Y, S> {
    fn drop(&mut self) {
        // SAFETY: it holds a body, and is not used again.
        unsafe { Head::drop(self.0) };
    }
}
