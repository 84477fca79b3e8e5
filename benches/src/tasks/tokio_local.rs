//! tokio's runtime of the current thread, with tasks that need not be `Send`.

use std::time::Duration;

use ::tokio::runtime::{Builder, LocalOptions};
use ::tokio::sync::mpsc::{self, Receiver, Sender};
use ::tokio::task::{self, JoinError, JoinHandle};
use ::tokio::time::{self, Sleep};

type On = ();
type Task<T> = JoinHandle<T>;

fn run<F: Future>(main: impl FnOnce(On) -> F) -> F::Output {
    let runtime = Builder::new_current_thread().enable_all().build_local(LocalOptions::default());
    runtime.expect("a runtime").block_on(main(()))
}

#[inline]
fn spawn<F: Future<Output: 'static> + 'static>(_: &On, future: F) -> Task<F::Output> {
    task::spawn_local(future)
}

#[inline]
fn joined<T>(outcome: Result<T, JoinError>) -> T {
    outcome.expect("an outcome")
}

fn yield_now() -> impl Future<Output = ()> {
    task::yield_now()
}

fn sleep(time: Duration) -> Sleep {
    time::sleep(time)
}

fn without_budget<F: Future>(future: F) -> impl Future<Output = F::Output> {
    task::coop::unconstrained(future)
}

pub(super) fn channel() -> (Sender<u64>, Receiver<u64>) {
    mpsc::channel(1)
}

pub(super) async fn send(to: &mut Sender<u64>, value: u64) {
    to.send(value).await.expect("a receiver");
}

pub(super) async fn receive(from: &mut Receiver<u64>) -> u64 {
    from.recv().await.expect("a sender")
}

workloads!();
workloads_with_channels!();
workloads_with_timers!();
