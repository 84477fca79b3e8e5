//! Groups in the model: who is in one, and what has failed there.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use antiphon::event_loop::sync::Order;
use antiphon::event_loop::{JoinHandle, TaskGroup, cancellable, shield, sleep, task_group};

use super::{Counted, Tally, World};

/// How deep groups are in each other.
pub(super) const DEPTH: u32 = 2;

/// What is known of a group from outside.
#[derive(Default)]
pub(super) struct Known {
    group: RefCell<Option<TaskGroup<u64>>>,
    is_innermost: bool,
    body: Tally,
    /// Those that have not ended.
    members: Tally,
    /// Those of them that were told of a cancel and go on.
    tidying: Tally,
    /// What tasks and the body returned as errors, in that order.
    failed: RefCell<Vec<u64>>,
    /// What a task returned, or will.
    values: RefCell<Vec<(JoinHandle<u64>, Rc<Cell<Option<u64>>>)>>,
}

impl Known {
    fn look(&self) {
        let group = self.group.borrow();
        let Some(group) = &*group else { return };
        assert_eq!(group.running(), self.members.get());
        // One with nothing to tell, in a scope that is cancelled, waits to be cut with all that is in the scope.
        if self.body.get() == 0 && (!group.is_cancelled() || !self.failed.borrow().is_empty()) {
            assert!(self.members.get() > 0, "a group waits and has nothing to wait for");
        }
        if !self.failed.borrow().is_empty() {
            assert!(group.is_cancelled(), "something has failed in a group, and the others go on");
        }
        if group.is_cancelled() && self.is_innermost {
            assert_eq!(self.body.get(), 0, "the body of a cancelled group goes on");
            assert_eq!(self.members.get(), self.tidying.get(), "somebody did not ask to be told, and goes on");
        }
    }

    fn fail(&self, number: u64) -> Result<u64, u64> {
        self.failed.borrow_mut().push(number);
        Err(number)
    }
}

/// A group that has not ended, and whose owner was not dropped.
struct Open<'o> {
    groups: &'o Groups,
    known: Rc<Known>,
    /// Whether that may be dropped in the middle by somebody who does not cancel it.
    may_be_dropped: bool,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.groups.open.borrow_mut().retain(|known| !Rc::ptr_eq(known, &self.known));
        if !self.may_be_dropped && !std::thread::panicking() {
            assert_eq!(self.known.members.get(), 0, "a group was cut before its tasks had ended");
        }
    }
}

#[derive(Default)]
pub(super) struct Groups {
    open: RefCell<Vec<Rc<Known>>>,
    /// In all of them, also those whose owners were dropped.
    members: Tally,
    /// How many ended with a value, with errors, and with neither.
    pub(super) ends: [Cell<usize>; 3],
}

impl Groups {
    pub(super) fn look(&self) {
        self.open.borrow().iter().for_each(|known| known.look());
    }

    pub(super) fn end(&self) {
        assert!(self.open.borrow().is_empty());
        assert_eq!(self.members.get(), 0, "a task has outlived its group");
    }

    fn open(&self, is_innermost: bool, may_be_dropped: bool) -> Open<'_> {
        let known = Rc::new(Known { is_innermost, ..Known::default() });
        self.open.borrow_mut().push(known.clone());
        Open { groups: self, known, may_be_dropped }
    }
}

impl<O: Order<Counted> + 'static> World<O> {
    /// A group, from its beginning to its end.
    pub(super) async fn in_group(self: &Rc<Self>, depth: u32, may_be_dropped: bool) {
        let open = self.groups.open(depth + 1 == DEPTH, may_be_dropped);
        let number = self.number();
        let (world, known) = (self.clone(), open.known.clone());
        let ended = task_group(async move |group: TaskGroup<u64>| {
            let _inside = known.body.enter();
            *known.group.borrow_mut() = Some(group.clone());
            for _ in 0..1 + world.random.below(3) {
                world.spawn_into(&group, &known, depth);
                if world.random.below(3) == 0 {
                    sleep(world.random.time()).await;
                }
            }
            if world.random.below(8) == 0 {
                group.cancel();
            }
            if world.random.below(2) == 0 {
                world.one(depth + 1, may_be_dropped).await;
            }
            if world.random.below(6) == 0 { known.fail(number) } else { Ok(number) }
        });
        let ended = ended.await;
        let known = &open.known;
        assert_eq!((known.body.get(), known.members.get()), (0, 0), "a group has ended before those in it");
        let failed = known.failed.take();
        let end = match ended {
            Ok(value) => {
                assert_eq!((value, failed.len()), (number, 0));
                0
            }
            Err(errors) => {
                let errors = errors.into_errors();
                assert_eq!(errors, failed);
                1 + usize::from(errors.is_empty())
            }
        };
        let ends = &self.groups.ends[end];
        ends.set(ends.get() + 1);
        for (mut task, value) in known.values.take() {
            assert_eq!(task.try_join().unwrap().ok(), value.get());
        }
        // There would be a circle.
        known.group.take();
    }

    fn spawn_into(self: &Rc<Self>, group: &TaskGroup<u64>, known: &Rc<Known>, depth: u32) {
        let (world, of) = (self.clone(), known.clone());
        let inside = (known.members.enter(), self.groups.members.enter());
        let (number, value) = (self.number(), Rc::new(Cell::new(None)));
        let returns = value.clone();
        let around = group.clone();
        let body = async move {
            let _inside = inside;
            assert!(!around.is_cancelled(), "a task has begun that was cancelled before");
            match world.random.below(3) {
                0 => sleep(world.random.time()).await,
                1 => world.one(depth + 1, false).await,
                _ => {
                    if cancellable(world.one(depth + 1, false)).await.is_err() {
                        let _tidying = of.tidying.enter();
                        shield(sleep(world.random.time())).await;
                    }
                }
            }
            if world.random.below(6) == 0 {
                return of.fail(number);
            }
            returns.set(Some(number));
            Ok(number)
        };
        // A group that is closed is one whose owner was dropped while this body was.
        if let Ok(task) = group.try_spawn(body) {
            known.values.borrow_mut().push((task, value));
        }
    }
}
