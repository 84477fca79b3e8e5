//! Locks, semaphores, conditions, events and barriers: order, misuse, and what a panic leaves.

use std::cell::Cell;
use std::rc::Rc;

use antiphon::event_loop::{
    Barrier, BrokenBarrier, Condition, Event, EventLoop, Lock, Semaphore, cancellable, shield, sleep, spawn, time,
    timeout, yield_now,
};

use crate::{Log, seconds};

#[test]
fn a_lock_goes_to_those_who_wait_in_the_order_of_coming() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let body = log.clone();
    let whole = async move {
        let lock = Lock::new(String::new());
        let guard = lock.acquire().await;
        let tasks = ["a", "b", "c"].map(|name| {
            let lock = lock.clone();
            spawn(async move {
                let mut text = lock.acquire().await;
                yield_now().await;
                text.push_str(name);
            })
        });
        yield_now().await;
        drop(guard);
        // It is the first one's already.
        assert!(lock.is_locked() && lock.try_acquire().is_none());
        for task in tasks {
            task.await.unwrap();
        }
        body.add(lock.acquire().await.clone());
        assert!(!lock.is_locked());
        assert_eq!(format!("{lock:?}"), r#"Lock { value: "abc", .. }"#);
        let _guard = lock.try_acquire();
        assert_eq!(format!("{lock:?}"), "Lock { value: <locked>, .. }");
    };
    event_loop.run_until_complete(whole).unwrap();
    log.assert(&["abc"]);
}

#[test]
fn a_panic_gives_the_lock_and_the_permit_back() {
    let event_loop = EventLoop::simulated();
    let (lock, semaphore) = (Lock::new(1), Semaphore::bounded(1));
    let (body, permits) = (lock.clone(), semaphore.clone());
    let task = event_loop.spawn(async move {
        let mut guard = body.acquire().await;
        let _permit = permits.acquire().await;
        *guard = 2;
        yield_now().await;
        panic!("in the middle");
    });
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_panic());
    assert_eq!(lock.try_acquire().map(|guard| *guard), Some(2));
    assert_eq!(semaphore.available(), 1);
}

#[test]
fn who_is_cancelled_while_it_has_a_lock_may_keep_it_to_put_things_in_order() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let lock = Lock::new("begun");
        let body = lock.clone();
        let task = spawn(async move {
            let mut guard = body.acquire().await;
            let _ = cancellable(std::future::pending::<()>()).await;
            shield(sleep(seconds(2))).await;
            *guard = "rolled back";
        });
        yield_now().await;
        task.cancel();
        assert_eq!(*lock.acquire().await, "rolled back");
        assert_eq!(time(), seconds(2));
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
fn a_timeout_leaves_the_line_and_the_next_one_moves_up() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.acquire().await;
        let (first, second) = (semaphore.clone(), semaphore.clone());
        let first = spawn(async move { timeout(seconds(1), first.acquire()).await.is_err() });
        let second = spawn(async move {
            let _permit = second.acquire().await;
            time()
        });
        sleep(seconds(3)).await;
        assert!(first.await.unwrap());
        drop(permit);
        assert_eq!(second.await.unwrap(), seconds(3));
        assert_eq!(semaphore.available(), 1);
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
fn permits_are_added_and_taken_away() {
    let semaphore = Semaphore::new(0);
    assert!(semaphore.is_locked() && semaphore.try_acquire().is_none());
    semaphore.release();
    semaphore.release();
    semaphore.try_acquire().unwrap().forget();
    assert_eq!(semaphore.available(), 1);

    // A permit may be given to another task.
    let event_loop = EventLoop::simulated();
    let bounded = Semaphore::bounded(1);
    let permit = bounded.try_acquire().unwrap();
    let holder = event_loop.spawn(async move {
        sleep(seconds(1)).await;
        drop(permit);
    });
    event_loop.run_until_complete(async { drop(bounded.acquire().await) }).unwrap();
    assert_eq!(event_loop.time(), seconds(1));
    event_loop.run_until_complete(holder).unwrap().unwrap();
    bounded.try_acquire().unwrap().forget();
    assert!(bounded.is_locked());
    bounded.release();
    assert_eq!(bounded.available(), 1);
}

#[test]
#[should_panic = "a bounded semaphore gets back what was acquired, and here it gets more"]
fn released_too_often() {
    let semaphore = Semaphore::bounded(2);
    // That one permit is out does not allow two to come back.
    let _permit = semaphore.try_acquire();
    semaphore.release();
}

#[test]
fn what_is_forgotten_keeps_nothing_alive() {
    let semaphore = Semaphore::new(2);
    let (kept, forgotten) = (semaphore.try_acquire().unwrap(), semaphore.try_acquire().unwrap());
    forgotten.forget();
    drop(kept);
    assert_eq!(semaphore.available(), 1);
}

#[test]
fn a_notification_is_for_so_many_and_in_the_order_of_coming() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let body = log.clone();
    let whole = async move {
        let (lock, condition) = (Lock::new(()), Condition::new());
        for name in ["a", "b", "c", "d", "e"] {
            let (lock, condition, log) = (lock.clone(), condition.clone(), body.clone());
            drop(spawn(async move {
                let guard = lock.acquire().await;
                let _guard = condition.wait(guard).await;
                log.add(name);
            }));
        }
        // For nobody: it is not kept.
        condition.notify(3);
        sleep(seconds(1)).await;
        body.add("one");
        condition.notify(1);
        sleep(seconds(1)).await;
        body.add("two");
        condition.notify(2);
        sleep(seconds(1)).await;
        body.add("all");
        condition.notify_all();
        sleep(seconds(1)).await;
        assert!(!lock.is_locked());
    };
    event_loop.run_until_complete(whole).unwrap();
    log.assert(&["one", "a", "two", "b", "c", "all", "d", "e"]);
}

#[test]
fn two_conditions_about_one_lock() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let buffer = Lock::new(Vec::new());
        let (filled, emptied) = (Condition::new(), Condition::new());
        let (other, fill, empty) = (buffer.clone(), filled.clone(), emptied.clone());
        let producer = spawn(async move {
            for n in 0..10 {
                let guard = other.acquire().await;
                let mut buffer = empty.wait_for(guard, |buffer| buffer.is_empty()).await;
                buffer.push(n);
                fill.notify(1);
            }
        });
        for n in 0..10 {
            let guard = buffer.acquire().await;
            let mut buffer = filled.wait_for(guard, |buffer| !buffer.is_empty()).await;
            assert_eq!(buffer.pop(), Some(n));
            emptied.notify(1);
        }
        producer.await.unwrap();
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
fn an_event_is_a_level_until_it_is_cleared() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let body = log.clone();
    let whole = async move {
        let event = Event::new();
        for name in ["a", "b"] {
            let (event, log) = (event.clone(), body.clone());
            drop(spawn(async move {
                event.wait().await;
                log.add(name);
                event.wait().await;
                log.add("again");
            }));
        }
        yield_now().await;
        event.set();
        event.set();
        // Who waited goes on, and then waits again.
        event.clear();
        sleep(seconds(1)).await;
        body.add("set");
        event.set();
        sleep(seconds(1)).await;
        event.wait().await;
        assert!(event.is_set());
    };
    event_loop.run_until_complete(whole).unwrap();
    log.assert(&["a", "b", "set", "again", "again"]);
}

#[test]
fn a_barrier_has_rounds() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let body = log.clone();
    let whole = async move {
        let barrier = Barrier::new(2);
        assert_eq!((barrier.parties(), barrier.waiting(), barrier.is_broken()), (2, 0, false));
        let tasks = [1, 2].map(|n| {
            let (barrier, log) = (barrier.clone(), body.clone());
            spawn(async move {
                for round in 0..3 {
                    sleep(seconds(n)).await;
                    let number = barrier.wait().await.unwrap();
                    log.add(format!("{round}{n}{number}"));
                }
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(time(), seconds(6));
        // Alone.
        assert_eq!(Barrier::new(1).wait().await, Ok(0));
    };
    event_loop.run_until_complete(whole).unwrap();
    log.assert(&["021", "010", "121", "110", "221", "210"]);
}

#[test]
fn a_barrier_that_breaks() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let barrier = Barrier::new(3);
        let wait = || {
            let barrier = barrier.clone();
            spawn(async move { barrier.wait().await })
        };
        let waiting = [wait(), wait()];
        yield_now().await;
        assert_eq!(barrier.waiting(), 2);
        barrier.abort();
        assert!(barrier.is_broken());
        assert_eq!(barrier.wait().await, Err(BrokenBarrier));
        for one in waiting {
            assert_eq!(one.await.unwrap(), Err(BrokenBarrier));
        }
        barrier.reset();
        assert!(!barrier.is_broken());
        let early = wait();
        yield_now().await;
        barrier.reset();
        // Who was sent away does not count.
        let all = [wait(), wait(), wait()];
        assert_eq!(early.await.unwrap(), Err(BrokenBarrier));
        for (one, number) in all.into_iter().zip(0..) {
            assert_eq!(one.await.unwrap(), Ok(number));
        }
        // All have come; to break it now is too late for them.
        let all = [wait(), wait(), wait()];
        yield_now().await;
        barrier.abort();
        for one in all {
            assert!(one.await.unwrap().is_ok());
        }
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
#[should_panic = "nobody can wait at a barrier for nobody"]
fn a_barrier_for_nobody() {
    let _ = Barrier::new(0);
}

/// What a task in a hot loop does, over and over.
async fn hot(n: usize) {
    let (lock, semaphore, event, barrier) = (Lock::new(()), Semaphore::new(1), Event::new(), Barrier::new(1));
    event.set();
    let broken = Barrier::new(2);
    broken.abort();
    loop {
        match n {
            0 => drop(lock.acquire().await),
            1 => drop(semaphore.acquire().await),
            2 => event.wait().await,
            3 => assert_eq!(barrier.wait().await, Ok(0)),
            _ => assert_eq!(broken.wait().await, Err(BrokenBarrier)),
        }
    }
}

#[test]
fn what_is_always_free_lets_others_run() {
    for n in 0..5 {
        let event_loop = EventLoop::simulated();
        let hog = event_loop.spawn(hot(n));
        let others = Rc::new(Cell::new(0));
        let count = others.clone();
        let other = event_loop.spawn(async move {
            for _ in 0..10 {
                yield_now().await;
                count.set(count.get() + 1);
            }
        });
        event_loop.run_until_complete(other).unwrap().unwrap();
        assert_eq!(others.get(), 10);
        hog.cancel();
    }
}
