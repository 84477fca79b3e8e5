//! The slot through which one value crosses in each direction.
//!
//! A resume keeps an [`Exchange`] in a local variable, a [`Meeting`], and polls the body with a waker whose data pointer
//! is that variable's address. The `yield` that the body stands at finds it there, takes what was sent, and the next `yield`
//! leaves what is yielded. Nothing is stored in the coroutine, and when the body is inlined nothing is stored at all.
//!
//! # Invariant: *one exchange, one poll*
//!
//! While a body is polled, the data pointer of its context's waker is the address of a live `Meeting<Y, S>` that nobody
//! else touches, and `Y` and `S` are the types of that body's [`Handle`](crate::handle::Handle). When the poll
//! returns, nobody keeps the address.
//!
//! The first half holds because bodies are polled here only, or by an `.await` that stands directly in another body
//! with the same two types; the second because no future of this crate stores the address across a suspension.

#![expect(unsafe_code, reason = "a value reaches the body through a pointer in its waker; see docs/unsafe.md")]

use core::future::Future;
#[cfg(feature = "alloc")]
use core::mem::offset_of;
use core::mem::{self, ManuallyDrop};
use core::panic::Location;
use core::pin::Pin;
use core::ptr::{self, NonNull};
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use crate::Suspension;
#[cfg(feature = "alloc")]
use crate::boxed::Frames;
use crate::suspension::Here;

/// What lies in the slot between a driver and a body.
#[derive(Debug)]
pub(crate) enum Exchange<Y, S> {
    /// Nothing: the body is just starting, or has taken what was sent and not yielded since.
    Empty,
    /// From the driver, for the `yield` at which the body is suspended.
    Sent(S),
    /// From the driver: the coroutine is being closed, and its body does not observe that, or waits for another frame. If it is
    /// left there, nobody has anything to do with it.
    Close,
    /// From the driver, who resumes nothing: where does the body stand, so many delegations further in?
    Ask(usize),
    /// From the body, for the driver: there.
    Here(Suspension),
    /// From a body that has returned, for whoever closes it: that is a failure.
    Failed,
    /// From the body, for a driver that closes it: a child is running, and cannot be closed.
    Running,
    /// From an `async` body: it waits for a child, which can be told of a close.
    Listening,
    /// From the body, for the driver.
    Yielded(Y),
}

/// What the waker's data pointer leads to: who drives, and an exchange.
#[repr(C)]
pub(crate) struct Meeting<Y, S> {
    /// First, so that it is found without knowing the types.
    driver: Driver,
    pub(crate) exchange: Exchange<Y, S>,
}

/// What a driver has besides: nothing, a stack of frames, or somebody to wake.
///
/// Invariant: null; or [`FRAMES`](Driver::FRAMES), and the meeting is the beginning of a [`Frames`]; or a `Waker` that lives
/// as long as the poll.
#[derive(Clone, Copy)]
struct Driver(*const Waker);

impl Driver {
    const ALONE: Self = Driver(ptr::null());
    #[cfg(feature = "alloc")]
    const FRAMES: Self = Driver(ptr::without_provenance(align_of::<Waker>()));

    /// Whom it has to wake.
    fn waker(&self) -> Option<&Waker> {
        #[cfg(feature = "alloc")]
        if ptr::eq(self.0, Driver::FRAMES.0) {
            return None;
        }
        // SAFETY: the invariant.
        unsafe { self.0.as_ref() }
    }
}

impl<Y, S> Meeting<Y, S> {
    /// With a driver that keeps no frames, and is not itself polled.
    #[inline(always)]
    pub(crate) const fn new(exchange: Exchange<Y, S>) -> Self {
        Meeting { driver: Driver::ALONE, exchange }
    }

    /// With a driver that keeps frames.
    ///
    /// # Safety
    ///
    /// 1. It is the beginning of a [`Frames`] when a body is polled with it.
    #[cfg(feature = "alloc")]
    pub(crate) const unsafe fn with_frames() -> Self {
        Meeting { driver: Driver::FRAMES, exchange: Exchange::Empty }
    }

    /// With a driver that is itself polled, and wakes whoever does that.
    ///
    /// # Safety
    ///
    /// 1. A body is polled with it while the waker lives only.
    #[inline(always)]
    pub(crate) unsafe fn with_waker(exchange: Exchange<Y, S>, waker: &Waker) -> Self {
        Meeting { driver: Driver(waker), exchange }
    }

    /// With the same driver as another, one without frames, for the time of its poll.
    ///
    /// # Safety
    ///
    /// 1. `other` is the exchange of a poll that is running, and it outlives this one.
    #[cfg(feature = "alloc")]
    pub(crate) unsafe fn beside(other: NonNull<Exchange<Y, S>>, exchange: Exchange<Y, S>) -> Self {
        // SAFETY: the precondition.
        Meeting { driver: unsafe { driver(other) }, exchange }
    }
}

/// Who drives the poll that an exchange belongs to.
///
/// # Safety
///
/// 1. `exchange` came from [`current`] during the poll that is still running.
#[cfg(feature = "alloc")]
#[inline(always)]
unsafe fn driver<Y, S>(exchange: NonNull<Exchange<Y, S>>) -> Driver {
    // SAFETY: the precondition.
    let meeting = unsafe { meeting(exchange) };
    // SAFETY: the meeting is live, and this field of it does not change.
    unsafe { (*meeting.as_ptr()).driver }
}

/// The meeting that an exchange lies in.
///
/// # Safety
///
/// 1. `exchange` came from [`current`] during the poll that is still running.
#[cfg(feature = "alloc")]
#[inline(always)]
unsafe fn meeting<Y, S>(exchange: NonNull<Exchange<Y, S>>) -> NonNull<Meeting<Y, S>> {
    // SAFETY: that is where it lies, and the pointer was made of one to the meeting.
    unsafe { exchange.byte_sub(offset_of!(Meeting<Y, S>, exchange)) }.cast()
}

/// Polls `body` once.
///
/// # Safety
///
/// 1. `Y` and `S` are the types of the handle that `body` was made with.
#[inline(always)]
pub(crate) unsafe fn poll<Y, S, F: Future>(body: Pin<&mut F>, meeting: &mut Meeting<Y, S>) -> Poll<F::Output> {
    // SAFETY: the meeting lives as long as the waker, and precondition 1.
    let waker = unsafe { waker(NonNull::from(meeting)) };
    body.poll(&mut Context::from_waker(&waker))
}

/// The waker that bodies are polled with.
///
/// # Safety
///
/// 1. While a body is polled with it, the meeting is live, nobody else touches it, and `Y` and `S` are the types of the
///    body's handle.
#[inline(always)]
pub(crate) unsafe fn waker<Y, S>(meeting: NonNull<Meeting<Y, S>>) -> ManuallyDrop<Waker> {
    // SAFETY: the table's functions find a driver there, which comes first.
    ManuallyDrop::new(unsafe { Waker::new(meeting.as_ptr().cast_const().cast(), &TABLE) })
}

/// The stack of the driver of the poll that an exchange belongs to, if it keeps one.
///
/// # Safety
///
/// 1. `exchange` came from [`current`] during the poll that is still running.
#[cfg(feature = "alloc")]
#[inline(always)]
pub(crate) unsafe fn frames<Y, S>(exchange: NonNull<Exchange<Y, S>>) -> Option<NonNull<Frames<Y, S>>> {
    // SAFETY: the precondition.
    let with_frames = ptr::eq(unsafe { driver(exchange) }.0, Driver::FRAMES.0);
    // SAFETY: the precondition, and the driver's invariant.
    with_frames.then(|| unsafe { kept_frames(exchange) })
}

/// The stack of a driver that is known to keep one.
///
/// # Safety
///
/// 1. As for [`frames`].
/// 2. The driver keeps one.
#[cfg(feature = "alloc")]
#[inline(always)]
pub(crate) unsafe fn kept_frames<Y, S>(exchange: NonNull<Exchange<Y, S>>) -> NonNull<Frames<Y, S>> {
    // SAFETY: the preconditions, and the driver's invariant.
    unsafe { meeting(exchange) }.cast()
}

/// The slot of the poll that `cx` belongs to.
///
/// # Panics
///
/// If somebody has put another waker into the context.
///
/// # Safety
///
/// 1. `cx` was given to a body with the same `Y` and `S` for the poll that is running.
#[inline(always)]
pub(crate) unsafe fn current<Y, S>(cx: &Context<'_>) -> NonNull<Exchange<Y, S>> {
    // SAFETY: precondition 1.
    unsafe { intact(cx) }.unwrap_or_else(|| replaced())
}

/// As [`current`], but `None` if somebody has put another waker into the context: safe code cannot keep one of ours, but
/// it can write to the context that an `.await` shows it.
///
/// # Safety
///
/// 1. As for [`current`].
#[inline(always)]
pub(crate) unsafe fn intact<Y, S>(cx: &Context<'_>) -> Option<NonNull<Exchange<Y, S>>> {
    if !is_ours(cx) {
        return None;
    }
    let meeting: *mut Meeting<Y, S> = cx.waker().data().cast_mut().cast();
    // SAFETY: the waker is the poll's own, so that is a live meeting of these types.
    let exchange = unsafe { &raw mut (*meeting).exchange };
    // SAFETY: it was made from a reference.
    Some(unsafe { NonNull::new_unchecked(exchange) })
}

/// Takes what was sent, if something was.
///
/// # Safety
///
/// 1. `slot` came from [`current`] during the poll that is still running.
#[inline(always)]
pub(crate) unsafe fn take_sent<Y, S>(mut slot: NonNull<Exchange<Y, S>>) -> Option<S> {
    // SAFETY: by precondition 1 and *one exchange, one poll*; the reference ends with this call.
    let exchange = unsafe { slot.as_mut() };
    match exchange {
        Exchange::Sent(_) => match mem::replace(exchange, Exchange::Empty) {
            Exchange::Sent(value) => Some(value),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the coroutine is being closed, without its body knowing. Asked once: the slot is empty afterwards.
///
/// # Safety
///
/// 1. `slot` came from [`current`] during the poll that is still running.
#[inline(always)]
pub(crate) unsafe fn take_close<Y, S>(mut slot: NonNull<Exchange<Y, S>>) -> bool {
    // SAFETY: by precondition 1 and *one exchange, one poll*; the reference ends with this call.
    let exchange = unsafe { slot.as_mut() };
    let close = matches!(exchange, Exchange::Close);
    if close {
        *exchange = Exchange::Empty;
    }
    close
}

/// Whether the body that has just returned has failed. Asked once.
///
/// # Safety
///
/// 1. `slot` came from [`current`] during the poll that is still running.
#[inline(always)]
pub(crate) unsafe fn take_failed<Y, S>(mut slot: NonNull<Exchange<Y, S>>) -> bool {
    // SAFETY: by precondition 1 and *one exchange, one poll*; the reference ends with this call.
    let exchange = unsafe { slot.as_mut() };
    let failed = matches!(exchange, Exchange::Failed);
    if failed {
        *exchange = Exchange::Empty;
    }
    failed
}

/// Whether something was sent that is like that.
///
/// # Safety
///
/// 1. `slot` came from [`current`] during the poll that is still running.
#[inline(always)]
pub(crate) unsafe fn is_sent<Y, S>(slot: NonNull<Exchange<Y, S>>, like: impl FnOnce(&S) -> bool) -> bool {
    // SAFETY: by precondition 1 and *one exchange, one poll*; the reference ends with this call.
    match unsafe { slot.as_ref() } {
        Exchange::Sent(value) => like(value),
        _ => false,
    }
}

/// If the driver asks where the body stands, and `here` is as far in as it wants to know, leaves that. Whether it asks, and has
/// been told all that can be told from here.
///
/// The answer is left in the slot, and not given to a function: that would take the address of everything that the
/// compiler does without.
///
/// # Safety
///
/// 1. `slot` came from [`current`] during the poll that is still running.
#[inline(always)]
pub(crate) unsafe fn asked<Y, S>(mut slot: NonNull<Exchange<Y, S>>, here: impl Here) -> Asked {
    // SAFETY: by precondition 1 and *one exchange, one poll*; the reference ends with this call.
    let exchange = unsafe { slot.as_mut() };
    match exchange {
        Exchange::Ask(0) => {
            *exchange = Exchange::Here(here.suspension());
            Asked::Told
        }
        Exchange::Ask(deeper) => {
            *deeper -= 1;
            Asked::Deeper(*deeper)
        }
        _ => Asked::No,
    }
}

/// Whether a poll only asks where the body stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    No,
    /// It has been told.
    Told,
    /// It asks further in, by that many delegations.
    Deeper(usize),
}

/// At a yield: if the driver asks where the body stands, leaves that. It lacks the function's name, which `tell_function` adds.
///
/// # Safety
///
/// 1. `slot` came from [`current`] during the poll that is still running.
#[inline(always)]
pub(crate) unsafe fn innermost<Y, S>(mut slot: NonNull<Exchange<Y, S>>, place: &'static Location<'static>) {
    // SAFETY: by precondition 1 and *one exchange, one poll*; the reference ends with this call.
    let exchange = unsafe { slot.as_mut() };
    if let Exchange::Ask(0) = exchange {
        *exchange = Exchange::Here(Suspension::of_yield(place));
    }
}

/// If a body of type `B` has told where it stands, adds whose it is.
///
/// # Safety
///
/// 1. `slot` came from [`current`] during the poll that is still running.
#[inline(always)]
pub(crate) unsafe fn tell_function<Y, S, B>(mut slot: NonNull<Exchange<Y, S>>) {
    // SAFETY: by precondition 1 and *one exchange, one poll*; the reference ends with this call.
    if let Exchange::Here(at) = unsafe { slot.as_mut() } {
        *at = at.within::<B>();
    }
}

/// Leaves what a body has to say in the place of what the driver asked or told.
///
/// # Safety
///
/// 1. `slot` came from [`current`] during the poll that is still running.
pub(crate) unsafe fn put_answer<Y, S>(mut slot: NonNull<Exchange<Y, S>>, answer: Exchange<Y, S>) {
    // SAFETY: by precondition 1 and *one exchange, one poll*; the reference ends with this call.
    *unsafe { slot.as_mut() } = answer;
}

/// Leaves a value for the driver, in a slot that is empty: a resume empties it, and a slot is used up by what fills it. In one
/// that is not, what is there would be forgotten.
///
/// # Safety
///
/// 1. `slot` came from [`current`] during the poll that is still running.
#[inline(always)]
pub(crate) unsafe fn put_yielded<Y, S>(slot: NonNull<Exchange<Y, S>>, value: Y) {
    // SAFETY: by precondition 1 and *one exchange, one poll*; the reference ends with this call.
    debug_assert!(matches!(unsafe { slot.as_ref() }, Exchange::Empty), "a slot was filled twice");
    // SAFETY: likewise. Not asking what is there keeps bodies small enough to be inlined.
    unsafe { slot.write(Exchange::Yielded(value)) };
}

/// The body is pending and has yielded nothing.
#[cold]
#[inline(never)]
pub(crate) fn foreign_await() -> ! {
    panic!(
        "a coroutine awaited a future that was not ready; \
         a coroutine that is not `async` can wait only by yielding to whoever drives it"
    )
}

#[cold]
#[inline(never)]
fn replaced() -> ! {
    panic!("the context that a coroutine was polled with has been replaced by a future that it awaited")
}

#[inline(always)]
fn is_ours(cx: &Context<'_>) -> bool {
    ptr::eq(cx.waker().vtable(), &raw const TABLE)
}

/// Whom to wake instead of a body, if its driver is itself polled.
pub(crate) fn outer<'a>(cx: &Context<'a>) -> Option<&'a Waker> {
    if !is_ours(cx) {
        return None;
    }
    // SAFETY: it is our waker, of the poll that is running.
    unsafe { driver_of(cx.waker().data()) }.waker()
}

/// A body has nobody to wake: it is resumed by whoever drives it. So a clone is a waker of the driver's, if that is polled
/// itself, and else does nothing.
static TABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake, ignore);

/// # Safety
///
/// 1. `data` is that of a waker with this table, which nobody has but for the time of its poll.
unsafe fn driver_of<'a>(data: *const ()) -> &'a Driver {
    // SAFETY: the precondition: it leads to a meeting, which begins with its driver.
    unsafe { &*data.cast::<Driver>() }
}

fn clone(data: *const ()) -> RawWaker {
    // SAFETY: called for our wakers only.
    let waker = unsafe { driver_of(data) }.waker().unwrap_or(Waker::noop());
    let clone = ManuallyDrop::new(waker.clone());
    RawWaker::new(clone.data(), clone.vtable())
}

fn wake(data: *const ()) {
    // SAFETY: called for our wakers only.
    if let Some(waker) = unsafe { driver_of(data) }.waker() {
        waker.wake_by_ref();
    }
}

fn ignore(_: *const ()) {}
