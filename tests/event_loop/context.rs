//! Context variables: who sees what, and until when.

mod ending;
mod model;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use antiphon::event_loop::{
    self, CancelScope, Cancelled, ContextVar, EventLoop, Promise, RunError, TaskGroup, cancellable, gather, race,
    run_in_executor, shield, sleep, spawn, task_group, timeout, yield_now,
};
use futures::executor::{LocalPool, block_on};
use futures::task::LocalSpawnExt;

use crate::model::Random;
use crate::{Log, seconds, settle};

static A: ContextVar<u32> = ContextVar::new();
static B: ContextVar<u32> = ContextVar::new();
static TEXT: ContextVar<&str> = ContextVar::new();

/// On a thread of its own, which may have values: of two tests that follow each other on one, the second finds none.
fn on_a_thread(test: impl FnOnce() + Send + 'static) {
    std::thread::spawn(test).join().unwrap();
}

fn seen() -> (Option<u32>, Option<u32>) {
    (A.get(), B.get())
}

#[test]
fn without_a_loop_a_thread_has_its_own() {
    on_a_thread(|| {
        assert_eq!(seen(), (None, None));
        A.set(1);
        A.set(2);
        assert_eq!(seen(), (Some(2), None));
        assert_eq!(std::thread::spawn(seen).join().unwrap(), (None, None));
        assert_eq!(A.with(|a| a + 1), Some(3));
        assert_eq!(TEXT.with(|text| text.len()), None);
    });
}

#[test]
fn what_a_loop_completes_begins_with_that_of_the_thread_and_leaves_it_as_it_was() {
    on_a_thread(|| {
        let event_loop = EventLoop::simulated();
        A.set(1);
        let before = event_loop.spawn(async { seen() });
        let main = async {
            let first = seen();
            A.set(2);
            B.set(2);
            yield_now().await;
            (first, seen(), before.await.unwrap())
        };
        let ran = event_loop.run_until_complete(main).unwrap();
        assert_eq!(ran, ((Some(1), None), (Some(2), Some(2)), (Some(1), None)));
        assert_eq!(seen(), (Some(1), None));
        assert_eq!(B.sync_scope(5, || event_loop.run_until_complete(async { seen() }).unwrap()), (Some(1), Some(5)));
        assert_eq!(seen(), (Some(1), None));
    });
}

#[test]
fn a_task_has_what_was_set_where_it_was_spawned_before_that() {
    let ran = event_loop::run(async {
        A.set(1);
        let task = spawn(async {
            let at_first = seen();
            A.set(10);
            yield_now().await;
            // As it left it, whatever others did meanwhile.
            let grandchild = spawn(async { seen() });
            B.set(10);
            (at_first, seen(), grandchild.await.unwrap())
        });
        // Too late, though it has not run yet.
        A.set(2);
        B.set(2);
        let seen_there = task.await.unwrap();
        (seen_there, seen())
    });
    let there = ((Some(1), None), (Some(10), Some(10)), (Some(10), None));
    assert_eq!(ran.unwrap(), (there, (Some(2), Some(2))));
}

#[test]
fn tasks_that_have_none_see_none() {
    let event_loop = EventLoop::simulated();
    let seen_by: Vec<_> = (0..3).map(|_| event_loop.spawn(async { [seen(), second_step().await] })).collect();
    let ran = event_loop.run_until_complete(async {
        A.set(1);
        let rest = spawn(async {
            yield_now().await;
            B.set(1);
        });
        rest.await.unwrap();
        let mut all = Vec::new();
        for task in seen_by {
            all.extend(task.await.unwrap());
        }
        all
    });
    assert!(ran.unwrap().into_iter().all(|seen| seen == (None, None)));
}

async fn second_step() -> (Option<u32>, Option<u32>) {
    yield_now().await;
    seen()
}

#[test]
fn groups_and_gather_are_of_tasks_and_their_bodies_are_not() {
    event_loop::run(async {
        A.set(1);
        let grouped = task_group(async |group: TaskGroup| {
            A.set(2);
            let child = group.spawn(async {
                A.set(3);
                Ok(seen())
            });
            let started = group.start(|started| async move {
                started.set(A.get()).unwrap();
                A.set(4);
            });
            assert_eq!(started.await.unwrap(), Some(2));
            Ok(child.await.unwrap())
        });
        assert_eq!(grouped.await.unwrap(), (Some(3), None));
        assert_eq!(A.get(), Some(2));
        let numbers = gather((5..8).map(|n| async move {
            A.set(A.get().unwrap() + n);
            yield_now().await;
            A.get()
        }));
        let numbers: Vec<_> = numbers.await.into_iter().map(Result::unwrap).collect();
        assert_eq!(numbers, [Some(7), Some(8), Some(9)]);
        assert_eq!(A.get(), Some(2));
    })
    .unwrap();
}

#[test]
fn what_is_polled_in_the_same_task_shares_its_values_unless_it_is_in_a_scope() {
    event_loop::run(async {
        let setting = async {
            A.set(1);
            yield_now().await;
        };
        let waiting = B.scope(5, async {
            A.set(2);
            pending::<()>().await;
        });
        let _ = race((setting, waiting)).await;
        assert_eq!(seen(), (Some(1), None));
        timeout(seconds(1), async { A.set(3) }).await.unwrap();
        shield(async { B.set(3) }).await;
        assert_eq!(seen(), (Some(3), Some(3)));
    })
    .unwrap();
}

#[test]
fn callbacks_have_that_of_who_asked_for_them_and_what_they_set_is_theirs() {
    let event_loop = Rc::new(EventLoop::simulated());
    let log = Log::default();
    let note = |what: &'static str| {
        let log = log.clone();
        move || {
            log.add(format!("{what} {:?}", A.get()));
            A.set(9);
            B.set(9);
        }
    };
    event_loop.call_soon(note("outside"));
    let inner = event_loop.clone();
    event_loop
        .run_until_complete(async {
            let promise = Promise::new();
            A.set(1);
            inner.call_soon(note("soon"));
            inner.call_later(seconds(1), note("later"));
            promise.add_done_callback(note("promise"));
            let task = spawn(A.scope(3, sleep(seconds(2))));
            task.add_done_callback(note("task"));
            B.scope(5, async { promise.add_done_callback(note("in a scope")) }).await;
            A.set(2);
            promise.set_result(()).unwrap();
            task.await.unwrap();
            // Its end is there already.
            A.set(4);
            promise.add_done_callback(note("late"));
            settle().await;
            assert_eq!(seen(), (Some(4), None));
        })
        .unwrap();
    let expected =
        ["outside None", "soon Some(1)", "promise Some(1)", "in a scope Some(1)", "later Some(1)", "task Some(1)"];
    log.assert(&[&expected[..], &["late Some(4)"]].concat());
    assert_eq!(seen(), (None, None));
    // The first thing that anybody sets on this thread.
    on_a_thread(|| {
        let event_loop = EventLoop::simulated();
        event_loop.call_soon(|| A.set(1));
        let task = event_loop.spawn(async { A.get() });
        assert_eq!(event_loop.run_until_complete(task).unwrap().unwrap(), None);
        assert_eq!(A.get(), None);
    });
}

#[test]
fn a_callback_that_is_taken_back_keeps_nothing() {
    let value = Rc::new(());
    static VALUE: ContextVar<Rc<()>> = ContextVar::new();
    let event_loop = EventLoop::simulated();
    let promise = Promise::<()>::new();
    let (soon, later) =
        VALUE.sync_scope(value.clone(), || (event_loop.call_soon(|| {}), event_loop.call_later(seconds(1), || {})));
    let asking = async { promise.add_done_callback(|| {}) };
    let done = event_loop.run_until_complete(VALUE.scope(value.clone(), asking)).unwrap();
    assert_eq!(Rc::strong_count(&value), 3);
    assert!(!soon.cancel() && later.cancel());
    assert_eq!(Rc::strong_count(&value), 2);
    assert!(done.remove());
    assert_eq!(Rc::strong_count(&value), 1);
}

#[test]
fn scopes_are_within_each_other_and_all_that_is_set_in_one_is_over_with_it() {
    event_loop::run(async {
        B.set(1);
        let inner = A.scope(2, async {
            A.set(3);
            B.set(3);
            yield_now().await;
            seen()
        });
        let outer = A.scope(1, async {
            yield_now().await;
            let inner = inner.await;
            (inner, seen())
        });
        assert_eq!(outer.await, ((Some(3), Some(3)), (Some(1), Some(1))));
        assert_eq!(seen(), (None, Some(1)));
        let both = A.sync_scope(4, || {
            B.set(5);
            B.sync_scope(6, seen)
        });
        assert_eq!((both, seen()), ((Some(4), Some(6)), (None, Some(1))));
        // One that goes to another task has what is around it there.
        let moved = A.scope(7, async { seen() });
        let there = spawn(async {
            B.set(8);
            moved.await
        });
        assert_eq!(there.await.unwrap(), (Some(7), Some(8)));
    })
    .unwrap();
}

#[test]
fn a_task_that_is_spawned_in_a_scope_outlives_it() {
    event_loop::run(async {
        let mut task = None;
        A.scope(1, async { task = Some(spawn(second_step())) }).await;
        assert_eq!(task.unwrap().await.unwrap(), (Some(1), None));
        assert_eq!(seen(), (None, None));
    })
    .unwrap();
}

#[test]
fn loops_of_one_thread_take_turns() {
    on_a_thread(|| {
        let loops = [EventLoop::simulated(), EventLoop::simulated()];
        let tasks: Vec<_> = (0..2)
            .map(|n| {
                let count = async move {
                    for _ in 0..3 {
                        A.set(A.get().unwrap() + 1);
                        yield_now().await;
                    }
                    A.get()
                };
                A.sync_scope(10 * n, || loops[n as usize].spawn(count))
            })
            .collect();
        A.set(100);
        for _ in 0..4 {
            loops.iter().for_each(|event_loop| event_loop.turn(Duration::ZERO).unwrap());
        }
        let seen: Vec<_> = tasks.into_iter().map(|mut task| task.try_join().unwrap().unwrap()).collect();
        assert_eq!((seen, A.get()), (vec![Some(3), Some(13)], Some(100)));

        // A task of one gives the other something to do.
        let [first, second] = loops;
        let mut there = None;
        let ran = first.run_until_complete(async {
            A.set(200);
            assert!(matches!(second.run_until_complete(async {}), Err(RunError::Running)));
            there = Some(second.spawn(async { A.get() }));
            A.set(300);
            drop(event_loop::run(async {}).unwrap_err());
            assert_eq!(A.get(), Some(300));
        });
        ran.unwrap();
        assert_eq!(second.run_until_complete(there.unwrap()).unwrap().unwrap(), Some(200));
    });
}

#[test]
fn executors_within_a_task_share_its_values() {
    event_loop::run(async {
        A.set(1);
        block_on(async {
            assert_eq!(A.get(), Some(1));
            A.set(2);
        });
        let mut pool = LocalPool::new();
        let spawner = pool.spawner();
        spawner.spawn_local(async { A.set(A.get().unwrap() + 1) }).unwrap();
        spawner.spawn_local(A.scope(50, async { A.set(A.get().unwrap() + 1) })).unwrap();
        pool.run();
        assert_eq!(A.get(), Some(3));
    })
    .unwrap();
    // Without a loop, too.
    assert_eq!(block_on(A.scope(4, async { A.get() })), Some(4));
    assert_eq!(A.get(), None);
}

#[test]
fn what_comes_from_other_threads_has_none_and_work_there_leaves_none() {
    on_a_thread(|| {
        let event_loop = EventLoop::new().unwrap();
        event_loop.set_executor_limit(1);
        A.set(1);
        let handle = event_loop.handle();
        let ran = event_loop.run_until_complete(async {
            let (task, called) = (Promise::new(), Rc::new(Cell::new(None)));
            thread_local! {
                static SEEN: RefCell<Vec<Option<u32>>> = const { RefCell::new(Vec::new()) };
            }
            handle.call_soon_threadsafe(|| SEEN.with_borrow_mut(|seen| seen.push(A.get()))).unwrap();
            let remote = handle.run_coroutine_threadsafe(|| async { A.get() }).unwrap();
            let waits = task.clone();
            called.set(Some(spawn(async move { waits.set_result(remote.await.unwrap()).unwrap() })));
            let in_task = task.await.unwrap();
            let first = run_in_executor(|| {
                let before = A.get();
                A.set(2);
                before
            });
            let (first, second) = (first.await.unwrap(), run_in_executor(|| A.get()).await.unwrap());
            (SEEN.take(), in_task, first, second, A.get())
        });
        assert_eq!(ran.unwrap(), (vec![None], None, None, None, Some(1)));
    });
}

#[test]
fn a_variable_is_known_wherever_it_is_and_no_other_is_taken_for_it() {
    on_a_thread(|| {
        let first = ContextVar::new();
        first.set(1);
        let moved = Box::new(first);
        assert_eq!(moved.get(), Some(1));
        drop(moved);
        // Maybe where the other one was.
        let second = Box::new(ContextVar::<u32>::new());
        assert_eq!(second.get(), None);
        second.set(2);
        let third = ContextVar::<u32>::default();
        assert_eq!((second.get(), third.get()), (Some(2), None));
        assert_eq!(format!("{third:?}"), "ContextVar<u32>");
        thread_local! {
            static LOCAL: ContextVar<u32> = const { ContextVar::new() };
        }
        LOCAL.with(|local| local.set(4));
        assert_eq!(LOCAL.with(ContextVar::get), Some(4));

        fn is_shared<T: Send + Sync + Unpin>(_: &T) {}
        is_shared(&ContextVar::<Rc<()>>::new());
    });
}

#[test]
fn when_a_thread_ends_there_are_none_any_more() {
    struct Last;
    impl Drop for Last {
        fn drop(&mut self) {
            let seen = A.sync_scope(2, || A.get());
            A.set(3);
            assert!((seen, A.get()) == (None, None) || (seen, A.get()) == (Some(2), Some(3)));
            let scope = pin!(A.scope(4, async { 5 }));
            assert_eq!(scope.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(5));
        }
    }
    thread_local! {
        static EARLY: Last = const { Last };
        static LATE: Last = const { Last };
    }
    on_a_thread(|| {
        EARLY.with(|_| ());
        A.set(1);
        static KEPT: ContextVar<Last> = ContextVar::new();
        KEPT.set(Last);
        LATE.with(|_| ());
    });
}
