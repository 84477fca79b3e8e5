//! Several tasks, and what they come to.

use std::future::{Future, pending};
use std::pin::Pin;
use std::task::{Context, Poll};

use antiphon::event_loop::{
    EventLoop, ReturnWhen, as_completed, cancellable, gather, shield, sleep, spawn, timeout, try_gather, wait,
    yield_now,
};

use crate::sweep::at_every_step;
use crate::{Log, seconds, tasks, tidy};

/// Returns its number after so many seconds; zero panics.
async fn number(n: u64) -> u64 {
    sleep(seconds(n)).await;
    assert!(n > 0, "zero");
    n
}

#[test]
fn gather_keeps_the_order_and_lets_all_end() {
    let event_loop = EventLoop::simulated();
    assert!(event_loop.run_until_complete(gather(Vec::<std::future::Ready<()>>::new())).unwrap().is_empty());
    let mut gathered = event_loop.run_until_complete(gather([3, 0, 1].map(number))).unwrap();
    let last = gathered.pop().unwrap();
    assert_eq!((gathered.remove(0).unwrap(), last.unwrap()), (3, 1));
    assert_eq!(gathered[0].as_ref().unwrap_err().panic_message(), Some("zero"));
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(3), 0));
}

#[test]
fn gather_starts_nothing_before_it_is_awaited() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let other = log.clone();
    event_loop
        .run_until_complete(async move {
            drop(gather([async move { other.add("ran") }]));
            yield_now().await;
        })
        .unwrap();
    log.assert(&[]);
    assert_eq!(tasks(&event_loop), 0);
}

#[test]
fn gather_is_cancelled_with_all_in_it() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let gathered = gather([("a", 1), ("b", 2)].map(|(name, cleanup)| tidy(log.clone(), name, 9, cleanup)));
    assert!(event_loop.run_until_complete(timeout(seconds(1), gathered)).unwrap().is_err());
    log.assert(&["a tidied up", "b tidied up"]);
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(3), 0));
}

#[test]
fn try_gather_cancels_and_joins_the_others_at_the_first_error() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let part = |n: u64| {
        let log = log.clone();
        async move {
            tidy(log, "part", n, 3).await;
            if n == 2 { Err(format!("{n} failed")) } else { Ok(n) }
        }
    };
    assert_eq!(event_loop.run_until_complete(try_gather([1, 3].map(part))).unwrap().unwrap(), [1, 3]);
    let error = event_loop.run_until_complete(try_gather([1, 9, 2].map(part))).unwrap().unwrap_err();
    assert_eq!(error.into_errors(), ["2 failed"]);
    log.assert(&["part done", "part done", "part done", "part done", "part tidied up"]);
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(3 + 2 + 3), 0));
}

#[test]
fn wait_moves_out_those_that_have_ended() {
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            let mut pending: Vec<_> = [3, 1, 2, 1].map(|n| spawn(number(n))).into();
            let done = wait(&mut pending, ReturnWhen::FIRST_COMPLETED).await;
            let mut values = Vec::new();
            for task in done {
                values.push(task.await.unwrap());
            }
            // Both were over in the same turn.
            assert_eq!((values, pending.len()), (vec![1, 1], 2));
            // Nobody is cancelled by a limit, by being dropped, or by an empty wait.
            assert!(wait(&mut pending, ReturnWhen::ALL_COMPLETED).timeout(seconds(0)).await.is_empty());
            assert!(timeout(seconds(0), wait(&mut pending, ReturnWhen::ALL_COMPLETED)).await.is_err());
            assert!(
                wait(&mut Vec::<antiphon::event_loop::JoinHandle<()>>::new(), ReturnWhen::FIRST_COMPLETED)
                    .await
                    .is_empty()
            );
            assert_eq!(wait(&mut pending, ReturnWhen::ALL_COMPLETED).await.len(), 2);
            assert!(pending.is_empty());
        })
        .unwrap();
    assert_eq!(event_loop.time(), seconds(3));
}

#[test]
fn wait_for_the_first_error() {
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            let part = |n: u64| {
                spawn(async move {
                    sleep(seconds(n)).await;
                    if n == 2 { Err(n) } else { Ok(n) }
                })
            };
            let mut pending: Vec<_> = [3, 2, 1, 9].map(part).into();
            // To be cancelled is no failure.
            pending[3].cancel();
            let done = wait(&mut pending, ReturnWhen::FIRST_ERROR).await;
            assert_eq!((done.len(), pending.len()), (3, 1));
            assert_eq!(wait(&mut pending, ReturnWhen::FIRST_ERROR).await.pop().unwrap().await.unwrap(), Ok(3));

            let mut pending: Vec<_> = [5, 0, 4].map(|n| spawn(number(n))).into();
            let mut done = wait(&mut pending, ReturnWhen::FIRST_PANIC).await;
            assert_eq!((done.len(), pending.len()), (1, 2));
            assert!(done.pop().unwrap().await.unwrap_err().is_panic());
        })
        .unwrap();
    assert_eq!(event_loop.time(), seconds(3));
}

#[test]
fn as_completed_gives_tasks_in_the_order_of_their_ends() {
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            let early = spawn(number(0));
            yield_now().await;
            let mut completed = as_completed([spawn(number(3)), early, spawn(number(1)), spawn(number(2))]);
            assert!(completed.next().await.unwrap().await.unwrap_err().is_panic());
            // One that is cancelled while it waits loses nothing.
            assert!(timeout(seconds(0), completed.next()).await.is_err());
            sleep(seconds(2)).await;
            assert_eq!(completed.next().await.unwrap().await.unwrap(), 1);
            assert_eq!(completed.next().await.unwrap().await.unwrap(), 2);
            let left = completed.into_tasks();
            assert_eq!(left.len(), 1);
            let mut completed = as_completed(left);
            assert_eq!(completed.next().await.unwrap().await.unwrap(), 3);
            assert!(completed.next().await.is_none() && completed.next().await.is_none());
        })
        .unwrap();
    assert_eq!(tasks(&event_loop), 0);
}

#[test]
fn at_any_seed_as_completed_gives_each_task_once() {
    for seed in 0..50 {
        let event_loop = EventLoop::simulated_with_seed(seed);
        let (total, times) = event_loop
            .run_until_complete(async {
                let mut completed = as_completed((0..300_u64).map(|n| {
                    spawn(async move {
                        sleep(seconds(n % 5)).await;
                        yield_now().await;
                        n
                    })
                }));
                let (mut total, mut times) = (0, Vec::new());
                while let Some(task) = completed.next().await {
                    let n = task.await.unwrap();
                    total += n;
                    times.push(n % 5);
                }
                (total, times)
            })
            .unwrap();
        assert_eq!((total, times.len()), (44_850, 300));
        assert!(times.is_sorted());
    }
}

#[test]
fn a_gather_that_fails_in_its_cleanup_says_so() {
    let event_loop = EventLoop::simulated();
    let gathered = try_gather([true, false].map(|fails| async move {
        if fails {
            sleep(seconds(1)).await;
            return Err("first");
        }
        let _ = cancellable(pending::<()>()).await;
        shield(sleep(seconds(1))).await;
        Err::<(), _>("second")
    }));
    assert_eq!(event_loop.run_until_complete(gathered).unwrap().unwrap_err().into_errors(), ["first", "second"]);
}

#[test]
fn cut_at_any_step_they_leave_nobody() {
    at_every_step(0..40, |open| async move {
        let _begun = open.begin();
        let all = gather([2, 0, 1].map(|n| open.clone().leaf(n))).await;
        let some = try_gather([1, 2, 3].map(|n| {
            let leaf = open.clone().leaf(n);
            async move { if n == 2 { leaf.await.map_or(Err(0), Err) } else { leaf.await.ok_or(n) } }
        }))
        .await;
        (all, some)
    });
}

/// Tasks that are waited for go on without who waits, so all that is counted here is in that.
#[test]
fn cut_at_any_step_who_waits_is_gone_and_the_tasks_end() {
    at_every_step(0..40, |open| async move {
        let _begun = open.begin();
        let sleepers = || [2, 0, 1].map(|n| spawn(sleep(seconds(n))));
        let mut pending = Vec::from(sleepers());
        while !pending.is_empty() {
            wait(&mut pending, ReturnWhen::FIRST_COMPLETED).timeout(seconds(1)).await;
        }
        let mut completed = as_completed(sleepers());
        while let Some(task) = completed.next().await {
            task.await.unwrap();
        }
    });
}

#[test]
fn a_destructor_that_panics_takes_the_place_of_the_value() {
    struct Bomb(bool);
    impl Future for Bomb {
        type Output = u8;

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u8> {
            Poll::Ready(1)
        }
    }
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(!self.0, "in drop");
        }
    }
    let event_loop = EventLoop::simulated();
    let gathered = event_loop.run_until_complete(gather([Bomb(true), Bomb(false)])).unwrap();
    assert_eq!(gathered[0].as_ref().unwrap_err().panic_message(), Some("in drop"));
    assert_eq!(gathered[1].as_ref().unwrap(), &1);
}
