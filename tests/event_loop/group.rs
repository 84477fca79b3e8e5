//! Task groups: values, errors, panics.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use antiphon::event_loop::{
    Cancelled, EventLoop, NotStarted, TaskGroup, cancellable, shield, sleep, spawn, task_group, time, timeout,
    yield_now,
};

use crate::{Log, seconds, tasks, tidy};

#[test]
fn without_tasks_it_is_its_body() {
    let event_loop = EventLoop::simulated();
    assert_eq!(event_loop.run_until_complete(task_group(async |_: TaskGroup| ())).unwrap(), Ok(()));
    let value = event_loop.run_until_complete(task_group(async |_: TaskGroup| Ok(7)));
    assert_eq!(value.unwrap(), Ok(7));
    let error = event_loop.run_until_complete(task_group(async |_| Err::<(), _>("no"))).unwrap().unwrap_err();
    assert_eq!((error.errors(), error.is_cancelled()), (&["no"][..], false));
    // Not awaited, it runs nothing.
    drop(task_group(async |_: TaskGroup| panic!("runs")));
}

#[test]
fn it_ends_when_all_in_it_have() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let ended = event_loop.run_until_complete(task_group(async |group: TaskGroup| {
        for (name, after) in [("a", 3), ("b", 1), ("c", 2)] {
            group.spawn(tidy(log.clone(), name, after, 0));
        }
        log.add("body");
        Ok(5)
    }));
    assert_eq!(ended.unwrap(), Ok(5));
    log.assert(&["body", "b done", "c done", "a done"]);
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(3), 0));
}

#[test]
fn a_task_may_start_others_when_the_body_has_ended() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    async fn chain(group: TaskGroup, log: Log, left: u32) {
        sleep(seconds(1)).await;
        log.add(format!("{left} left"));
        if left > 0 {
            let next = Box::pin(chain(group.clone(), log, left - 1));
            group.spawn(next as std::pin::Pin<Box<dyn Future<Output = ()>>>);
        }
    }
    let ended = event_loop.run_until_complete(task_group(async |group: TaskGroup| {
        group.spawn(chain(group.clone(), log.clone(), 2));
    }));
    assert_eq!(ended.unwrap(), Ok(()));
    log.assert(&["2 left", "1 left", "0 left"]);
}

#[test]
fn the_first_error_cancels_the_others_and_the_body_and_all_errors_are_told_in_order() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let ended = event_loop.run_until_complete(task_group(async |group| {
        let _guard = log.guard("body dropped");
        group.spawn(tidy(log.clone(), "a", 9, 3));
        group.spawn(async {
            sleep(seconds(1)).await;
            Err::<(), _>("first")
        });
        group.spawn(async {
            let told = cancellable(sleep(seconds(9))).await;
            shield(sleep(seconds(1))).await;
            told.map_err(|Cancelled| "second")
        });
        sleep(seconds(9)).await;
        log.add("not reached");
        Ok(())
    }));
    assert_eq!(ended.unwrap().unwrap_err().into_errors(), ["first", "second"]);
    log.assert(&["body dropped", "a tidied up"]);
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(4), 0));
}

#[test]
fn the_bodys_error_cancels_the_tasks() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let ended = event_loop.run_until_complete(task_group(async |group| {
        group.spawn(tidy(log.clone(), "a", 9, 3));
        let never = log.clone();
        yield_now().await;
        group.spawn(async move { never.add("not reached") });
        Err::<(), _>("body")
    }));
    let error = ended.unwrap().unwrap_err();
    assert_eq!((error.to_string(), error.into_errors()), ("in a task group: body".into(), vec!["body"]));
    log.assert(&["a tidied up"]);
    assert_eq!(event_loop.time(), seconds(3));
}

#[test]
fn a_panic_is_raised_when_all_have_ended() {
    for (in_task, message) in [(true, "in a task"), (false, "in the body")] {
        let event_loop = EventLoop::simulated();
        let log = Log::default();
        let group = task_group(async |group: TaskGroup<&str>| {
            group.spawn(tidy(log.clone(), "a", 9, 3));
            group.spawn(async move {
                sleep(seconds(1)).await;
                assert!(!in_task, "in a task");
                // It fails after the panic, and that is what is told.
                cancellable(sleep(seconds(9))).await.map_err(|Cancelled| "error")
            });
            sleep(seconds(2)).await;
            panic!("in the body");
        });
        let panicked = catch_unwind(AssertUnwindSafe(|| event_loop.run_until_complete(group)));
        assert_eq!(*panicked.err().unwrap().downcast::<&str>().unwrap(), message);
        log.assert(&["a tidied up"]);
        assert_eq!(tasks(&event_loop), 0);
    }
}

#[test]
fn a_closure_that_starts_a_task_and_panics_leaves_none_running() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        event_loop.run_until_complete(async {
            #[allow(unreachable_code, reason = "it has the type of a body")]
            let group = task_group(|group: TaskGroup| {
                group.spawn(tidy(log.clone(), "a", 9, 1));
                panic!("in the closure");
                async {}
            });
            group.await
        })
    }));
    assert!(panicked.is_err());
    event_loop.run_until_complete(sleep(seconds(2))).unwrap();
    // Cancelled before its first step, it never ran.
    log.assert(&[]);
    assert_eq!(tasks(&event_loop), 0);
}

#[test]
fn destructors_that_panic_are_panics_of_the_group() {
    struct Bomb(Log);
    impl Drop for Bomb {
        fn drop(&mut self) {
            self.0.add("bomb");
            panic!("in drop");
        }
    }
    for in_body in [true, false] {
        let event_loop = EventLoop::simulated();
        let log = Log::default();
        let group = task_group(async |group: TaskGroup| {
            let bomb = Bomb(log.clone());
            group.spawn(tidy(log.clone(), "a", 9, 1));
            if in_body {
                yield_now().await;
                group.cancel();
                sleep(seconds(9)).await;
                drop(bomb);
            } else {
                let task = group.spawn(async move {
                    let _bomb = bomb;
                    sleep(seconds(9)).await;
                });
                yield_now().await;
                task.cancel();
            }
        });
        let panicked = catch_unwind(AssertUnwindSafe(|| event_loop.run_until_complete(group)));
        assert_eq!(*panicked.err().unwrap().downcast::<&str>().unwrap(), "in drop");
        log.assert(&["bomb", "a tidied up"]);
        assert_eq!(tasks(&event_loop), 0);
    }
}

#[test]
fn handles_have_the_values_and_of_a_task_that_failed_none() {
    let event_loop = EventLoop::simulated();
    let kept = Rc::new(Cell::new(None));
    let keep = kept.clone();
    let ended = event_loop.run_until_complete(task_group(async move |group| {
        assert_eq!(group.spawn(async { Ok(String::from("kept")) }).await.unwrap(), "kept");
        assert_eq!(group.spawn(async {}).named("unit").await.ok(), Some(()));
        // One that is cancelled alone is no failure.
        let one = group.spawn(sleep(seconds(9)));
        one.cancel();
        assert!(one.await.unwrap_err().is_cancelled());
        keep.set(Some(group.spawn(async { Err::<u8, _>("failed") })));
        Ok(())
    }));
    assert_eq!(ended.unwrap().unwrap_err().into_errors(), ["failed"]);
    assert!(kept.take().unwrap().try_join().unwrap().unwrap_err().is_cancelled());
}

#[test]
fn cancelled_it_has_the_bodys_value_if_there_is_one() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let value = event_loop.run_until_complete(task_group(async |group: TaskGroup| {
        group.spawn(tidy(log.clone(), "a", 9, 1));
        yield_now().await;
        group.cancel();
        let never = log.clone();
        let late = group.spawn(async move { never.add("not reached") });
        assert!(group.is_cancelled() && !group.is_closed());
        Ok(late)
    }));
    assert!(value.unwrap().unwrap().try_join().unwrap().unwrap_err().is_cancelled());
    log.assert(&["a tidied up"]);

    let cut = event_loop.run_until_complete(task_group(async |group: TaskGroup| {
        group.cancel();
        sleep(seconds(9)).await;
        log.add("not reached");
    }));
    let error = cut.unwrap().unwrap_err();
    assert!(error.is_cancelled());
    log.assert(&["a tidied up"]);
    assert_eq!(event_loop.time(), seconds(1));
}

#[test]
fn a_group_that_has_ended_gives_back_what_it_is_given() {
    let event_loop = EventLoop::simulated();
    let escaped = event_loop.run_until_complete(task_group(async |group: TaskGroup| Ok(group))).unwrap().unwrap();
    assert!(escaped.is_closed() && !escaped.is_cancelled());
    event_loop
        .run_until_complete(async {
            let back = escaped.try_spawn(std::future::ready(()));
            assert_eq!(back.unwrap_err().0.await, ());
            let panicked = catch_unwind(AssertUnwindSafe(|| escaped.spawn(async {})));
            let message = panicked.unwrap_err().downcast::<&str>().unwrap();
            assert!(message.starts_with("this task group has ended; "), "{message}");
        })
        .unwrap();
    assert_eq!(tasks(&event_loop), 0);
}

#[test]
fn tasks_know_whose_they_are() {
    let event_loop = EventLoop::simulated();
    let root = event_loop.spawn(task_group(async |group: TaskGroup| {
        let inner = group.spawn(async {
            let leaf = task_group(async |group: TaskGroup| {
                let leaf = group.spawn(async {});
                Ok((leaf.parent(), group.owner()))
            });
            Ok(leaf.await.unwrap())
        });
        let (id, parent) = (inner.id(), inner.parent());
        Ok((id, parent, inner.await.unwrap()))
    }));
    let (id, parent) = (root.id(), root.parent());
    let (inner, inner_parent, (leaf_parent, owner)) = event_loop.run_until_complete(root).unwrap().unwrap().unwrap();
    assert_eq!((parent, inner_parent, leaf_parent, owner), (None, id, inner, inner));
    assert!(id.is_some() && inner.is_some() && id != inner);
    // What the loop was asked to complete is no task.
    let child = event_loop.run_until_complete(task_group(async |group: TaskGroup| Ok(group.spawn(async {}).parent())));
    assert_eq!(child.unwrap(), Ok(None));
}

#[test]
fn a_task_says_when_it_is_ready() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let ended = event_loop.run_until_complete(task_group(async |group: TaskGroup<&str>| {
        let (ready, guard) = (log.clone(), log.guard("dropped"));
        let address = group.start(|started| async move {
            sleep(seconds(1)).await;
            started.set(String::from("address")).unwrap();
            ready.add("goes on");
            sleep(seconds(1)).await;
            drop(guard);
        });
        assert_eq!(address.await.as_deref(), Ok("address"));
        assert_eq!((time(), group.running()), (seconds(1), 1));
        // It ends, and has not said so.
        assert_eq!(group.start(|_started: antiphon::event_loop::Started<u8>| async {}).await, Err(NotStarted));
        // Nobody waits any more.
        let late = log.clone();
        let impatient = group.start(|started| async move {
            sleep(seconds(5)).await;
            late.add(format!("{:?}", started.set(7)));
        });
        assert!(timeout(seconds(2), impatient).await.is_err());
        // It fails, which is the group's error.
        let failing = group.start(|started: antiphon::event_loop::Started<u8>| async move {
            sleep(seconds(9)).await;
            drop(started);
            Err::<(), _>("no address")
        });
        assert_eq!(failing.await, Err(NotStarted));
        sleep(seconds(9)).await;
        Ok(())
    }));
    assert_eq!(ended.unwrap().unwrap_err().into_errors(), ["no address"]);
    log.assert(&["goes on", "dropped", "Err(7)"]);
}

#[test]
fn a_group_of_many() {
    let event_loop = EventLoop::simulated_with_seed(3);
    let sum = Rc::new(Cell::new(0));
    let total = sum.clone();
    let ended = event_loop.run_until_complete(task_group(async move |group: TaskGroup| {
        for n in 0..10_000u64 {
            let total = total.clone();
            group.spawn(async move {
                sleep(seconds(n % 7)).await;
                total.set(total.get() + n);
            });
        }
        drop(spawn(async {}));
    }));
    assert_eq!((ended.unwrap(), sum.get(), tasks(&event_loop)), (Ok(()), 49_995_000, 0));
}
