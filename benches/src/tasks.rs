//! What tasks cost: the same programs on several executors, each in a module that says how it spawns, yields, waits, sleeps
//! and sends.
//!
//! * `antiphon`: our event loop, on the system's clock;
//! * `tokio`: a runtime of the current thread; its tasks are `Send`;
//! * `tokio_local`: tokio's `LocalRuntime`, whose tasks need not be;
//! * `smol`: a `LocalExecutor` with the timers and channels of smol;
//! * `futures`: a `LocalPool`;
//! * `naive`: an executor of sixty lines, without wakers, timers, names, cancelling, or anybody to catch a panic.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::Workload;

/// Says how a program is the same on all of them. It is expanded in each module, with that one's functions in scope.
macro_rules! workloads {
    () => {
        /// 200 tasks yield, `n` times in all, 1,000 times each and then anew.
        pub(super) fn yields(n: u64) -> u64 {
            run(|on| async move {
                let mut sum = 0;
                for part in super::parts(n, 200_000) {
                    let mut tasks = Vec::new();
                    for _ in 0..200 {
                        tasks.push(spawn(&on, async move {
                            for _ in 0..part / 200 {
                                yield_now().await;
                            }
                            part / 200
                        }));
                    }
                    for task in tasks {
                        sum += joined(task.await);
                    }
                }
                sum
            })
        }

        /// `n` tasks that do nothing are spawned, 100,000 at a time, and then joined.
        pub(super) fn spawn_join(n: u64) -> u64 {
            run(|on| async move {
                let mut sum = 0;
                for part in super::parts(n, 100_000) {
                    let tasks: Vec<_> = (0..part).map(|_| spawn(&on, async {})).collect();
                    for task in tasks {
                        joined(task.await);
                        sum += 1;
                    }
                }
                sum
            })
        }

        /// `n` tasks that do nothing are spawned, and each is joined before the next.
        pub(super) fn spawn_one(n: u64) -> u64 {
            run(|on| async move {
                for _ in 0..n {
                    joined(spawn(&on, async {}).await);
                }
                n
            })
        }

        /// A root has ten children, each of them ten, and so on to `n` leaves. Each is a task. The sum of the leaves' numbers.
        pub(super) fn skynet(n: u64) -> u64 {
            fn node(on: &On, number: u64, size: u64) -> Task<u64> {
                let below = on.clone();
                spawn(on, async move {
                    if size == 1 {
                        return number;
                    }
                    let mut children = Vec::with_capacity(10);
                    for child in 0..10 {
                        children.push(node(&below, number + child * (size / 10), size / 10));
                    }
                    let mut sum = 0;
                    for child in children {
                        sum += joined(child.await);
                    }
                    sum
                })
            }
            run(|on| async move { joined(node(&on, 0, super::power_of_ten(n)).await) })
        }
    };
}

/// The same for those that have channels.
macro_rules! workloads_with_channels {
    () => {
        /// 300 tasks in a ring of channels with room for one. A token goes round, for `n` hops in all, 300 times and then anew.
        pub(super) fn ring(n: u64) -> u64 {
            run(|on| async move {
                let mut sum = 0;
                for part in super::parts(n, 90_000) {
                    let rounds = part / 300;
                    let (first, mut before) = channel();
                    let mut tasks = Vec::new();
                    for _ in 0..300 {
                        let (next, after) = channel();
                        let mut before = std::mem::replace(&mut before, after);
                        tasks.push(spawn(&on, async move {
                            let mut next = next;
                            for _ in 0..rounds {
                                let token = receive(&mut before).await;
                                send(&mut next, token + 1).await;
                            }
                        }));
                    }
                    let mut first = first;
                    for _ in 0..rounds {
                        send(&mut first, 0).await;
                        sum += receive(&mut before).await;
                    }
                    for task in tasks {
                        joined(task.await);
                    }
                }
                sum
            })
        }
    };
}

/// The same for those that have timers.
macro_rules! workloads_with_timers {
    () => {
        /// `n` tasks sleep for a time, and are joined.
        pub(super) fn sleepers(n: u64, time: std::time::Duration) {
            super::set_nap(time);
            run(|on| async move {
                let tasks: Vec<_> = (0..n).map(|_| spawn(&on, async { _ = sleep(super::nap()).await })).collect();
                for task in tasks {
                    joined(task.await);
                }
            })
        }

        /// One task sleeps `n` times at once, by `join_all` of the crate futures.
        pub(super) fn sleepers_in_one(n: u64, time: std::time::Duration) {
            run(|_| without_budget(async move { _ = ::futures::future::join_all((0..n).map(|_| sleep(time))).await }))
        }

        /// A timer of a second is armed and cancelled, `n` times, while others are live. The time of that.
        pub(super) fn arm_and_cancel(live: u64, n: u64) -> std::time::Duration {
            run(|_| {
                without_budget(async move {
                    let mut random = super::Random::new();
                    let mut others = Vec::new();
                    for _ in 0..live {
                        let mut other = Box::pin(sleep(random.duration()));
                        super::arm(other.as_mut()).await;
                        others.push(other);
                    }
                    let start = std::time::Instant::now();
                    for _ in 0..n {
                        let mut one = std::pin::pin!(sleep(std::time::Duration::from_secs(1)));
                        super::arm(one.as_mut()).await;
                    }
                    start.elapsed()
                })
            })
        }
    };
}

mod antiphon;
mod futures;
mod naive;
mod smol;
mod tokio;
mod tokio_local;

/// `n`, in parts of that size and what is left.
fn parts(n: u64, size: u64) -> impl Iterator<Item = u64> {
    (0..n.div_ceil(size)).map(move |part| size.min(n - part * size))
}

/// The greatest that is not above `n`.
fn power_of_ten(n: u64) -> u64 {
    10_u64.pow(n.max(1).ilog10())
}

/// How long sleepers sleep: none of them keeps it, as if it were written in the program.
static NAP: AtomicU64 = AtomicU64::new(0);

fn set_nap(time: Duration) {
    NAP.store(time.as_millis() as u64, Relaxed);
}

fn nap() -> Duration {
    Duration::from_millis(NAP.load(Relaxed))
}

/// Polls a timer that is not due, so that it is armed.
async fn arm<F: Future>(mut timer: std::pin::Pin<&mut F>) {
    std::future::poll_fn(|cx| {
        assert!(timer.as_mut().poll(cx).is_pending());
        std::task::Poll::Ready(())
    })
    .await;
}

/// Durations of 100 to 1,000 seconds, the same for all.
struct Random(u64);

impl Random {
    const fn new() -> Self {
        Random(0x9E37_79B9_7F4A_7C15)
    }

    fn duration(&mut self) -> Duration {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let random = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 1;
        Duration::from_secs(100 + random % 900)
    }
}

/// Programs of tasks, from a number of operations to a checksum.
///
/// * `yields`: 200 tasks yield, 1,000 times each;
/// * `spawn_join`: 100,000 tasks that do nothing are spawned, and then joined;
/// * `spawn_one`: a task that does nothing is spawned and joined, and then the next;
/// * `ring`: a token goes round among 300 tasks, through channels with room for one; an operation is a hop;
/// * `skynet`: a tree of tasks, ten below each; an operation is a leaf.
pub const TASKS: &[Workload] = &[
    Workload {
        name: "yields",
        competitors: &[
            ("antiphon", antiphon::yields),
            ("tokio", tokio::yields),
            ("tokio_local", tokio_local::yields),
            ("smol", smol::yields),
            ("futures", futures::yields),
            ("naive", naive::yields),
        ],
    },
    Workload {
        name: "spawn_join",
        competitors: &[
            ("antiphon", antiphon::spawn_join),
            ("tokio", tokio::spawn_join),
            ("tokio_local", tokio_local::spawn_join),
            ("smol", smol::spawn_join),
            ("futures", futures::spawn_join),
            ("naive", naive::spawn_join),
        ],
    },
    Workload {
        name: "spawn_one",
        competitors: &[
            ("antiphon", antiphon::spawn_one),
            ("tokio", tokio::spawn_one),
            ("tokio_local", tokio_local::spawn_one),
            ("smol", smol::spawn_one),
            ("futures", futures::spawn_one),
            ("naive", naive::spawn_one),
        ],
    },
    Workload {
        name: "ring",
        competitors: &[
            ("antiphon", antiphon::ring),
            ("tokio", tokio::ring),
            ("tokio_local", tokio_local::ring),
            ("smol", smol::ring),
            ("futures", futures::ring),
        ],
    },
    Workload {
        name: "skynet",
        competitors: &[
            ("antiphon", antiphon::skynet),
            ("tokio", tokio::skynet),
            ("tokio_local", tokio_local::skynet),
            ("smol", smol::skynet),
            ("futures", futures::skynet),
            ("naive", naive::skynet),
        ],
    },
];

/// Those of [`TASKS`] that have timers, and what they do with them.
#[derive(Debug)]
pub struct Sleeper {
    /// Who.
    pub name: &'static str,
    /// So many tasks sleep for that time, and are joined.
    pub sleepers: fn(n: u64, time: Duration),
    /// One task sleeps so many times at once.
    pub sleepers_in_one: fn(n: u64, time: Duration),
    /// While so many timers are live, another is armed and cancelled so many times: how long that takes.
    pub arm_and_cancel: fn(live: u64, n: u64) -> Duration,
}

/// All that have timers.
pub const SLEEPERS: &[Sleeper] = &[
    Sleeper {
        name: "antiphon",
        sleepers: antiphon::sleepers,
        sleepers_in_one: antiphon::sleepers_in_one,
        arm_and_cancel: antiphon::arm_and_cancel,
    },
    Sleeper {
        name: "tokio",
        sleepers: tokio::sleepers,
        sleepers_in_one: tokio::sleepers_in_one,
        arm_and_cancel: tokio::arm_and_cancel,
    },
    Sleeper {
        name: "tokio_local",
        sleepers: tokio_local::sleepers,
        sleepers_in_one: tokio_local::sleepers_in_one,
        arm_and_cancel: tokio_local::arm_and_cancel,
    },
    Sleeper {
        name: "smol",
        sleepers: smol::sleepers,
        sleepers_in_one: smol::sleepers_in_one,
        arm_and_cancel: smol::arm_and_cancel,
    },
];
