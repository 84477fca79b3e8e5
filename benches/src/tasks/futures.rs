//! The executor of the crate futures. It has no timers.

use ::futures::channel::mpsc::{self, Receiver, Sender};
use ::futures::executor::{LocalPool, LocalSpawner};
use ::futures::future::RemoteHandle;
use ::futures::task::LocalSpawnExt;
use ::futures::{SinkExt, StreamExt};

type On = LocalSpawner;
type Task<T> = RemoteHandle<T>;

fn run<F: Future>(main: impl FnOnce(On) -> F) -> F::Output {
    let mut pool = LocalPool::new();
    let on = pool.spawner();
    pool.run_until(main(on))
}

#[inline]
fn spawn<F: Future<Output: 'static> + 'static>(on: &On, future: F) -> Task<F::Output> {
    on.spawn_local_with_handle(future).expect("the pool is there")
}

#[inline]
fn joined<T>(value: T) -> T {
    value
}

fn yield_now() -> ::smol::future::YieldNow {
    ::smol::future::yield_now()
}

/// Each sender has room for one, besides none in common.
fn channel() -> (Sender<u64>, Receiver<u64>) {
    mpsc::channel(0)
}

async fn send(to: &mut Sender<u64>, value: u64) {
    to.send(value).await.expect("a receiver");
}

async fn receive(from: &mut Receiver<u64>) -> u64 {
    from.next().await.expect("a sender")
}

workloads!();
workloads_with_channels!();
