//! Every operation between tasks, dropped at every suspension: nobody loses a wake-up or a value by that.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use antiphon::event_loop::{
    Barrier, Condition, Event, EventLoop, Lock, PriorityQueue, Queue, Semaphore, channel, oneshot, thread_channel,
    yield_now,
};
use futures::stream::{FuturesUnordered, StreamExt};

use crate::settle;

/// When a future is dropped: at its n-th poll, before or after that.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    InsteadOf(usize),
    After(usize),
}

struct Cut<F> {
    future: Option<Pin<Box<F>>>,
    polls: usize,
    when: When,
}

impl<F: Future> Future for Cut<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if matches!(this.when, When::InsteadOf(n) if n == this.polls) {
            this.future = None;
            return Poll::Ready(None);
        }
        let future = this.future.as_mut().expect("a future that was not dropped");
        if let Poll::Ready(value) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(value));
        }
        if matches!(this.when, When::After(n) if n == this.polls) {
            this.future = None;
            return Poll::Ready(None);
        }
        this.polls += 1;
        Poll::Pending
    }
}

/// One of the ways in which all is done.
pub(crate) struct Run {
    pub(crate) event_loop: EventLoop,
    pub(crate) when: When,
    /// Whether both are in one task, behind wakers of somebody else's.
    behind: bool,
}

/// What came of the two: of the one that is cut, if it was not before its end, and of the other.
pub(crate) struct Pair<T> {
    victim: Rc<RefCell<Option<Option<T>>>>,
    witness: Rc<RefCell<Option<T>>>,
}

impl<T> Pair<T> {
    pub(crate) fn victim(&self) -> Option<T> {
        self.victim.borrow_mut().take().flatten()
    }

    pub(crate) fn witness(&self) -> Option<T> {
        self.witness.borrow_mut().take()
    }

    fn ends(&self) -> (bool, bool) {
        (matches!(&*self.victim.borrow(), Some(Some(_))), self.witness.borrow().is_some())
    }
}

impl Run {
    /// Begins both, the victim first, and lets them run until they wait.
    pub(crate) fn begin<T: 'static>(
        &self,
        victim: impl Future<Output = T> + 'static,
        witness: impl Future<Output = T> + 'static,
    ) -> Pair<T> {
        let pair = Pair { victim: Rc::default(), witness: Rc::default() };
        let (left, right) = (pair.victim.clone(), pair.witness.clone());
        let cut = Cut { future: Some(Box::pin(victim)), polls: 0, when: self.when };
        let victim = async move {
            let value = cut.await;
            left.replace(Some(value));
        };
        let witness = async move {
            let value = witness.await;
            right.replace(Some(value));
        };
        if self.behind {
            let both = FuturesUnordered::<Pin<Box<dyn Future<Output = ()>>>>::new();
            both.push(Box::pin(victim));
            both.push(Box::pin(witness));
            drop(self.event_loop.spawn(both.collect::<Vec<()>>()));
        } else {
            drop(self.event_loop.spawn(victim));
            drop(self.event_loop.spawn(witness));
        }
        self.settle();
        pair
    }

    pub(crate) fn settle(&self) {
        self.event_loop.run_until_complete(settle()).unwrap();
    }
}

/// Every way to cut.
pub(crate) fn everywhere(scenario: impl Fn(&Run)) {
    for n in 0..6 {
        for when in [When::InsteadOf(n), When::After(n)] {
            for behind in [false, true] {
                scenario(&Run { event_loop: EventLoop::simulated(), when, behind });
            }
        }
    }
}

#[test]
fn a_getter() {
    everywhere(|run| {
        let queue = Queue::new(2);
        let (first, second) = (queue.clone(), queue.clone());
        let pair = run.begin(async move { first.get().await }, async move { second.get().await });
        queue.put_nowait('a').unwrap();
        queue.put_nowait('b').unwrap();
        run.settle();
        match pair.victim() {
            Some(value) => assert_eq!((value, pair.witness()), (Ok('a'), Some(Ok('b')))),
            None => {
                assert_eq!(pair.witness(), Some(Ok('a')), "{:?}", run.when);
                assert_eq!(queue.get_nowait(), Ok('b'));
            }
        }
        // Nothing is promised to the dead, and no room either.
        assert!(queue.is_empty());
        assert!(queue.put_nowait('c').is_ok() && queue.put_nowait('d').is_ok());
        assert_eq!((queue.get_nowait(), queue.get_nowait()), (Ok('c'), Ok('d')));
    });
}

#[test]
fn a_getter_of_the_lowest() {
    everywhere(|run| {
        let queue = PriorityQueue::new(2);
        let (first, second) = (queue.clone(), queue.clone());
        let pair = run.begin(async move { first.get().await }, async move { second.get().await });
        queue.put_nowait(2).unwrap();
        queue.put_nowait(1).unwrap();
        run.settle();
        // Both are there when the first of the two runs.
        match pair.victim() {
            Some(value) => assert_eq!((value, pair.witness()), (Ok(1), Some(Ok(2)))),
            None => assert_eq!((pair.witness(), queue.get_nowait()), (Some(Ok(1)), Ok(2))),
        }
    });
}

#[test]
fn a_getter_when_the_queue_is_shut_down() {
    everywhere(|run| {
        let queue = Queue::new(1);
        let (first, second) = (queue.clone(), queue.clone());
        let pair = run.begin(async move { first.get().await.is_ok() }, async move { second.get().await.is_ok() });
        queue.put_nowait('a').unwrap();
        queue.shutdown();
        run.settle();
        // One gets the value, and the other is told, whichever it is.
        match pair.victim() {
            Some(got) => assert_eq!((got, pair.witness()), (true, Some(false))),
            None => assert_eq!(pair.witness(), Some(true)),
        }
        assert!(queue.is_empty());
    });
}

#[test]
fn a_putter() {
    everywhere(|run| {
        let queue = Queue::new(1);
        queue.put_nowait('a').unwrap();
        let (first, second) = (queue.clone(), queue.clone());
        let pair = run.begin(async move { first.put('b').await }, async move { second.put('c').await });
        assert_eq!(queue.get_nowait(), Ok('a'));
        run.settle();
        if pair.victim().is_some() {
            assert_eq!(queue.get_nowait(), Ok('b'));
            run.settle();
        }
        assert_eq!((pair.witness(), queue.get_nowait()), (Some(Ok(())), Ok('c')), "{:?}", run.when);
        assert!(!queue.is_full());
    });
}

#[test]
fn who_reserves_room() {
    everywhere(|run| {
        let queue = Queue::new(1);
        queue.put_nowait('a').unwrap();
        let (first, second) = (queue.clone(), queue.clone());
        let take = |queue: Queue<char>, value| async move {
            let room = queue.reserve().await.unwrap();
            // The room is held across a suspension.
            yield_now().await;
            room.put(value).is_ok()
        };
        let pair = run.begin(take(first, 'b'), take(second, 'c'));
        assert_eq!(queue.get_nowait(), Ok('a'));
        run.settle();
        if pair.victim().is_some() {
            assert_eq!(queue.get_nowait(), Ok('b'));
            run.settle();
        }
        assert_eq!((pair.witness(), queue.get_nowait()), (Some(true), Ok('c')), "{:?}", run.when);
        assert!(!queue.is_full());
    });
}

#[test]
fn who_joins() {
    everywhere(|run| {
        let queue = Queue::new(1);
        queue.put_nowait('a').unwrap();
        let (first, second) = (queue.clone(), queue.clone());
        let pair = run.begin(async move { first.join().await }, async move { second.join().await });
        queue.get_nowait().unwrap();
        run.settle();
        assert_eq!(pair.ends(), (false, false));
        queue.task_done();
        run.settle();
        assert_eq!(pair.witness(), Some(()));
    });
}

#[test]
fn a_sender() {
    everywhere(|run| {
        let (sender, receiver) = channel(1);
        sender.try_send('a').unwrap();
        let (first, second) = (sender.clone(), sender);
        let pair = run.begin(async move { first.send('b').await }, async move { second.send('c').await });
        assert_eq!(receiver.try_recv(), Ok('a'));
        run.settle();
        if pair.victim().is_some() {
            assert_eq!(receiver.try_recv(), Ok('b'));
            run.settle();
        }
        assert_eq!((pair.witness(), receiver.try_recv()), (Some(Ok(())), Ok('c')));
    });
}

#[test]
fn who_wants_a_lock() {
    everywhere(|run| {
        let lock = Lock::new(0);
        let guard = lock.try_acquire().unwrap();
        let (first, second) = (lock.clone(), lock.clone());
        let add = |lock: Lock<u32>| async move {
            let mut guard = lock.acquire().await;
            // Held across a suspension.
            yield_now().await;
            *guard += 1;
        };
        let pair = run.begin(add(first), add(second));
        drop(guard);
        run.settle();
        let ends = pair.ends();
        assert!(ends.1, "{:?}", run.when);
        assert_eq!(*lock.try_acquire().unwrap(), u32::from(ends.0) + 1);
    });
}

#[test]
fn who_wants_a_permit() {
    everywhere(|run| {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.try_acquire().unwrap();
        let (first, second) = (semaphore.clone(), semaphore.clone());
        let pair = run.begin(async move { drop(first.acquire().await) }, async move { drop(second.acquire().await) });
        drop(permit);
        run.settle();
        assert!(pair.ends().1, "{:?}", run.when);
        assert_eq!(semaphore.available(), 1);
    });
}

#[test]
fn who_is_notified() {
    everywhere(|run| {
        let (lock, condition) = (Lock::new(()), Condition::new());
        let wait = |lock: Lock<()>, condition: Condition| async move {
            let guard = lock.acquire().await;
            drop(condition.wait(guard).await);
        };
        let pair = run.begin(wait(lock.clone(), condition.clone()), wait(lock.clone(), condition.clone()));
        // Notified while somebody has the lock, so it is waited for twice.
        let guard = lock.try_acquire().unwrap();
        condition.notify(1);
        run.settle();
        drop(guard);
        run.settle();
        let ends = pair.ends();
        assert!(ends.0 != ends.1, "one notification is for one: {ends:?} {:?}", run.when);
        assert!(!lock.is_locked());
        condition.notify_all();
        run.settle();
        assert!(pair.ends().1 && !lock.is_locked());
    });
}

#[test]
fn who_waits_for_an_event() {
    everywhere(|run| {
        let event = Event::new();
        let (first, second) = (event.clone(), event.clone());
        let pair = run.begin(async move { first.wait().await }, async move { second.wait().await });
        event.set();
        event.clear();
        run.settle();
        assert_eq!(pair.witness(), Some(()));
    });
}

#[test]
fn who_waits_at_a_barrier() {
    everywhere(|run| {
        let barrier = Barrier::new(3);
        let (first, second) = (barrier.clone(), barrier.clone());
        let pair = run.begin(async move { first.wait().await }, async move { second.wait().await });
        let waiting = barrier.waiting();
        // One who has left has not come, so one more comes.
        for _ in waiting..3 {
            let barrier = barrier.clone();
            drop(run.event_loop.spawn(async move { barrier.wait().await.unwrap() }));
        }
        run.settle();
        assert_eq!(pair.witness(), Some(Ok(waiting - 1)), "{:?}", run.when);
        assert_eq!(barrier.waiting(), 0);
    });
}

#[test]
fn who_awaits_one_value() {
    everywhere(|run| {
        let (sender, receiver) = oneshot();
        let receiver = Rc::new(RefCell::new(receiver));
        let first = receiver.clone();
        let told = Rc::new(Cell::new(false));
        let tell = told.clone();
        let victim = async move { poll_fn(|cx| Pin::new(&mut *first.borrow_mut()).poll(cx)).await.unwrap() };
        let pair = run.begin(victim, async move {
            while !tell.get() {
                yield_now().await;
            }
            'w'
        });
        sender.send('a').unwrap();
        run.settle();
        told.set(true);
        run.settle();
        assert_eq!(pair.witness(), Some('w'));
        // The value is with one of them.
        let left = receiver.borrow_mut().try_recv().ok();
        assert_eq!(pair.victim().or(left), Some('a'));
    });
}

#[test]
fn who_receives_from_threads() {
    everywhere(|run| {
        let (sender, receiver) = thread_channel(&run.event_loop.handle(), 2);
        let receiver = Rc::new(Lock::new(receiver));
        let (first, second) = (receiver.clone(), receiver);
        let pair =
            run.begin(
                async move { first.acquire().await.recv().await },
                async move { second.acquire().await.recv().await },
            );
        std::thread::scope(|threads| {
            threads.spawn(|| ['a', 'b'].map(|value| sender.send(value).unwrap()));
        });
        run.settle();
        match pair.victim() {
            Some(value) => assert_eq!((value, pair.witness()), (Some('a'), Some(Some('b')))),
            None => assert_eq!(pair.witness(), Some(Some('a')), "{:?}", run.when),
        }
    });
}
