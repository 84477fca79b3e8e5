//! Tasks that put, get, lock, start groups and give up at random, in many orders, beside models that are simple enough to be right.
//!
//! All of them act at even times, and somebody looks at odd ones, when everybody waits: nobody may wait for what is there.

#[cfg(unix)]
mod datagrams;
mod groups;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use antiphon::event_loop::sync::{Order, QueueOf};
use antiphon::event_loop::{
    EventLoop, LifoQueue, Lock, PriorityQueue, Queue, Semaphore, cancellable, sleep, sleep_until, spawn, time, timeout,
    yield_now,
};
use futures::future::{FutureExt, LocalBoxFuture, select};
use futures::stream::{FuturesUnordered, StreamExt};

use self::groups::{DEPTH, Groups};

const SEEDS: u64 = 10_500;
const TASKS: usize = 6;
const ACTIONS: usize = 5;

/// Numbers at random: splitmix64.
pub(crate) struct Random(pub(crate) Cell<u64>);

impl Random {
    pub(crate) fn below(&self, n: u64) -> u64 {
        self.0.set(self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15));
        let mut z = self.0.get();
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }

    pub(crate) fn time(&self) -> Duration {
        Duration::from_millis(2 * self.below(4))
    }
}

/// A value that is counted as long as it lives.
#[derive(Debug)]
struct Counted(u64, Rc<Cell<usize>>);

impl Counted {
    fn new(number: u64, alive: &Rc<Cell<usize>>) -> Self {
        alive.set(alive.get() + 1);
        Counted(number, alive.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.set(self.1.get() - 1);
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Counted {}

impl PartialOrd for Counted {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Counted {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // So that some are equal, and the older one is first.
        (self.0 % 5).cmp(&(other.0 % 5))
    }
}

/// How many do something now.
#[derive(Clone, Default)]
struct Tally(Rc<Cell<usize>>);

impl Tally {
    fn enter(&self) -> impl Drop + use<> {
        struct Inside(Tally);
        impl Drop for Inside {
            fn drop(&mut self) {
                self.0.0.set(self.0.0.get() - 1);
            }
        }
        self.0.set(self.0.get() + 1);
        Inside(self.clone())
    }

    fn get(&self) -> usize {
        self.0.get()
    }
}

/// All that the tasks of a run share, and what they know of it.
struct World<O: Order<Counted>> {
    random: Random,
    queue: QueueOf<Counted, O>,
    room: usize,
    /// Which one of the model's values is next.
    next: fn(&VecDeque<u64>) -> usize,
    model: RefCell<VecDeque<u64>>,
    numbers: Cell<u64>,
    alive: Rc<Cell<usize>>,
    getting: Tally,
    putting: Tally,
    lock: Lock<u64>,
    locking: Tally,
    locked: Tally,
    turns: Cell<u64>,
    semaphore: Semaphore,
    permits: usize,
    asking: Tally,
    served: Tally,
    groups: Groups,
}

impl<O: Order<Counted> + 'static> World<O> {
    fn number(&self) -> u64 {
        self.numbers.replace(self.numbers.get() + 1)
    }

    async fn put(&self) {
        let number = self.number();
        let value = Counted::new(number, &self.alive);
        let putting = self.putting.enter();
        match self.random.below(3) {
            0 => {
                let Ok(room) = self.queue.reserve().await else { unreachable!("nobody shuts it down") };
                room.put(value).unwrap();
            }
            _ => self.queue.put(value).await.unwrap(),
        }
        drop(putting);
        self.model.borrow_mut().push_back(number);
        assert!(self.queue.len() <= self.room);
    }

    async fn get(&self) {
        let getting = self.getting.enter();
        let value = self.queue.get().await.unwrap();
        drop(getting);
        self.got(&value);
    }

    fn got(&self, value: &Counted) {
        let mut model = self.model.borrow_mut();
        let next = (self.next)(&model);
        assert_eq!(model.remove(next), Some(value.0));
    }

    async fn use_lock(&self) {
        let locking = self.locking.enter();
        let mut guard = self.lock.acquire().await;
        drop(locking);
        let _locked = self.locked.enter();
        assert_eq!(self.locked.get(), 1);
        let before = *guard;
        sleep(self.random.time()).await;
        assert_eq!(*guard, before);
        *guard += 1;
        self.turns.set(self.turns.get() + 1);
    }

    async fn use_permit(&self) {
        let asking = self.asking.enter();
        let permit = self.semaphore.acquire().await;
        drop(asking);
        let _served = self.served.enter();
        assert!(self.served.get() <= self.permits);
        match self.random.below(4) {
            // Given back by somebody else, in time.
            0 => {
                permit.forget();
                let semaphore = self.semaphore.clone();
                let served = self.served.enter();
                drop(spawn(async move {
                    yield_now().await;
                    drop(served);
                    semaphore.release();
                }));
            }
            _ => sleep(self.random.time()).await,
        }
    }

    /// Something, so deep in groups, which may be dropped in the middle or is cancelled first.
    fn one(self: &Rc<Self>, depth: u32, may_be_dropped: bool) -> LocalBoxFuture<'_, ()> {
        match self.random.below(5) {
            0 => self.put().boxed_local(),
            1 => self.get().boxed_local(),
            2 => self.use_lock().boxed_local(),
            3 if depth < DEPTH => self.in_group(depth, may_be_dropped).boxed_local(),
            _ => self.use_permit().boxed_local(),
        }
    }

    /// The same, for a time. That it was given up is what is wanted.
    async fn one_in_time(self: &Rc<Self>, limit: Duration) {
        let before = time();
        if timeout(limit, self.one(0, false)).await.is_err() {
            assert!(time() >= before + limit, "given up before the time was over");
        }
    }

    async fn act(self: &Rc<Self>) {
        for _ in 0..ACTIONS {
            let limit = self.random.time();
            match self.random.below(4) {
                0 | 1 => self.one_in_time(limit).await,
                2 => {
                    // The loser is dropped where it stands, and may have been promised something.
                    let others = select(self.one(0, true), sleep(limit).boxed_local());
                    drop(select(self.one(0, true), others).await);
                }
                _ => {
                    let all = FuturesUnordered::new();
                    for limit in [limit, self.random.time()] {
                        all.push(self.one_in_time(limit));
                    }
                    drop(all.collect::<Vec<_>>().await);
                }
            }
            sleep(self.random.time()).await;
        }
    }

    /// Everybody waits.
    fn look(&self) {
        assert_eq!(self.queue.len(), self.model.borrow().len());
        if self.getting.get() > 0 {
            assert_eq!(self.queue.len(), 0, "somebody waits for a value that is there");
        }
        // No room is promised.
        assert_eq!(self.queue.is_full(), self.queue.len() == self.room);
        if self.putting.get() > 0 {
            assert_eq!(self.queue.len(), self.room, "somebody waits for room that is there");
        }
        assert_eq!(self.lock.is_locked(), self.locked.get() == 1);
        if self.locking.get() > 0 {
            assert_eq!(self.locked.get(), 1, "somebody waits for a lock that nobody has");
        }
        assert_eq!(self.semaphore.available() + self.served.get(), self.permits);
        if self.asking.get() > 0 {
            assert_eq!(self.semaphore.available(), 0, "somebody waits for a permit that is there");
        }
        self.groups.look();
    }

    fn end(&self) {
        self.look();
        self.groups.end();
        while let Ok(value) = self.queue.get_nowait() {
            self.got(&value);
        }
        assert!(self.model.borrow().is_empty());
        assert_eq!(self.alive.get(), 0);
        for _ in 0..self.room {
            assert!(self.queue.put_nowait(Counted::new(0, &self.alive)).is_ok());
        }
        assert_eq!(*self.lock.try_acquire().unwrap(), self.turns.get());
        assert_eq!(self.semaphore.available(), self.permits);
    }
}

/// How groups have ended.
fn run<O: Order<Counted> + 'static>(
    seed: u64,
    queue: fn(usize) -> QueueOf<Counted, O>,
    next: fn(&VecDeque<u64>) -> usize,
) -> [usize; 3] {
    let event_loop = EventLoop::simulated_with_seed(seed);
    // Of groups that were dropped.
    event_loop.set_report_handler(|_| ());
    let random = Random(Cell::new(seed));
    let room = 1 + random.below(3) as usize;
    let permits = 1 + random.below(3) as usize;
    let world = Rc::new(World {
        random,
        queue: queue(room),
        room,
        next,
        model: RefCell::default(),
        numbers: Cell::new(0),
        alive: Rc::default(),
        getting: Tally::default(),
        putting: Tally::default(),
        lock: Lock::new(0),
        locking: Tally::default(),
        locked: Tally::default(),
        turns: Cell::new(0),
        semaphore: Semaphore::new(permits),
        permits,
        asking: Tally::default(),
        served: Tally::default(),
        groups: Groups::default(),
    });
    let all = world.clone();
    let whole = async move {
        let mut tasks = Vec::new();
        for _ in 0..TASKS {
            let world = all.clone();
            tasks.push(spawn(async move {
                // Some put things in order when they are cancelled.
                match world.random.below(2) {
                    0 => world.act().await,
                    _ => _ = cancellable(world.act()).await,
                }
            }));
        }
        let cancelling = all.clone();
        let cancels: Vec<_> = tasks.iter().map(|task| task.cancel_handle().unwrap()).collect();
        let canceller = spawn(async move {
            for cancel in cancels.into_iter().take(3) {
                sleep(4 * cancelling.random.time()).await;
                for _ in 0..cancelling.random.below(3) {
                    yield_now().await;
                }
                cancel.cancel().unwrap();
            }
        });
        let looking = all.clone();
        let inspector = spawn(async move {
            loop {
                sleep_until(time() + Duration::from_millis(1)).await;
                looking.look();
                sleep(Duration::from_millis(1)).await;
            }
        });
        for task in tasks {
            if let Err(error) = task.await {
                assert!(error.is_cancelled(), "{error}");
            }
        }
        canceller.await.unwrap();
        // Tasks whose group was dropped put things in order by themselves.
        sleep(Duration::from_millis(21)).await;
        assert!(!inspector.is_finished(), "{:?}", inspector.await);
        inspector.cancel();
        all.end();
    };
    event_loop.run_until_complete(whole).unwrap();
    world.groups.ends.each_ref().map(Cell::get)
}

#[test]
fn no_order_of_events_loses_a_value_or_a_wake_up() {
    let oldest = |_: &VecDeque<u64>| 0;
    let newest = |all: &VecDeque<u64>| all.len() - 1;
    // The first of the lowest.
    let lowest = |all: &VecDeque<u64>| {
        let least = all.iter().enumerate().min_by_key(|(at, number)| (*number % 5, *at));
        least.expect("a value that was put in").0
    };
    let mut groups = [0; 3];
    for seed in 0..SEEDS {
        let ends = match seed % 3 {
            0 => run(seed, Queue::new, oldest),
            1 => run(seed, LifoQueue::new, newest),
            _ => run(seed, PriorityQueue::new, lowest),
        };
        groups.iter_mut().zip(ends).for_each(|(all, some)| *all += some);
    }
    // Of each kind there were enough to say something.
    assert!(groups.iter().all(|ends| *ends > SEEDS as usize / 10), "{groups:?}");
}
