//! Coroutines that were made and never started: which are reported, and which must not be.

use std::future::{IntoFuture, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use antiphon::event_loop::{EventLoop, Report, cancellable, race, sleep, spawn, timeout, yield_now};
use antiphon::prelude::*;

use crate::{Log, seconds};

#[antiphon::coroutine]
async fn fetch(_page: u32) -> u32 {
    sleep(seconds(1)).await;
    7
}

#[antiphon::coroutine(yield = u32)]
async fn pages() {
    yield_!(1);
}

fn logged(log: &Log) -> EventLoop {
    let event_loop = EventLoop::simulated();
    let log = log.clone();
    event_loop.set_report_handler(move |report: &Report| match report {
        Report::Unstarted { coroutine, made_at, .. } => {
            assert!(made_at.file().ends_with("event_loop/unstarted.rs"));
            assert!(report.to_string().contains(&format!("::fetch`, made at {made_at}, was dropped")), "{report}");
            log.add(format!("{} in line {}", coroutine.rsplit("::").next().unwrap(), made_at.line()));
        }
        report => log.add(report.to_string()),
    });
    event_loop
}

/// What is reported while that runs.
fn reports<F: Future>(body: impl FnOnce() -> F) -> Vec<String> {
    let log = Log::default();
    let event_loop = logged(&log);
    _ = event_loop.run_until_complete(body());
    event_loop.turn(seconds(0)).unwrap();
    drop(event_loop);
    log.0.take()
}

#[test]
fn one_that_was_forgotten_is_reported_with_the_line_of_its_call() {
    let line = line!();
    let told = reports(|| async {
        let _ = fetch(1);
        let cached = Some(2);
        let fetched = fetch(2);
        let value = match cached {
            Some(value) => value,
            None => fetched.await,
        };
        assert_eq!(value, 2);
        drop([3, 4].map(|page| Box::pin(fetch(page))));
    });
    let lines = [2, 10, 10, 4].map(|after| format!("fetch in line {}", line + after));
    assert_eq!(told, lines);
}

#[test]
fn one_in_a_task_and_in_a_method_that_passes_its_caller_on() {
    #[track_caller]
    fn both() -> (impl Sized, u32) {
        (fetch(1), std::panic::Location::caller().line())
    }
    struct Client;
    impl Client {
        #[track_caller]
        #[antiphon::coroutine]
        async fn fetch(&self) {}
    }
    let (first, second) = (line!() + 3, line!() + 4);
    let told = reports(|| async move {
        let task = spawn(async move {
            let forgotten = both();
            drop(Client.fetch());
            assert_eq!(forgotten.1, first);
        });
        task.await.unwrap();
    });
    assert_eq!(told, [format!("fetch in line {second}"), format!("fetch in line {first}")]);
}

#[test]
fn whoever_was_given_it_is_not_told_of_it() {
    let told = reports(|| async {
        assert_eq!(fetch(1).await, 7);
        assert_eq!(spawn(fetch(2)).await.unwrap(), 7);
        drop(fetch(3).into_future());
        drop(timeout(seconds(1), fetch(4)));
        // Both begin; the one that is not begun is the race's.
        let _ = race((std::future::ready(1), fetch(5).into_future())).await;
        _ = futures::future::select(std::future::ready(1), Box::pin(fetch(6).into_future())).await;
        let mut closed = pin!(fetch(7));
        closed.close().await.unwrap();
        let mut begun = Box::pin(fetch(8));
        assert!(futures::FutureExt::now_or_never(begun.next()).is_none());
        drop(begun);
    });
    assert_eq!(told, [""; 0]);
}

#[test]
fn a_generator_that_nobody_came_to_is_not() {
    assert_eq!(reports(|| async { drop(pages()) }), [""; 0]);
}

#[test]
fn what_was_cut_before_it_came_to_it_is_not() {
    async fn one_after_the_other() {
        let (first, second) = (fetch(1), fetch(2));
        _ = (first.await, second.await);
    }
    let told = reports(|| async {
        assert!(timeout(seconds(0), one_after_the_other()).await.is_err());
        let task = spawn(one_after_the_other());
        yield_now().await;
        task.cancel();
        assert!(task.await.is_err());
        let _ = race((one_after_the_other(), async {})).await;
        // Cut in the step in which they are made.
        let twice = async {
            assert!(cancellable(pending::<()>()).await.is_err());
            one_after_the_other().await;
        };
        assert!(timeout(seconds(1), twice).await.is_err());
        drop(spawn(one_after_the_other()));
        yield_now().await;
    });
    assert_eq!(told, [""; 0]);
}

#[test]
fn what_is_kept_for_later_and_then_dropped_is_not() {
    let told = reports(|| async {
        let kept = fetch(1);
        yield_now().await;
        drop(kept);
    });
    assert_eq!(told, [""; 0]);
}

#[test]
fn what_a_panic_drops_is_not() {
    let told = reports(|| async {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _made = fetch(1);
            panic!("oh");
        }));
        assert!(panicked.is_err());
    });
    assert_eq!(told, [""; 0]);
}

#[test]
fn outside_of_a_loop_nobody_is_told() {
    let log = Log::default();
    let event_loop = logged(&log);
    drop(fetch(1));
    let made = fetch(2);
    event_loop.run_until_complete(async move { drop(made) }).unwrap();
    event_loop.call_soon(|| drop(fetch(3)));
    event_loop.turn(seconds(0)).unwrap();
    assert_eq!(log.0.take(), [""; 0]);
}
