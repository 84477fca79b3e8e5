//! What passing something on to another task costs: `cargo bench -p antiphon-benches --bench between_tasks`.
//!
//! The ring is that of smol's benchmark of executors: 300 tasks, each of which receives from the one before and sends to the
//! next, through channels with room for one value; 300 rounds, one after the other.

use std::future::Future;
use std::hint::black_box;
use std::time::{Duration, Instant};

use antiphon::event_loop::{self, EventLoop, Lock, Queue, Semaphore, channel, spawn};

const ROUNDS: usize = 15;
const TASKS: usize = 300;
const STEPS: usize = 300;

/// The best of some rounds, in nanoseconds per operation.
fn best(operations: usize, round: impl Fn() -> Duration) -> f64 {
    let best = (0..ROUNDS).map(|_| round()).min().unwrap_or_default();
    best.as_nanos() as f64 / operations as f64
}

/// How long something takes on a loop of its own.
fn ours<F: Future<Output = ()>>(run: impl FnOnce() -> F) -> Duration {
    let event_loop = EventLoop::new().expect("a loop");
    let begin = Instant::now();
    event_loop.run_until_complete(run()).expect("an end");
    begin.elapsed()
}

fn tokios<F: Future<Output = ()>>(run: impl FnOnce() -> F) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let begin = Instant::now();
    tokio::task::LocalSet::new().block_on(&runtime, run());
    begin.elapsed()
}

async fn our_ring() {
    let (first, mut receiver) = channel(1);
    let mut tasks = Vec::with_capacity(TASKS);
    for _ in 0..TASKS {
        let (sender, next) = channel(1);
        let receiver = std::mem::replace(&mut receiver, next);
        tasks.push(spawn(async move {
            for _ in 0..STEPS {
                receiver.recv().await.expect("a value");
                sender.send(()).await.expect("a receiver");
            }
        }));
    }
    for _ in 0..STEPS {
        first.send(()).await.expect("a receiver");
        receiver.recv().await.expect("a value");
    }
    for task in tasks {
        task.await.expect("an end");
    }
}

async fn tokios_ring() {
    let (first, mut receiver) = tokio::sync::mpsc::channel(1);
    let mut tasks = Vec::with_capacity(TASKS);
    for _ in 0..TASKS {
        let (sender, next) = tokio::sync::mpsc::channel(1);
        let mut receiver = std::mem::replace(&mut receiver, next);
        tasks.push(tokio::task::spawn_local(async move {
            for _ in 0..STEPS {
                receiver.recv().await.expect("a value");
                sender.send(()).await.expect("a receiver");
            }
        }));
    }
    for _ in 0..STEPS {
        first.send(()).await.expect("a receiver");
        receiver.recv().await.expect("a value");
    }
    for task in tasks {
        task.await.expect("an end");
    }
}

/// One task puts and another gets, through a queue with room for so many.
async fn our_queue(values: u64, room: usize) {
    let queue = Queue::new(room);
    let producer = queue.clone();
    let producing = spawn(async move {
        for n in 0..values {
            producer.put(n).await.expect("a queue");
        }
    });
    for _ in 0..values {
        black_box(queue.get().await.expect("a value"));
    }
    producing.await.expect("an end");
}

async fn tokios_channel(values: u64, room: usize) {
    let (sender, mut receiver) = tokio::sync::mpsc::channel(room);
    let producing = tokio::task::spawn_local(async move {
        for n in 0..values {
            sender.send(n).await.expect("a receiver");
        }
    });
    for _ in 0..values {
        black_box(receiver.recv().await.expect("a value"));
    }
    producing.await.expect("an end");
}

/// Eight tasks that want the same lock, and suspend while they have it.
async fn our_lock(turns: usize) {
    let lock = Lock::new(0_u64);
    let tasks = [(); 8].map(|()| {
        let lock = lock.clone();
        spawn(async move {
            for _ in 0..turns {
                let mut value = lock.acquire().await;
                event_loop::yield_now().await;
                *value += 1;
            }
        })
    });
    for task in tasks {
        task.await.expect("an end");
    }
}

async fn tokios_lock(turns: usize) {
    let lock = std::rc::Rc::new(tokio::sync::Mutex::new(0_u64));
    let tasks = [(); 8].map(|()| {
        let lock = std::rc::Rc::clone(&lock);
        tokio::task::spawn_local(async move {
            for _ in 0..turns {
                let mut value = lock.lock().await;
                tokio::task::yield_now().await;
                *value += 1;
            }
        })
    });
    for task in tasks {
        task.await.expect("an end");
    }
}

async fn our_semaphore(turns: usize) {
    let semaphore = Semaphore::new(1);
    for _ in 0..turns {
        drop(black_box(semaphore.acquire().await));
    }
}

async fn tokios_semaphore(turns: usize) {
    let semaphore = tokio::sync::Semaphore::new(1);
    for _ in 0..turns {
        drop(black_box(semaphore.acquire().await.expect("a permit")));
    }
}

/// Prints a line, if it is wanted: if the arguments are words of its name, or there are none.
fn line(what: &str, operations: usize, ours: impl Fn() -> Duration, tokios: impl Fn() -> Duration) {
    let mut wanted = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).peekable();
    if wanted.peek().is_none() || wanted.any(|word| what.contains(&word)) {
        println!("{what:<46} {:>8.1} {:>8.1}", best(operations, ours), best(operations, tokios));
    }
}

fn main() {
    println!("{:<46} {:>8} {:>8}", "nanoseconds", "antiphon", "tokio");
    let hops = (TASKS + 1) * STEPS;
    line("a hop in a ring of 300 channels for one value", hops, || ours(our_ring), || tokios(tokios_ring));
    for room in [1, 64] {
        line(
            &format!("a value through room for {room}"),
            100_000,
            || ours(|| our_queue(100_000, room)),
            || tokios(|| tokios_channel(100_000, room)),
        );
    }
    line("a turn of eight with one lock", 80_000, || ours(|| our_lock(10_000)), || tokios(|| tokios_lock(10_000)));
    line("a permit that is free", 100_000, || ours(|| our_semaphore(100_000)), || tokios(|| tokios_semaphore(100_000)));
}
