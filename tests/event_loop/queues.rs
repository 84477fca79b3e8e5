//! Queues: order, room, their end, and misuse.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use antiphon::event_loop::sync::{Closed, GetError, PutError};
use antiphon::event_loop::{
    EventLoop, LifoQueue, PriorityQueue, Queue, cancellable, channel, sleep, spawn, time, yield_now,
};
use futures::executor::{LocalPool, block_on};
use futures::task::LocalSpawnExt;

use crate::{Log, seconds, settle};

#[test]
fn an_empty_one() {
    let queue = Queue::<u8>::new(2);
    assert_eq!((queue.len(), queue.is_empty(), queue.is_full(), queue.maxsize()), (0, true, false, Some(2)));
    assert_eq!(queue.get_nowait(), Err(GetError::Empty));
    // Nothing is unfinished.
    block_on(queue.join());
    assert!(!queue.is_shut_down());
    assert!(queue.shutdown_now().is_empty());
    assert_eq!(block_on(queue.get()), Err(Closed(())));
}

#[test]
fn getters_are_served_in_the_order_of_coming() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let queue = Queue::new(3);
    let body = log.clone();
    let whole = async move {
        for name in ["a", "b", "c"] {
            let (queue, log) = (queue.clone(), body.clone());
            drop(spawn(async move { log.add(format!("{name}{}", queue.get().await.unwrap())) }));
        }
        yield_now().await;
        queue.put_nowait(1).unwrap();
        // It is promised: who comes later gets the next one, and so does who does not wait.
        assert_eq!(queue.get_nowait(), Err(GetError::Empty));
        assert_eq!((queue.len(), queue.is_empty()), (1, false));
        let (late, log) = (queue.clone(), body.clone());
        drop(spawn(async move { log.add(format!("d{}", late.get().await.unwrap())) }));
        for n in [2, 3] {
            queue.put(n).await.unwrap();
        }
        settle().await;
        queue.put_nowait(4).unwrap();
        settle().await;
    };
    event_loop.run_until_complete(whole).unwrap();
    log.assert(&["a1", "b2", "c3", "d4"]);
}

#[test]
fn putters_are_served_in_the_order_of_coming() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let queue = Queue::new(1);
        for n in 0..4 {
            let queue = queue.clone();
            drop(spawn(async move { queue.put(n).await.unwrap() }));
        }
        settle().await;
        assert!(queue.is_full());
        assert_eq!(queue.get_nowait(), Ok(0));
        // The room is promised.
        assert_eq!(queue.put_nowait(9), Err(PutError::Full(9)));
        assert!(queue.is_full() && queue.is_empty());
        let mut rest = Vec::new();
        for _ in 1..4 {
            rest.push(queue.get().await.unwrap());
        }
        assert_eq!(rest, [1, 2, 3]);
        assert_eq!(queue.put_nowait(9), Ok(()));
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
fn a_bounded_one_holds_its_producer_back() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let queue = Queue::new(2);
        let producer = queue.clone();
        let done = spawn(async move {
            for n in 0..5 {
                producer.put(n).await.unwrap();
            }
            time()
        });
        for n in 0..5 {
            sleep(seconds(1)).await;
            assert_eq!(queue.get().await, Ok(n));
        }
        // The last of five has room when the third is got.
        assert_eq!(done.await.unwrap(), seconds(3));
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
fn other_orders() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let newest = LifoQueue::new(4);
        let lowest = PriorityQueue::new(6);
        for n in [2, 1, 3] {
            newest.put(n).await.unwrap();
            lowest.put((n, "old")).await.unwrap();
        }
        assert_eq!((newest.get().await, newest.get_nowait()), (Ok(3), Ok(1)));
        newest.put_nowait(4).unwrap();
        assert_eq!(newest.shutdown_now(), [4, 2]);
        assert_eq!(lowest.get().await, Ok((1, "old")));
        lowest.put_nowait((2, "a")).unwrap();
        lowest.shutdown();
        let mut rest = Vec::new();
        while let Ok(value) = lowest.get().await {
            rest.push(value);
        }
        assert_eq!(rest, [(2, "a"), (2, "old"), (3, "old")]);
    };
    event_loop.run_until_complete(whole).unwrap();
}

/// All are equal.
#[derive(Debug)]
struct Equal(u32);

impl Ord for Equal {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl PartialOrd for Equal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Equal {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Equal {}

#[test]
fn of_equal_ones_the_oldest_is_first() {
    let queue = PriorityQueue::unbounded();
    (0..100).for_each(|n| queue.put_nowait(Equal(n)).unwrap());
    for n in 0..100 {
        assert_eq!(queue.get_nowait().unwrap().0, n);
    }
}

thread_local! {
    static COMPARE: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

/// Does something when it is compared.
#[derive(PartialEq, Eq, Debug)]
struct Hostile(u32);

impl Ord for Hostile {
    fn cmp(&self, other: &Self) -> Ordering {
        COMPARE.with(|compare| {
            if let Some(compare) = &*compare.borrow() {
                compare();
            }
        });
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Hostile {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[test]
fn a_comparison_may_panic_and_may_not_use_the_queue() {
    let event_loop = EventLoop::simulated();
    let queue = PriorityQueue::new(5);
    let own = queue.clone();
    let hostile: [Box<dyn Fn()>; 2] =
        [Box::new(|| panic!("cannot tell")), Box::new(move || own.put_nowait(Hostile(7)).unwrap())];
    for compare in hostile {
        queue.put_nowait(Hostile(1)).unwrap();
        COMPARE.set(Some(compare));
        assert!(catch_unwind(AssertUnwindSafe(|| queue.put_nowait(Hostile(2)))).is_err());
        COMPARE.set(None);
        // It is in all the same, and all goes on.
        assert_eq!((queue.len(), queue.get_nowait()), (2, Ok(Hostile(1))));
        assert_eq!(queue.get_nowait(), Ok(Hostile(2)));
        let getting = queue.clone();
        let getter = event_loop.spawn(async move { getting.get().await.unwrap() });
        event_loop.run_until_complete(yield_now()).unwrap();
        queue.put_nowait(Hostile(3)).unwrap();
        assert_eq!(event_loop.run_until_complete(getter).unwrap().unwrap(), Hostile(3));
    }
}

#[test]
fn a_shutdown_gives_back_what_was_not_put_in_and_lets_the_rest_out() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let queue = Queue::new(1);
        queue.put_nowait("in").unwrap();
        let (putting, reserving) = (queue.clone(), queue.clone());
        let put = spawn(async move { putting.put("waits").await });
        let reserve = spawn(async move { reserving.reserve().await.is_err() });
        settle().await;
        queue.shutdown();
        queue.shutdown();
        assert_eq!(put.await.unwrap(), Err(Closed("waits")));
        assert!(reserve.await.unwrap());
        assert_eq!(queue.put("late").await, Err(Closed("late")));
        assert_eq!(queue.put_nowait("late"), Err(PutError::Closed("late")));
        assert_eq!(queue.get().await, Ok("in"));
        assert_eq!(queue.get().await, Err(Closed(())));
        // Its values are still to be done.
        let joining = queue.clone();
        let join = spawn(async move { joining.join().await });
        settle().await;
        assert!(!join.is_finished());
        queue.task_done();
        join.await.unwrap();
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
fn a_shutdown_between_a_promise_and_its_keeping() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        for now in [false, true] {
            let queue = Queue::new(1);
            let getting = queue.clone();
            let get = spawn(async move { getting.get().await });
            yield_now().await;
            queue.put_nowait('a').unwrap();
            let rest = if now { queue.shutdown_now() } else { (queue.shutdown(), vec![]).1 };
            assert_eq!((get.await.unwrap().ok(), rest), if now { (None, vec!['a']) } else { (Some('a'), vec![]) });

            let queue = Queue::new(1);
            queue.put_nowait('a').unwrap();
            let putting = queue.clone();
            let put = spawn(async move { putting.put('b').await });
            yield_now().await;
            assert_eq!(queue.get_nowait(), Ok('a'));
            if now {
                drop(queue.shutdown_now())
            } else {
                queue.shutdown()
            }
            assert_eq!(put.await.unwrap(), Err(Closed('b')));
            assert_eq!(queue.get().await, Err(Closed(())));
        }
        let queue = Queue::new(1);
        let room = queue.reserve().await.unwrap();
        queue.shutdown();
        assert_eq!(room.put('a'), Err(Closed('a')));
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
fn who_waits_is_told_of_the_end_only_when_the_last_value_is_out() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let queue = Queue::new(1);
        let takers = [(); 3].map(|()| {
            let queue = queue.clone();
            spawn(async move { queue.get().await })
        });
        yield_now().await;
        queue.put_nowait('a').unwrap();
        queue.shutdown();
        let [first, second, third] = takers;
        // It was promised the value before it was cancelled: what has arrived is not lost.
        first.cancel();
        assert_eq!(first.await.unwrap(), Ok('a'));
        assert_eq!((second.await.unwrap(), third.await.unwrap()), (Err(Closed(())), Err(Closed(()))));
        assert!(queue.is_empty());
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
fn an_immediate_shutdown_finishes_those_who_join() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let queue = Queue::new(3);
        for n in 0..3 {
            queue.put_nowait(n).unwrap();
        }
        assert_eq!(queue.get().await, Ok(0));
        let joining = queue.clone();
        let join = spawn(async move { joining.join().await });
        assert_eq!(queue.shutdown_now(), [1, 2]);
        settle().await;
        assert!(!join.is_finished());
        queue.task_done();
        join.await.unwrap();
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
#[should_panic = "`task_done` is called once for each value, and here it is called once more"]
fn done_too_often() {
    let queue = Queue::new(1);
    queue.put_nowait(1).unwrap();
    queue.get_nowait().unwrap();
    queue.task_done();
    queue.task_done();
}

#[test]
#[should_panic = "a queue without room passes nothing on"]
fn a_queue_without_room() {
    let _ = Queue::<u8>::new(0);
}

#[test]
fn a_queue_that_is_always_ready_lets_others_run() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let queue = Queue::new(1);
        let busy = queue.clone();
        let steps = Rc::new(Cell::new(0_u32));
        let count = steps.clone();
        let hog = spawn(async move {
            loop {
                busy.put(0).await.unwrap();
                busy.get().await.unwrap();
                count.set(count.get() + 1);
            }
        });
        for turn in 1..=10 {
            yield_now().await;
            assert!(steps.get() <= 64 * turn, "{} in {turn} turns", steps.get());
            assert!(steps.get() > 0);
        }
        hog.cancel();
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
fn so_does_a_hot_loop_behind_wakers_of_others() {
    use futures::stream::{FuturesUnordered, StreamExt};
    let event_loop = EventLoop::simulated();
    let hog = event_loop.spawn(async {
        let queue = Queue::new(1);
        let mut all = FuturesUnordered::new();
        all.push(async {
            loop {
                queue.put(0).await.unwrap();
                queue.get().await.unwrap();
            }
        });
        all.next().await
    });
    event_loop.run_until_complete(sleep(seconds(0))).unwrap();
    // And an executor within a step, which cannot let others run, is not held for ever.
    let inner = async {
        let queue = Queue::new(1);
        block_on(async {
            for n in 0..1000 {
                queue.put(n).await.unwrap();
                assert_eq!(queue.get().await, Ok(n));
            }
        });
    };
    event_loop.run_until_complete(inner).unwrap();
    hog.cancel();
}

#[test]
fn to_let_others_run_is_not_to_wait() {
    let event_loop = EventLoop::simulated();
    let queue = Queue::unbounded();
    (0..1000).for_each(|n| queue.put_nowait(n).unwrap());
    let draining = queue.clone();
    let task = event_loop.spawn(async move {
        let _ = cancellable(std::future::pending::<()>()).await;
        // Puts things in order, and has more to do than a step may complete; but nothing to wait for.
        while !draining.is_empty() {
            draining.get().await.unwrap();
        }
        draining.get().await.unwrap();
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    // One that is cancelled and never waits goes on; but it does not hold the loop.
    let hog = event_loop.spawn(async {
        let done = Queue::<()>::new(1);
        loop {
            done.join().await;
        }
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    hog.cancel();
    let first = event_loop.run_until_complete(task).unwrap();
    // Cut where it had to wait.
    assert!(first.unwrap_err().is_cancelled());
    assert!(queue.is_empty());
    event_loop.run_until_complete(yield_now()).unwrap();
}

#[test]
fn who_moves_to_another_task_is_woken_there() {
    let event_loop = EventLoop::simulated();
    let queue = Queue::new(1);
    let getting = queue.clone();
    let mut get = Box::pin(async move { getting.get().await.unwrap() });
    // It waits in what is run, then behind somebody else's waker, then in a task.
    event_loop.run_until_complete(async { assert!(futures::poll!(&mut get).is_pending()) }).unwrap();
    let mut noop = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(get.as_mut().poll(&mut noop).is_pending());
    let task = event_loop.spawn(get);
    event_loop.run_until_complete(settle()).unwrap();
    queue.put_nowait('a').unwrap();
    event_loop.run_until_complete(settle()).unwrap();
    assert!(task.is_finished());
}

#[test]
fn without_a_loop_and_between_two() {
    let mut pool = LocalPool::new();
    let (sender, receiver) = channel(1);
    pool.spawner()
        .spawn_local(async move {
            for n in 0..1000 {
                sender.send(n).await.unwrap();
            }
        })
        .unwrap();
    let all = async move {
        let mut sum = 0;
        while let Some(n) = receiver.recv().await {
            sum += n;
        }
        sum
    };
    assert_eq!(pool.run_until(all), 499_500);

    let (one, other) = (EventLoop::simulated(), EventLoop::simulated());
    let queue = Queue::new(1);
    let getting = queue.clone();
    let getter = one.spawn(async move { getting.get().await.unwrap() });
    one.run_until_complete(yield_now()).unwrap();
    other.run_until_complete(async { queue.put('a').await.unwrap() }).unwrap();
    assert_eq!(one.run_until_complete(getter).unwrap().unwrap(), 'a');
}

#[test]
fn destructors_may_use_the_queue_that_drops_them() {
    struct Putting(Queue<Option<Putting>>, Rc<Cell<u32>>);
    impl Drop for Putting {
        fn drop(&mut self) {
            self.1.set(self.1.get() + 1);
            assert!(self.0.put_nowait(None).is_err());
            assert!(self.0.get_nowait().is_err());
        }
    }
    let queue = Queue::new(2);
    let dropped = Rc::new(Cell::new(0));
    for _ in 0..2 {
        assert!(queue.put_nowait(Some(Putting(queue.clone(), dropped.clone()))).is_ok());
    }
    drop(queue.shutdown_now());
    assert_eq!(dropped.get(), 2);
}
