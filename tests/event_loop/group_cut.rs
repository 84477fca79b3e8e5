//! Task groups that end before their time.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::task::Poll;

use antiphon::event_loop::{
    Elapsed, EventLoop, TaskGroup, cancellable, shield, sleep, spawn, task_group, time, timeout, yield_now,
};
use futures::future::join;
use futures::stream::{FuturesUnordered, StreamExt};

use crate::sweep::{Open, at_every_step};
use crate::{Log, seconds, tasks, tidy};

/// Two tasks that tidy up for one and three seconds, and a body that waits.
async fn group_of_two(log: Log) {
    let body = log.guard("body dropped");
    let ended = task_group(async |group: TaskGroup| {
        group.spawn(tidy(log.clone(), "a", 9, 1));
        group.spawn(tidy(log.clone(), "b", 9, 3));
        let _body = body;
        pending::<()>().await;
    });
    let _ = ended.await;
    log.add("not reached");
}

#[test]
fn the_scope_around_waits_for_the_tasks_and_then_cuts() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let task = event_loop.spawn(group_of_two(log.clone()));
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
    log.assert(&["body dropped", "a tidied up", "b tidied up"]);
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(3), 0));
}

#[test]
fn so_does_a_timeout_around_and_code_after_it_goes_on() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let elapsed = event_loop.run_until_complete(async {
        let elapsed = timeout(seconds(2), group_of_two(log.clone())).await;
        assert_eq!(cancellable(sleep(seconds(1))).await, Ok(()));
        elapsed
    });
    assert_eq!(elapsed.unwrap(), Err(Elapsed));
    log.assert(&["body dropped", "a tidied up", "b tidied up"]);
    assert_eq!(event_loop.time(), seconds(6));
}

#[test]
fn errors_of_the_cleanup_are_told_to_the_code_around() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let after = log.clone();
    let task = event_loop.spawn(async move {
        let ended = task_group(async |group: TaskGroup<&str>| {
            group.spawn(async {
                let _ = cancellable(pending::<()>()).await;
                shield(sleep(seconds(1))).await;
                Err::<(), _>("not tidy")
            });
            pending::<()>().await;
            Ok(())
        });
        after.add(ended.await.unwrap_err().into_errors()[0]);
        sleep(seconds(1)).await;
        after.add("not reached");
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
    log.assert(&["not tidy"]);
    assert_eq!(event_loop.time(), seconds(1));
}

#[test]
fn a_body_that_had_its_value_before_the_cancel_keeps_it() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let tidied = log.clone();
    let value = timeout(seconds(1), async move {
        task_group(async |group: TaskGroup| {
            group.spawn(tidy(tidied, "a", 9, 1));
            Ok(3)
        })
        .await
    });
    assert_eq!(event_loop.run_until_complete(value).unwrap(), Ok(Ok(3)));
    log.assert(&["a tidied up"]);
}

#[test]
fn of_nested_groups_the_inner_one_ends_first() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let body = log.clone();
    let task = event_loop.spawn(async move {
        let outer = body.clone();
        let _ = task_group(async |group: TaskGroup| {
            group.spawn(tidy(outer.clone(), "outer", 9, 1));
            let log = outer.clone();
            group.spawn(async move {
                let ended = task_group(async |group: TaskGroup| {
                    group.spawn(tidy(log.clone(), "inner", 9, 4));
                    let _ = cancellable(pending::<()>()).await;
                    shield(sleep(seconds(2))).await;
                    log.add("inner body");
                });
                let _ = ended.await;
                log.add("its task goes on");
                pending::<()>().await;
            });
        })
        .await;
        body.add("its body had ended before");
        yield_now().await;
        body.add("not reached");
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
    log.assert(&["outer tidied up", "inner body", "inner tidied up", "its task goes on", "its body had ended before"]);
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(4), 0));
}

#[test]
fn an_error_in_an_inner_group_is_the_outer_tasks_to_pass_on() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let ended = event_loop.run_until_complete(task_group(async |group| {
        group.spawn(tidy(log.clone(), "outer", 9, 1));
        let inner = log.clone();
        group.spawn(task_group(async move |group: TaskGroup<String>| {
            group.spawn(tidy(inner, "inner", 9, 2));
            group.spawn(async {
                sleep(seconds(1)).await;
                Err::<(), _>("no".to_owned())
            });
        }));
        Ok(())
    }));
    let error = ended.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "in a task group: in a task group: no");
    log.assert(&["inner tidied up", "outer tidied up"]);
}

#[test]
fn behind_foreign_wakers_it_is_told_as_well() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let (one, two, silent) = (log.clone(), log.clone(), log.guard("silent"));
    let task = event_loop.spawn(async move {
        let groups: FuturesUnordered<_> = [group_of_two(one), group_of_two(two)].into_iter().collect();
        let silent = async move {
            let _silent = silent;
            pending::<()>().await;
        };
        join(groups.collect::<Vec<_>>(), silent).await;
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
    let mut log = log.0.take();
    assert_eq!(log.pop().unwrap(), "silent");
    log.sort();
    assert_eq!(log[..2], ["a tidied up", "a tidied up"]);
    assert_eq!(log[4..], ["body dropped", "body dropped"]);
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(3), 0));
}

#[test]
fn dropped_it_cancels_its_tasks_and_their_failures_are_reported() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let reports = log.clone();
    event_loop.set_report_handler(move |report| reports.add(report.to_string().replace(|c: char| c.is_numeric(), "N")));
    event_loop
        .run_until_complete(async {
            let mut group = Box::pin(task_group(async |group: TaskGroup<std::fmt::Error>| {
                group.spawn(tidy(log.clone(), "a", 9, 1));
                let failing = |panics: bool| async move {
                    let _ = cancellable(sleep(seconds(9))).await;
                    shield(sleep(seconds(2))).await;
                    assert!(!panics, "untidy");
                    Err::<(), _>(std::fmt::Error)
                };
                drop(group.spawn(failing(true)).named("one"));
                let kept = group.spawn(failing(false));
                pending::<()>().await;
                drop(kept);
            }));
            for _ in 0..3 {
                assert!(poll_fn(|cx| Poll::Ready(group.as_mut().poll(cx))).await.is_pending());
                yield_now().await;
            }
            drop(group);
        })
        .unwrap();
    assert_eq!(tasks(&event_loop), 3);
    event_loop.run_until_complete(sleep(seconds(3))).unwrap();
    assert_eq!(tasks(&event_loop), 0);
    let log = log.0.take();
    assert_eq!(log.len(), 3, "{log:?}");
    assert_eq!(log[0], "a tidied up");
    assert!(log[1].starts_with("task `one` (N.N), spawned at ") && log[1].contains("group_cut.rs:"), "{}", log[1]);
    assert!(log[1].ends_with(", panicked: untidy; nobody joined it"), "{}", log[1]);
    assert!(log[2].ends_with(", returned an `Err` with a `core::fmt::Error`; nobody joined it"), "{}", log[2]);
}

#[test]
fn failures_of_a_group_that_is_dropped_while_it_waits_are_reported() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let reports = log.clone();
    event_loop.set_report_handler(move |report| reports.add(report.to_string()));
    event_loop
        .run_until_complete(async {
            let group = task_group(async |group| {
                group.spawn(async { shield(sleep(seconds(5))).await });
                group.spawn(async { Err::<(), _>(7_u8) });
                Ok(())
            });
            // A foreign combinator drops what has lost.
            futures::future::select(pin!(group), pin!(sleep(seconds(1)))).await;
        })
        .unwrap();
    log.assert(&["a task group was dropped that had failed: something in it returned an `Err` with a `u8`"]);
    drop(event_loop);
}

/// Groups in groups, with tasks that fail, tidy up, start others, and wait for each other.
async fn workload(open: Open, error_at: u64) -> Result<u64, String> {
    let leaf = move |open: &Open, n: u64| {
        let open = open.clone();
        async move {
            let told = open.leaf(n % 3).await;
            if n == error_at { Err(format!("{n}")) } else { Ok(told.map_or(0, |_| n)) }
        }
    };
    let whole = task_group(async |group: TaskGroup<String>| {
        let mut inner = Vec::new();
        for n in 0..3 {
            let (open, nested) = (open.clone(), group.clone());
            inner.push(group.spawn(async move {
                let _begun = open.begin();
                let sum = task_group(async |group: TaskGroup<String>| {
                    let tasks = [0, 1, 2].map(|m| group.spawn(leaf(&open, 3 * n + m)));
                    nested.spawn(leaf(&open, 100 + n));
                    let mut sum = 0;
                    for task in tasks {
                        sum += task.await.unwrap_or(0);
                    }
                    Ok(sum)
                });
                sum.await.map_err(|error| error.to_string())
            }));
        }
        let mut sum = 0;
        for task in inner {
            sum += task.await.unwrap_or(0);
        }
        Ok(sum)
    });
    whole.await.map_err(|error| error.to_string())
}

#[test]
fn cut_at_any_step_it_leaves_nobody() {
    for error_at in [4, 101, 999] {
        at_every_step(0..40, |open| workload(open, error_at));
    }
}

#[test]
fn cut_at_any_step_behind_foreign_wakers_it_leaves_nobody() {
    at_every_step(0..40, |open| {
        let groups: FuturesUnordered<_> =
            [999, 4].map(|error_at| workload(open.clone(), error_at)).into_iter().collect();
        join(groups.collect::<Vec<_>>(), timeout(seconds(2), open.leaf(9)))
    });
}

#[test]
fn without_a_cut_the_workload_ends_by_itself() {
    for seed in 0..50 {
        let event_loop = EventLoop::simulated_with_seed(seed);
        let open = Open::default();
        assert_eq!(event_loop.run_until_complete(workload(open.clone(), 999)).unwrap(), Ok(36));
        let failed = event_loop.run_until_complete(workload(open.clone(), 4)).unwrap();
        assert_eq!(failed.unwrap_err(), "in a task group: in a task group: 4");
        assert_eq!(tasks(&event_loop), 0);
    }
}

#[test]
fn closing_the_loop_ends_a_group_in_the_middle() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let task = event_loop.spawn(group_of_two(log.clone()));
    event_loop.run_until_complete(yield_now()).unwrap();
    drop(event_loop);
    log.assert(&["body dropped"]);
    assert!(task.is_finished());
}

#[test]
fn in_a_shield_it_is_not_told() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let tidied = log.clone();
    let task = event_loop.spawn(async move {
        shield(task_group(async |group: TaskGroup| {
            group.spawn(tidy(tidied.clone(), "a", 2, 9));
        }))
        .await
        .unwrap();
        tidied.add(format!("at {}", time().as_secs()));
        drop(spawn(async {}));
        pending::<()>().await;
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
    log.assert(&["a done", "at 2"]);
}

#[test]
fn tasks_are_told_in_the_order_in_which_they_were_started() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let ended = event_loop.run_until_complete(task_group(async |group: TaskGroup| {
        // The rooms of those that have ended are used again, the last one first.
        for _ in 0..3 {
            group.spawn(async {});
        }
        yield_now().await;
        for name in ["a", "b", "c", "d"] {
            group.spawn(tidy(log.clone(), name, 9, 0));
        }
        yield_now().await;
        group.cancel();
    }));
    assert_eq!(ended.unwrap(), Ok(()));
    log.assert(&["a tidied up", "b tidied up", "c tidied up", "d tidied up"]);
}

#[test]
fn a_cancel_from_outside_is_not_swallowed_by_the_groups_own() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let body = log.clone();
    let task = event_loop.spawn(async move {
        let ended = task_group(async |group: TaskGroup| {
            group.spawn(tidy(body.clone(), "a", 9, 2));
            yield_now().await;
            group.cancel();
            pending::<()>().await;
        });
        let _ = ended.await;
        body.add("not reached");
    });
    for _ in 0..4 {
        event_loop.run_until_complete(yield_now()).unwrap();
    }
    task.cancel();
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
    log.assert(&["a tidied up"]);
}

#[test]
fn a_body_in_which_one_is_shielded_has_all_told_at_once() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let ended = event_loop.run_until_complete(task_group(async |group: TaskGroup| {
        group.spawn({
            let group = group.clone();
            async move { group.cancel() }
        });
        let hidden: FuturesUnordered<_> = [tidy(log.clone(), "hidden", 9, 1)].into_iter().collect();
        join(shield(sleep(seconds(6))), hidden.collect::<Vec<_>>()).await;
    }));
    assert_eq!(ended.unwrap(), Ok(()));
    log.assert(&["hidden tidied up"]);
    assert_eq!(event_loop.time(), seconds(6));
}
