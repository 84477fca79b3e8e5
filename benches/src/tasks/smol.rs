//! smol's executor of one thread, with its timers and channels.

use std::time::Duration;

use ::smol::channel::{self, Receiver, Sender};
use ::smol::{LocalExecutor, Timer, future};

/// Leaked: the cheapest way to it, and the one that its own benchmarks take.
type On = &'static LocalExecutor<'static>;
type Task<T> = ::smol::Task<T>;

fn run<F: Future>(main: impl FnOnce(On) -> F) -> F::Output {
    let executor: On = Box::leak(Box::new(LocalExecutor::new()));
    ::smol::block_on(executor.run(main(executor)))
}

#[inline]
fn spawn<F: Future<Output: 'static> + 'static>(on: &On, future: F) -> Task<F::Output> {
    on.spawn(future)
}

#[inline]
fn joined<T>(value: T) -> T {
    value
}

fn yield_now() -> future::YieldNow {
    future::yield_now()
}

fn sleep(time: Duration) -> Timer {
    Timer::after(time)
}

fn without_budget<F: Future>(future: F) -> F {
    future
}

fn channel() -> (Sender<u64>, Receiver<u64>) {
    channel::bounded(1)
}

async fn send(to: &mut Sender<u64>, value: u64) {
    to.send(value).await.expect("a receiver");
}

async fn receive(from: &mut Receiver<u64>) -> u64 {
    from.recv().await.expect("a sender")
}

workloads!();
workloads_with_channels!();
workloads_with_timers!();
