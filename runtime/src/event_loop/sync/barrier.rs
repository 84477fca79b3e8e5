//! Barriers.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::rc::Rc;

use super::waiters::Waiters;
use crate::event_loop::debug::waits_fn;
use crate::event_loop::wake;

/// A place where a number of tasks wait for each other, again and again. A clone is the same barrier. Python:
/// `asyncio.Barrier`.
///
/// ```
/// use antiphon::event_loop::{self, Barrier, spawn};
///
/// event_loop::run(async {
///     let start = Barrier::new(3);
///     let runners: Vec<_> = (0..3)
///         .map(|_| {
///             let start = start.clone();
///             spawn(async move { start.wait().await.unwrap() })
///         })
///         .collect();
///     let mut places = Vec::new();
///     for runner in runners {
///         places.push(runner.await.unwrap());
///     }
///     assert_eq!(places, [0, 1, 2]);
/// }).unwrap();
/// ```
#[derive(Clone)]
pub struct Barrier {
    shared: Rc<Shared>,
}

struct Shared {
    parties: u32,
    broken: Cell<bool>,
    /// Who came and waits for the others.
    waiters: Waiters,
}

/// To those who wait in vain. The others are told which one they are.
const BROKEN: u32 = u32::MAX;

impl Barrier {
    /// A barrier for so many tasks.
    ///
    /// # Panics
    ///
    /// If that is none, or more than a loop can have.
    #[track_caller]
    pub fn new(parties: usize) -> Self {
        assert!(parties > 0, "nobody can wait at a barrier for nobody; it is for one task at least");
        let parties = u32::try_from(parties).ok().filter(|parties| *parties < BROKEN);
        let parties = parties.expect("a barrier is for fewer than four billion tasks");
        Barrier { shared: Rc::new(Shared { parties, broken: Cell::new(false), waiters: Waiters::new() }) }
    }

    /// Waits until as many have come as it is for, and says which of them this is: 0 who came first. Then the next round begins.
    ///
    /// # Errors
    ///
    /// If the barrier is [broken](Self::abort), or was [reset](Self::reset) meanwhile.
    ///
    /// # Cancellation
    ///
    /// It has not come: one more is needed. If all had come already, the others go on.
    pub fn wait(&self) -> impl Future<Output = Result<usize, BrokenBarrier>> {
        let mut waiting = self.shared.waiters.wait();
        waits_fn(
            || "Barrier::wait",
            move |cx| {
                if !waiting.has_begun() {
                    if self.is_broken() {
                        return wake::complete(cx, || Err(BrokenBarrier));
                    }
                    let others = self.shared.parties - 1;
                    if self.waiting() == others as usize {
                        return wake::complete(cx, || {
                            (0..others).for_each(|number| _ = self.shared.waiters.choose(number));
                            Ok(others as usize)
                        });
                    }
                }
                waiting.poll(cx).map(|word| if word == BROKEN { Err(BrokenBarrier) } else { Ok(word as usize) })
            },
        )
    }

    /// Sends away all who wait, with an error, and begins anew. A broken one is whole again.
    ///
    /// ```
    /// use antiphon::event_loop::{self, Barrier, BrokenBarrier, spawn, yield_now};
    ///
    /// event_loop::run(async {
    ///     let barrier = Barrier::new(2);
    ///     let other = barrier.clone();
    ///     let waiting = spawn(async move { other.wait().await });
    ///     yield_now().await;
    ///     barrier.reset();
    ///     assert_eq!(waiting.await.unwrap(), Err(BrokenBarrier));
    ///     assert!(!barrier.is_broken());
    /// }).unwrap();
    /// ```
    pub fn reset(&self) {
        self.shared.broken.set(false);
        self.shared.waiters.choose_all(BROKEN);
    }

    /// Breaks it: all who wait, and all who come, get an error, until it is [reset](Self::reset).
    ///
    /// ```
    /// use antiphon::event_loop::{self, Barrier, BrokenBarrier};
    ///
    /// event_loop::run(async {
    ///     let barrier = Barrier::new(2);
    ///     barrier.abort();
    ///     assert_eq!(barrier.wait().await, Err(BrokenBarrier));
    /// }).unwrap();
    /// ```
    pub fn abort(&self) {
        self.shared.broken.set(true);
        self.shared.waiters.choose_all(BROKEN);
    }

    /// How many tasks it is for.
    pub fn parties(&self) -> usize {
        self.shared.parties as usize
    }

    /// How many wait for the others. Python: `n_waiting`.
    pub fn waiting(&self) -> usize {
        self.shared.waiters.len()
    }

    /// Whether it is broken.
    pub fn is_broken(&self) -> bool {
        self.shared.broken.get()
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier")
            .field("parties", &self.parties())
            .field("waiting", &self.waiting())
            .field("broken", &self.is_broken())
            .finish()
    }
}

/// A [`Barrier`] is broken, or was reset. Python: `BrokenBarrierError`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct BrokenBarrier;

impl fmt::Display for BrokenBarrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the barrier is broken or was reset")
    }
}

impl Error for BrokenBarrier {}
