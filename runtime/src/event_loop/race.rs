//! The first of several.

mod branches;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec::Vec;

use pin_project_lite::pin_project;

pub use self::branches::Branches;
use self::branches::Racing;

use super::debug::Level;
use super::listeners;

/// Awaits several futures in the same task until one has a value; the others are cancelled, and waited for.
///
/// The branches are a tuple, an array or a `Vec` of futures with the same output. They are polled in their order, so of
/// several that are ready at the same time the first one wins. Each is in a scope of its own: what it means to lose says
/// [`cancellable`](super::cancellable). A branch that does not ask to be told is dropped where it waits; one that is told
/// may put things in order in a [`shield`](super::shield). A loser that has a value after all, because it was ready too or
/// because it returns one when it is told, hands it over in [`Raced::late`]: what it took from a queue is not lost.
///
/// Branches cost no task and no allocation in a tuple, and all of them are polled when any is woken: a race is for a few. For
/// many, [`spawn`](super::spawn()) them in a [`task_group`](super::task_group()).
///
/// ```
/// use antiphon::event_loop::{EventLoop, race, sleep};
/// use std::time::Duration;
///
/// let after = |seconds, what| async move {
///     sleep(Duration::from_secs(seconds)).await;
///     what
/// };
/// let event_loop = EventLoop::simulated();
/// let raced = event_loop.run_until_complete(race((after(2, "tortoise"), after(1, "hare")))).unwrap();
/// assert_eq!((raced.index, raced.value), (1, "hare"));
/// ```
///
/// # Panics
///
/// If there are no branches: nobody would ever win. When a branch panics, so does the race, and the others are dropped.
///
/// # Cancellation
///
/// All branches are cancelled with the race.
#[track_caller]
#[doc(alias = "select")]
pub fn race<B: Branches>(branches: B) -> Race<B::Racing, B::Output> {
    let branches = branches.into_racing();
    assert!(branches.count() > 0, "a race of no branches never ends; give it at least one");
    Race { branches, won: None, late: Vec::new() }
}

pin_project! {
    /// The future of [`race`].
    #[must_use = "a future does nothing until it is awaited"]
    pub struct Race<R, T> {
        #[pin]
        branches: R,
        won: Option<(usize, T)>,
        late: Vec<(usize, T)>,
    }
}

/// What a [`race`] came to.
#[must_use = "`late` may have values that were taken from somewhere"]
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Raced<T> {
    /// Which branch won. The first one has 0.
    pub index: usize,
    /// Its value.
    pub value: T,
    /// The values of those that lost and had one all the same, with their indices, in the order in which they came.
    pub late: Vec<(usize, T)>,
}

impl<R: Racing<T>, T> Future for Race<R, T> {
    type Output = Raced<T>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let level = Level::enter();
        let count = this.branches.count();
        if this.won.is_none() {
            for index in 0..count {
                if let Poll::Ready(Some(value)) = this.branches.as_mut().poll_branch(index, cx, false) {
                    *this.won = Some((index, value));
                    listeners::wake();
                    break;
                }
            }
            if this.won.is_none() {
                level.leave(None);
                return Poll::Pending;
            }
        }
        level.begin_anew();
        let mut waiting = false;
        for index in 0..count {
            match this.branches.as_mut().poll_branch(index, cx, true) {
                Poll::Ready(value) => this.late.extend(value.map(|value| (index, value))),
                Poll::Pending => waiting = true,
            }
        }
        level.leave(None);
        if waiting {
            return Poll::Pending;
        }
        let (index, value) = this.won.take().expect("a future is not polled after its end");
        Poll::Ready(Raced { index, value, late: std::mem::take(this.late) })
    }
}

impl<R, T> fmt::Debug for Race<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Race").field("won_by", &self.won.as_ref().map(|(index, _)| index)).finish_non_exhaustive()
    }
}
