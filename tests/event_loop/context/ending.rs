//! What ends, and who is dropped in which context.

use super::*;

/// Says what it sees when it is dropped, and leaves something.
struct Leaves(Log, &'static str);

impl Drop for Leaves {
    fn drop(&mut self) {
        self.0.add(format!("{} {:?}", self.1, A.get()));
        A.set(99);
    }
}

#[test]
fn a_scope_that_is_cut_is_over_and_its_destructors_see_it() {
    let log = Log::default();
    let waits = |name| {
        let guard = Leaves(log.clone(), name);
        async move {
            let _guard = guard;
            pending::<()>().await;
        }
    };
    event_loop::run(async {
        A.set(1);
        timeout(seconds(0), A.scope(2, waits("timeout"))).await.unwrap_err();
        assert_eq!(A.get(), Some(1));
        drop(A.scope(3, waits("never polled")));
        assert_eq!(A.get(), Some(1));
        let mut polled = Box::pin(A.scope(4, waits("dropped")));
        assert!(polled.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(polled);
        assert_eq!(A.get(), Some(1));
        let task = spawn(A.scope(5, waits("task")));
        yield_now().await;
        task.cancel();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(A.get(), Some(1));
        A.scope(6, async { drop(Leaves(log.clone(), "ended")) }).await;
        let given = Leaves(log.clone(), "captured");
        A.scope(7, async move { drop(given) }).await;
        assert_eq!(A.get(), Some(1));
    })
    .unwrap();
    log.assert(&[
        "timeout Some(2)",
        "never polled Some(3)",
        "dropped Some(4)",
        "task Some(5)",
        "ended Some(6)",
        "captured Some(7)",
    ]);
}

#[test]
fn who_is_told_of_a_cancel_in_a_scope_is_still_in_it() {
    let event_loop = EventLoop::simulated();
    let scope = CancelScope::new();
    let other = scope.clone();
    event_loop.call_later(seconds(1), move || other.cancel());
    let ran = event_loop.run_until_complete(async {
        let told = scope.run(A.scope(1, async {
            let cut = cancellable(A.scope(2, sleep(seconds(9)))).await;
            let before = A.get();
            shield(sleep(seconds(1))).await;
            (cut, before, A.get())
        }));
        (told.await, A.get())
    });
    assert_eq!(ran.unwrap(), (Ok((Err(Cancelled), Some(1), Some(1))), None));
    assert_eq!(event_loop.time(), seconds(2));
}

#[test]
fn a_panic_leaves_a_scope() {
    event_loop::run(async {
        A.set(1);
        let task = spawn(A.scope(2, async {
            yield_now().await;
            panic!("in a scope");
        }));
        assert!(task.await.unwrap_err().is_panic());
        let mut panics = Box::pin(A.scope(3, async { panic!("in this task") }));
        let cx = &mut Context::from_waker(Waker::noop());
        catch_unwind(AssertUnwindSafe(|| panics.as_mut().poll(cx).is_ready())).unwrap_err();
        assert_eq!(A.get(), Some(1));
        drop(panics);
        catch_unwind(|| A.sync_scope(4, || panic!("in a call"))).unwrap_err();
        assert_eq!(A.get(), Some(1));
        // A destructor that panics when the body has ended.
        let bomb = A.scope(5, async { Bomb });
        assert!(catch_unwind(AssertUnwindSafe(|| drop(block_on(bomb)))).is_err());
        assert_eq!(A.get(), Some(1));
    })
    .unwrap();
    let panics = catch_unwind(|| event_loop::run(A.scope(6, async { panic!("in main") })).unwrap());
    assert!(panics.is_err());
    assert_eq!(A.get(), None);
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("a value that panics");
    }
}

#[test]
fn a_task_that_never_runs_is_dropped_in_its_own() {
    let log = Log::default();
    let holds = |name| {
        let guard = Leaves(log.clone(), name);
        async move { drop(guard) }
    };
    let event_loop = EventLoop::simulated();
    event_loop.set_report_handler(|_| {});
    let ran = event_loop.run_until_complete(async {
        A.set(1);
        let cancelled = spawn(holds("cancelled"));
        let nobodys = Leaves(log.clone(), "nobody's");
        drop(spawn(async { nobodys }));
        A.set(2);
        cancelled.cancel();
        assert!(cancelled.await.unwrap_err().is_cancelled());
        settle().await;
        A.get()
    });
    assert_eq!(ran.unwrap(), Some(2));
    let left = A.sync_scope(3, || event_loop.spawn(holds("left")));
    let none = event_loop.spawn(holds("left without"));
    A.sync_scope(4, || drop(event_loop));
    assert!(left.is_finished() && none.is_finished());
    log.assert(&["cancelled Some(1)", "nobody's Some(1)", "left Some(3)", "left without None"]);
    assert_eq!(A.get(), None);
}

#[test]
fn what_is_run_is_dropped_in_its_own_however_it_ends() {
    let log = Log::default();
    let event_loop = Rc::new(EventLoop::simulated());
    let (stops, guard) = (event_loop.clone(), Leaves(log.clone(), "stopped"));
    let main = async move {
        A.set(1);
        let _guard = guard;
        stops.stop();
        pending::<()>().await;
    };
    assert!(matches!(event_loop.run_until_complete(main), Err(RunError::Stopped)));
    let guard = Leaves(log.clone(), "panicked");
    let main = async move {
        A.set(2);
        let _guard = guard;
        Pending(()).await;
    };
    catch_unwind(AssertUnwindSafe(|| event_loop.run_until_complete(main))).unwrap_err();
    log.assert(&["stopped Some(1)", "panicked Some(2)"]);
    assert_eq!(A.get(), None);
}

/// Panics when it is polled again.
struct Pending(());

impl Future for Pending {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        assert!(A.get() != Some(2), "polled again");
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

static COUNTED: ContextVar<Rc<Cell<u32>>> = ContextVar::new();

#[test]
fn a_value_is_dropped_once_with_the_last_who_has_it() {
    let value = Rc::new(Cell::new(0));
    let event_loop = EventLoop::simulated();
    let held = value.clone();
    event_loop
        .run_until_complete(async move {
            COUNTED.set(held.clone());
            let long = spawn(sleep(seconds(2)));
            let short = spawn(sleep(seconds(1)));
            // One list that all three have, and the two here.
            assert_eq!(Rc::strong_count(&held), 3);
            COUNTED.set(Rc::default());
            drop(long);
            sleep(seconds(1)).await;
            settle().await;
            // Its handle is still there.
            assert!(short.is_finished());
            assert_eq!(Rc::strong_count(&held), 3);
            sleep(seconds(1)).await;
            settle().await;
            assert_eq!(Rc::strong_count(&held), 2);
        })
        .unwrap();
    assert_eq!(Rc::strong_count(&value), 1);

    let scoped = COUNTED.scope(value.clone(), async {});
    assert_eq!(Rc::strong_count(&value), 2);
    let mut scoped = pin!(scoped);
    block_on(scoped.as_mut());
    assert_eq!(Rc::strong_count(&value), 1);
    drop(COUNTED.scope(value.clone(), async {}));
    assert_eq!(Rc::strong_count(&value), 1);
}

#[test]
fn to_set_for_ever_takes_no_more_room() {
    let value = Rc::new(Cell::new(0));
    event_loop::run(async {
        for _ in 0..1000 {
            COUNTED.set(value.clone());
            spawn(async { COUNTED.set(Rc::default()) }).await.unwrap();
            COUNTED.scope(value.clone(), async {}).await;
        }
        assert_eq!(Rc::strong_count(&value), 2);
    })
    .unwrap();
    assert_eq!(Rc::strong_count(&value), 1);
}

#[test]
fn a_task_that_keeps_its_own_handle_in_a_value_is_no_leak() {
    static HANDLE: ContextVar<Rc<RefCell<Option<event_loop::JoinHandle<()>>>>> = ContextVar::new();
    let (room, alive) = (Rc::new(RefCell::new(None)), Rc::new(()));
    event_loop::run(async {
        let (kept, guard) = (room.clone(), alive.clone());
        let task = spawn(async move {
            HANDLE.set(kept);
            yield_now().await;
            drop(guard);
        });
        *room.borrow_mut() = Some(task);
        settle().await;
    })
    .unwrap();
    assert_eq!((Rc::strong_count(&room), Rc::strong_count(&alive)), (1, 1));
}

static SETS: ContextVar<Sets> = ContextVar::new();

/// A value whose destructor reads and sets the variable that it was a value of.
struct Sets(Log, u32);

impl Drop for Sets {
    fn drop(&mut self) {
        let now = SETS.with(|sets| sets.1);
        self.0.add(format!("{} sees {now:?}, {:?}", self.1, A.get()));
        if self.1 < 2 {
            SETS.set(Sets(self.0.clone(), self.1 + 10));
        }
    }
}

#[test]
fn the_destructor_of_a_value_may_do_what_it_likes() {
    let log = Log::default();
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            A.set(7);
            SETS.set(Sets(log.clone(), 1));
            SETS.set(Sets(log.clone(), 2));
            // What it has set in the place of the second one.
            assert_eq!(SETS.with(|sets| sets.1), Some(11));
            log.assert(&["1 sees Some(2), Some(7)", "2 sees Some(11), Some(7)"]);
            // In the value's own closure.
            SETS.with(|sets| {
                SETS.set(Sets(log.clone(), 3));
                assert_eq!(sets.1, 11);
            });
            SETS.sync_scope(Sets(log.clone(), 4), || ());
            let next = Sets(log.clone(), 6);
            let task = spawn(SETS.scope(Sets(log.clone(), 5), async { SETS.set(next) }));
            task.await.unwrap();
            // The last who has it is a task, which is over.
            let last = Sets(log.clone(), 1);
            let task = spawn(async { SETS.set(last) });
            task.await.unwrap();
            assert_eq!(SETS.with(|sets| sets.1), Some(3));
        })
        .unwrap();
    drop(event_loop);
    let rest = log.0.borrow()[2..].join("\n");
    let expected = "11 sees Some(3), Some(7)\n4 sees Some(3), Some(7)\n5 sees Some(6), Some(7)\n6 sees Some(3), Some(7)\n\
                    1 sees None, None\n11 sees None, None\n3 sees None, None";
    assert_eq!(rest, expected);
    assert!(SETS.with(|_| ()).is_none());
}

#[test]
fn a_value_that_panics_with_its_task_is_reported_and_the_loop_goes_on() {
    static BOMB: ContextVar<Bomb> = ContextVar::new();
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let reports = log.clone();
    event_loop.set_report_handler(move |report| reports.add(report.to_string()));
    let ran = event_loop.run_until_complete(async {
        let task = spawn(async {
            BOMB.set(Bomb);
            1
        });
        let one = task.named("unlucky").await.unwrap();
        // In a scope it is the task's own panic.
        let two = spawn(BOMB.scope(Bomb, async { 2 })).await;
        (one, two.unwrap_err().is_panic())
    });
    assert_eq!(ran.unwrap(), (1, true));
    assert_eq!(log.0.borrow().len(), 1);
    let report = log.0.borrow()[0].clone();
    assert!(report.starts_with("task `unlucky` (0.0), spawned at "), "{report}");
    assert!(report.ends_with("panicked when it was dropped: a value that panics"), "{report}");
}
