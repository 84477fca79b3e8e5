//! tokio's runtime of the current thread.

use std::time::Duration;

use ::tokio::runtime::Builder;
use ::tokio::task::{self, JoinError, JoinHandle};
use ::tokio::time::{self, Sleep};

use super::tokio_local::{channel, receive, send};

type On = ();
type Task<T> = JoinHandle<T>;

fn run<F: Future>(main: impl FnOnce(On) -> F) -> F::Output {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(main(()))
}

#[inline]
fn spawn<F: Future<Output: Send + 'static> + Send + 'static>(_: &On, future: F) -> Task<F::Output> {
    task::spawn(future)
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

workloads!();
workloads_with_channels!();
workloads_with_timers!();
