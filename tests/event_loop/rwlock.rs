//! Locks that many may read under: who comes in, in which order, and beside a model.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use antiphon::event_loop::{EventLoop, RwLock, sleep, spawn, timeout, yield_now};

use crate::cutting::everywhere;
use crate::model::Random;
use crate::{Log, seconds, settle};

#[test]
fn readers_are_together_and_writers_alone_in_the_order_of_coming() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let body = log.clone();
    let whole = async move {
        let lock = RwLock::new(0);
        let first = lock.read().await;
        for (name, writes) in [("a", true), ("b", false), ("c", false), ("d", true), ("e", false)] {
            let (lock, log) = (lock.clone(), body.clone());
            drop(spawn(async move {
                if writes {
                    let mut guard = lock.write().await;
                    log.add(format!("{name} writes"));
                    sleep(seconds(1)).await;
                    *guard += 1;
                } else {
                    let guard = lock.read().await;
                    log.add(format!("{name} reads {}", *guard));
                    sleep(seconds(1)).await;
                }
                log.add(format!("{name} goes"));
            }));
        }
        settle().await;
        body.assert(&[]);
        // Behind the writer who waits.
        assert!(lock.try_read().is_none() && lock.try_write().is_none());
        assert_eq!(format!("{lock:?} {first:?}"), "RwLock { value: 0, .. } RwLockReadGuard(0)");
        drop(first);
        let guard = lock.read().await;
        assert_eq!(*guard, 2);
    };
    event_loop.run_until_complete(whole).unwrap();
    event_loop.run_until_complete(sleep(seconds(9))).unwrap();
    let lines = ["a writes", "a goes", "b reads 1", "c reads 1", "b goes", "c goes", "d writes", "d goes"];
    log.assert(&[&lines[..], &["e reads 2", "e goes"]].concat());
}

#[test]
fn who_gives_up_lets_those_behind_go_on() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let lock = RwLock::new(());
        let reading = lock.read().await;
        let writer = lock.clone();
        let writer = spawn(async move { timeout(seconds(1), writer.write()).await.is_err() });
        yield_now().await;
        let reader = lock.clone();
        let reader = spawn(async move { drop(reader.read().await) });
        settle().await;
        assert!(!reader.is_finished());
        assert!(writer.await.unwrap());
        reader.await.unwrap();
        drop(reading);
        assert!(lock.try_write().is_some());
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
fn a_panic_and_a_downgrade_give_it_back() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let lock = RwLock::new(1);
        let body = lock.clone();
        let task = spawn(async move {
            let mut guard = body.write().await;
            *guard = 2;
            yield_now().await;
            panic!("in the middle");
        });
        yield_now().await;
        assert_eq!(format!("{lock:?}"), "RwLock { value: <locked>, .. }");
        assert_eq!(*lock.read().await, 2);
        assert!(task.await.unwrap_err().is_panic());

        let writing = lock.write().await;
        assert_eq!(format!("{writing:?}"), "RwLockWriteGuard(2)");
        let [reader, writer] = [lock.clone(), lock.clone()];
        let reader = spawn(async move { *reader.read().await });
        let writer = spawn(async move { *writer.write().await = 3 });
        settle().await;
        let reading = writing.downgrade();
        assert_eq!((reader.await.unwrap(), *reading), (2, 2));
        settle().await;
        assert!(!writer.is_finished());
        drop(reading);
        writer.await.unwrap();
        assert_eq!(*lock.try_read().unwrap(), 3);
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
fn who_is_cut_loses_nobodys_turn() {
    for (victim_writes, witness_writes) in [(false, false), (false, true), (true, false), (true, true)] {
        for begun_by_writer in [false, true] {
            everywhere(|run| {
                let lock = RwLock::new(0);
                let (writing, reading) =
                    if begun_by_writer { (lock.try_write(), None) } else { (None, lock.try_read()) };
                let enter = |lock: RwLock<u32>, writes| async move {
                    if writes {
                        let mut guard = lock.write().await;
                        yield_now().await;
                        *guard += 1;
                    } else {
                        let _guard = lock.read().await;
                        yield_now().await;
                    }
                };
                let pair = run.begin(enter(lock.clone(), victim_writes), enter(lock.clone(), witness_writes));
                drop((writing, reading));
                run.settle();
                assert!(pair.witness().is_some());
                assert!(lock.try_write().is_some());
            });
        }
    }
}

thread_local! {
    static LOCK: RwLock<u32> = RwLock::new(0);
    static WOKEN: Cell<u32> = const { Cell::new(0) };
}

/// A waker that uses the lock of whoever it wakes.
struct Waking;

impl Wake for Waking {
    fn wake(self: Arc<Self>) {
        WOKEN.set(WOKEN.get() + 1);
        LOCK.with(|lock| drop((lock.try_read(), lock.try_write())));
    }
}

#[test]
fn a_waker_may_use_the_lock() {
    let lock = LOCK.with(Clone::clone);
    let waker = Waker::from(Arc::new(Waking));
    let cx = &mut Context::from_waker(&waker);
    let writing = lock.try_write().unwrap();
    let mut readers: Vec<Pin<Box<dyn Future<Output = u32>>>> = Vec::new();
    for _ in 0..3 {
        let lock = lock.clone();
        readers.push(Box::pin(async move { *lock.read().await }));
    }
    assert!(readers.iter_mut().all(|reader| reader.as_mut().poll(cx).is_pending()));
    drop(writing);
    assert_eq!(WOKEN.get(), 3);
    assert!(readers.iter_mut().all(|reader| reader.as_mut().poll(cx) == Poll::Ready(0)));
    assert!(lock.try_write().is_some());
}

/// A lock that is simple enough to be right.
#[derive(Default)]
struct Model {
    next: u64,
    line: VecDeque<(u64, bool)>,
    inside: Vec<(u64, bool)>,
}

impl Model {
    fn comes(&mut self, writes: bool) -> u64 {
        self.next += 1;
        self.line.push_back((self.next, writes));
        self.admit();
        self.next
    }

    fn goes(&mut self, who: u64) {
        self.line.retain(|one| one.0 != who);
        self.inside.retain(|one| one.0 != who);
        self.admit();
    }

    fn admit(&mut self) {
        while let Some(&(who, writes)) = self.line.front() {
            let waits = if writes { !self.inside.is_empty() } else { self.inside.iter().any(|one| one.1) };
            if waits {
                return;
            }
            self.line.pop_front();
            self.inside.push((who, writes));
        }
    }
}

/// Comes and goes at even times.
async fn acts(random: Rc<Random>, lock: RwLock<u64>, model: Rc<RefCell<Model>>, inside: Rc<RefCell<Vec<u64>>>) {
    for _ in 0..6 {
        sleep(random.time()).await;
        let writes = random.below(3) == 0;
        let who = model.borrow_mut().comes(writes);
        let stay = async {
            inside.borrow_mut().push(who);
            sleep(random.time()).await;
            inside.borrow_mut().retain(|one| *one != who);
        };
        let patience = random.time() + if random.below(2) == 0 { seconds(9) } else { Duration::ZERO };
        if writes {
            if let Ok(mut guard) = timeout(patience, lock.write()).await {
                let before = std::mem::replace(&mut *guard, who);
                stay.await;
                assert_eq!(std::mem::replace(&mut *guard, before), who);
            }
        } else if let Ok(guard) = timeout(patience, lock.read()).await {
            let before = *guard;
            stay.await;
            assert_eq!(*guard, before);
        }
        model.borrow_mut().goes(who);
    }
}

#[test]
fn it_is_as_the_model_says() {
    for seed in 0..400 {
        let event_loop = EventLoop::simulated_with_seed(seed);
        let random = Rc::new(Random(Cell::new(seed)));
        let (lock, model, inside) = (RwLock::new(0), Rc::<RefCell<Model>>::default(), Rc::default());
        let tasks: Vec<_> = (0..5)
            .map(|_| event_loop.spawn(acts(random.clone(), lock.clone(), model.clone(), Rc::clone(&inside))))
            .collect();
        let look = || {
            let (model, mut inside) = (model.borrow(), inside.borrow().clone());
            let mut expected: Vec<_> = model.inside.iter().map(|one| one.0).collect();
            expected.sort_unstable();
            inside.sort_unstable();
            assert_eq!(inside, expected, "seed {seed}");
            let nobody_waits = model.line.is_empty();
            let reads = nobody_waits && !model.inside.iter().any(|one| one.1);
            assert_eq!(lock.try_read().is_some(), reads, "seed {seed}");
            assert_eq!(lock.try_write().is_some(), nobody_waits && model.inside.is_empty(), "seed {seed}");
        };
        let looks = async {
            sleep(Duration::from_millis(1)).await;
            while tasks.iter().any(|task| !task.is_finished()) {
                look();
                sleep(Duration::from_millis(2)).await;
            }
        };
        event_loop.run_until_complete(looks).unwrap();
        for mut task in tasks {
            task.try_join().unwrap().unwrap();
        }
    }
}
