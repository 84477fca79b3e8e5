//! Races.

use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};

use antiphon::event_loop::{
    self, EventLoop, Raced, TaskGroup, cancellable, race, shield, sleep, spawn, task_group, time, timeout, yield_now,
};
use futures::FutureExt;

use crate::sweep::at_every_step;
use crate::{Log, seconds, tidy};

#[test]
fn the_first_value_wins_and_among_equals_the_first_branch() {
    let event_loop = EventLoop::simulated();
    let after = |n| async move {
        sleep(seconds(n)).await;
        n
    };
    let raced = event_loop.run_until_complete(race([after(3), after(1), after(2)])).unwrap();
    assert_eq!(raced, Raced { index: 1, value: 1, late: vec![] });
    let raced = event_loop.run_until_complete(race((after(9), async { 7 }, ready(8)))).unwrap();
    // What was ready too is not lost.
    assert_eq!(raced, Raced { index: 1, value: 7, late: vec![(2, 8)] });
    let raced = event_loop.run_until_complete(race(vec![ready(1)])).unwrap();
    assert_eq!((raced.value, event_loop.time()), (1, seconds(1)));
    let eight = (pending(), pending(), pending(), pending(), pending(), pending(), pending(), ready("eighth"));
    assert_eq!(event_loop.run_until_complete(race(eight)).unwrap().index, 7);
}

#[test]
fn losers_are_told_and_waited_for_and_what_they_return_is_handed_over() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let guard = log.guard("silent");
    let (told, other) = (log.clone(), log.clone());
    let raced = event_loop.run_until_complete(race((
        async move {
            let _guard = guard;
            pending().await
        },
        async move {
            tidy(told, "told", 9, 2).await;
            "late"
        },
        async move {
            sleep(seconds(1)).await;
            other.add("won");
            "won"
        },
    )));
    assert_eq!(raced.unwrap(), Raced { index: 2, value: "won", late: vec![(1, "late")] });
    log.assert(&["won", "silent", "told tidied up"]);
    assert_eq!(event_loop.time(), seconds(3));
}

#[test]
fn a_cancel_of_the_race_is_one_of_its_branches() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let body = log.clone();
    let task = event_loop.spawn(async move {
        let guard = body.guard("silent");
        let raced = race((tidy(body.clone(), "a", 9, 3), tidy(body.clone(), "b", 9, 1), async move {
            let _guard = guard;
            pending().await
        }))
        .await;
        // The first one that had put things in order has won, and the other is waited for all the same.
        body.add(format!("{} won at {}, late {:?}", raced.index, time().as_secs(), raced.late));
        pending::<()>().await;
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
    log.assert(&["b tidied up", "silent", "a tidied up", "1 won at 3, late [(0, ())]"]);
}

#[test]
fn branches_that_say_nothing_are_cut_with_the_race() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let body = log.clone();
    let branches = ["a", "b"].map(|name| {
        let guard = log.guard(name);
        async move {
            let _guard = guard;
            pending::<()>().await;
        }
    });
    let task = event_loop.spawn(async move {
        let _ = race(branches).await;
        body.add("not reached");
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
    log.assert(&["a", "b"]);
}

#[test]
fn losers_behind_foreign_wakers_are_told() {
    use futures::stream::{FuturesUnordered, StreamExt};
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let many: FuturesUnordered<_> =
        [("a", 1), ("b", 2)].map(|(name, n)| tidy(log.clone(), name, 9, n)).into_iter().collect();
    let raced = race((many.collect::<Vec<_>>(), sleep(seconds(1)).map(|()| Vec::new())));
    let raced = event_loop.run_until_complete(raced).unwrap();
    assert_eq!((raced.index, raced.late), (1, vec![(0, vec![(), ()])]));
    log.assert(&["a tidied up", "b tidied up"]);
    assert_eq!(event_loop.time(), seconds(3));
}

#[test]
fn a_race_in_a_race_is_told_to_the_innermost() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let inner = race((tidy(log.clone(), "inner", 9, 2), pending())).map(|raced| raced.index);
    let raced = event_loop.run_until_complete(race((inner, sleep(seconds(1)).map(|()| 99)))).unwrap();
    assert_eq!(raced, Raced { index: 1, value: 99, late: vec![(0, 0)] });
    log.assert(&["inner tidied up"]);
}

#[test]
fn a_panic_ends_the_race() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let guard = log.guard("dropped");
    let panics = async {
        sleep(seconds(1)).await;
        panic!("fell")
    };
    let other = async move {
        let _guard = guard;
        pending::<()>().await;
    };
    let raced = catch_unwind(AssertUnwindSafe(|| event_loop.run_until_complete(race((other, panics)))));
    assert_eq!(*raced.unwrap_err().downcast::<&str>().unwrap(), "fell");
    log.assert(&["dropped"]);
    let nobody = catch_unwind(|| drop(race(Vec::<std::future::Ready<()>>::new())));
    assert!(nobody.unwrap_err().downcast::<&str>().unwrap().starts_with("a race of no branches"));
}

#[test]
fn at_any_step_a_cut_loses_no_value() {
    // Values from two futures go to one race each time; what is lost shows in the sum.
    for seed in 0..10 {
        for limit in 0..12 {
            let event_loop = EventLoop::simulated_with_seed(seed);
            let sum = event_loop.run_until_complete(async {
                let sources: Vec<_> = (0..4).map(|_| event_loop::Future::new()).collect();
                let setters = sources.clone();
                drop(spawn(async move {
                    for (n, source) in setters.into_iter().enumerate() {
                        sleep(seconds(2 + n as u64 / 2)).await;
                        source.set_result(10_u64.pow(n as u32)).unwrap();
                    }
                }));
                let take = |n: usize| {
                    let mut source = sources[n].clone();
                    async move { (&mut source).await.unwrap() }
                };
                let raced = timeout(seconds(limit), async {
                    race((
                        take(0),
                        async { cancellable(take(1)).await.unwrap_or(0) },
                        async { shield(take(2)).await },
                        take(3),
                    ))
                    .await
                });
                let raced = raced.await;
                raced.map(|raced| (raced.value, raced.late))
            });
            let told = Ok((0, vec![(2, 100)]));
            let won = Ok((1, vec![(1, 0), (2, 100)]));
            match (limit, sum.unwrap()) {
                // Told before the first was set: the observer has no value, and the shield waits for its own.
                (0..=1, raced) => assert_eq!(raced, told, "limit {limit}"),
                // At the same time.
                (2, raced) => assert!(raced == told || raced == won, "{raced:?}"),
                (_, raced) => assert_eq!(raced, won, "limit {limit}"),
            }
        }
    }
}

#[test]
fn cut_at_any_step_it_leaves_nobody() {
    at_every_step(0..40, |open| async move {
        let _begun = open.begin();
        let branches = [3, 1, 2].map(|n| open.clone().leaf(n));
        let nested = race((open.clone().leaf(4), timeout(seconds(2), pending()).map(Result::ok)));
        let first = race((race(branches).map(|raced| raced.value), nested.map(|raced| raced.value))).await;
        // One task of two tells the other, in a group in a race.
        let group = task_group(|group: TaskGroup| {
            let open = open.clone();
            async move {
                group.spawn(async { _ = open.leaf(2).await });
                pending::<()>().await;
            }
        });
        let second = race((group.map(|_| None), open.clone().leaf(1))).await;
        (first, second)
    });
}

#[test]
fn a_loser_in_which_one_is_shielded_has_all_told_at_once() {
    use futures::stream::{FuturesUnordered, StreamExt};
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let hidden: FuturesUnordered<_> = [tidy(log.clone(), "hidden", 9, 1)].into_iter().collect();
    let loser = futures::future::join(shield(sleep(seconds(6))), hidden.collect::<Vec<_>>());
    let raced = event_loop.run_until_complete(race((loser.map(|_| 'l'), sleep(seconds(1)).map(|()| 'w'))));
    assert_eq!(raced.unwrap().value, 'w');
    log.assert(&["hidden tidied up"]);
    assert_eq!(event_loop.time(), seconds(6));
}
