//! Cancelling: what a scope is, and who is told.
//!
//! A cancelled scope polls its body with a flag. What observes cancelling, and would wait, ends at once and says that it
//! did; a shield says that it goes on. If the body waits and nobody said anything, then it did not ask to be told: it is
//! dropped where it stands, as [`close`](crate::Coroutine::close) does with a coroutine. The flag stays, so whatever the
//! body does next finds it again: a cancel is a level, not an edge.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::current;
use super::debug::Level;
use super::listeners::{Answer, Asked};

std::thread_local! {
    static SIGNAL: Cell<Signal> = const { Cell::new(Signal::NONE) };
}

/// What is said between a scope and what is polled in it.
#[derive(Clone, Copy)]
struct Signal {
    /// Downwards: the scope is cancelled.
    cancelled: bool,
    /// Upwards: somebody has ended because of it.
    noticed: bool,
    /// Upwards: somebody is shielded from it, and waits.
    withheld: bool,
}

impl Signal {
    const NONE: Signal = Signal { cancelled: false, noticed: false, withheld: false };
}

/// What kind of a scope it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Its body is told of its own cancel and of those around it; one around it goes on outwards.
    Inner,
    /// The same, but it ends those around it as well: its owner is told in their place.
    Observer,
    /// Its body is told of its own cancel only.
    Shield,
}

/// What a poll within a scope came to.
#[derive(Debug)]
pub(crate) enum Polled<T> {
    Ready(T),
    Pending,
    /// The scope is cancelled and its body did not ask to be told: it is to be dropped.
    Unobserved,
}

/// Polls a body that nothing is around, and that is not cancelled.
#[inline]
pub(crate) fn poll_outermost<F: Future + ?Sized>(body: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
    // Nothing is said to it: `outermost` saw to that, and a scope leaves the signal as it found it. What it says upwards is said
    // to nobody, and nobody takes it for said by another: who listens forgets what was said before.
    body.poll(cx)
}

/// From now on nothing is around whoever is polled, until this is dropped.
pub(crate) fn outermost() -> Outermost {
    Outermost { _restore: Restore(SIGNAL.replace(Signal::NONE)) }
}

/// See [`outermost`].
pub(crate) struct Outermost {
    _restore: Restore,
}

/// Polls a body within a scope, which is that of an operation.
#[inline]
#[track_caller]
pub(crate) fn poll<F: Future + ?Sized>(
    body: Pin<&mut F>,
    cx: &mut Context<'_>,
    what: &'static str,
    kind: Kind,
    cancelled: bool,
    asked: &Asked,
) -> Polled<F::Output> {
    let level = Level::enter();
    let polled = poll_within(body, cx, level, kind, cancelled, asked);
    level.leave_operation::<F>(matches!(polled, Polled::Pending), what);
    if cfg!(debug_assertions) && matches!(polled, Polled::Unobserved) {
        current::with(|core| core.debug().count_step());
    }
    polled
}

#[inline(always)] // it is called here only
#[track_caller]
fn poll_within<F: Future + ?Sized>(
    mut body: Pin<&mut F>,
    cx: &mut Context<'_>,
    level: Level,
    kind: Kind,
    cancelled: bool,
    asked: &Asked,
) -> Polled<F::Output> {
    let around = Restore(SIGNAL.get());
    let inherited = around.0.cancelled && kind != Kind::Shield;
    let mut all_were_polled = false;
    loop {
        level.begin_anew();
        SIGNAL.set(Signal { cancelled: cancelled || inherited, ..Signal::NONE });
        if let Poll::Ready(value) = body.as_mut().poll(cx) {
            return Polled::Ready(value);
        }
        if !(cancelled || inherited) {
            return around.pending(kind == Kind::Shield);
        }
        match SIGNAL.get() {
            Signal { withheld: true, .. } => {
                if all_were_polled {
                    asked.goes_on();
                }
                return around.pending(true);
            }
            // Somebody went on to where the body waits now. It is told once more.
            Signal { noticed: true, .. } => {}
            // An outer scope asks, if this one is not its own.
            _ if !cancelled && kind == Kind::Inner => return around.pending(false),
            _ if all_were_polled => return around.unobserved(),
            _ => match asked.ask() {
                Answer::Silent => return around.unobserved(),
                Answer::SameAsBefore => return around.pending(true),
                Answer::PollAgain => all_were_polled = true,
            },
        }
    }
}

/// Whether what is polled is told that it is cancelled.
#[inline]
pub(crate) fn is_cancelled() -> bool {
    SIGNAL.get().cancelled
}

/// Says to the scope around that somebody goes on whom it does not poll: it waits.
pub(crate) fn withhold() {
    SIGNAL.set(Signal { withheld: true, ..SIGNAL.get() });
}

/// The signal of the scope around, which is there again whatever happens.
struct Restore(Signal);

impl Restore {
    #[inline]
    fn pending<T>(mut self, withheld: bool) -> Polled<T> {
        self.0.withheld |= withheld;
        Polled::Pending
    }

    fn unobserved<T>(mut self) -> Polled<T> {
        // Whoever polls this scope is told in its place, and goes on.
        self.0.noticed = true;
        Polled::Unobserved
    }
}

impl Drop for Restore {
    #[inline]
    fn drop(&mut self) {
        SIGNAL.set(self.0);
    }
}
