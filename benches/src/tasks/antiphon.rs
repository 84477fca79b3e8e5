//! Our event loop.

use antiphon::event_loop::{self, JoinHandle, Sleep, YieldNow};
use std::time::Duration;

pub(super) use super::channel::{channel, receive, send};

type On = ();
type Task<T> = JoinHandle<T>;

fn run<F: Future>(main: impl FnOnce(On) -> F) -> F::Output {
    event_loop::run(main(())).expect("the loop runs")
}

#[inline]
fn spawn<F: Future<Output: 'static> + 'static>(_: &On, future: F) -> Task<F::Output> {
    event_loop::spawn(future)
}

#[inline]
fn joined<T>(outcome: Result<T, event_loop::JoinError>) -> T {
    outcome.expect("an outcome")
}

fn yield_now() -> YieldNow {
    event_loop::yield_now()
}

fn sleep(time: Duration) -> Sleep {
    event_loop::sleep(time)
}

fn without_budget<F: Future>(future: F) -> F {
    future
}

workloads!();
workloads_with_channels!();
workloads_with_timers!();
