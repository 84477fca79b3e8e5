//! Our event loop.

use std::time::Duration;

use antiphon::event_loop::{self, JoinHandle, Receiver, Sender, Sleep, YieldNow};

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

fn channel() -> (Sender<u64>, Receiver<u64>) {
    event_loop::channel(1)
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
