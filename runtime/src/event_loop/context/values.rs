//! Whose values context variables have.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::vec::Vec;

use crate::event_loop::current;
use crate::event_loop::entry::Kind;
use crate::event_loop::task::{Header, TaskRef};

/// The number of a variable, and what it was set to.
pub(super) type Value = Rc<dyn Any>;

/// The values of those variables that have one, by the numbers of the variables. To clone it is to count it: who has a clone copies
/// the list before he changes it.
#[derive(Clone, Default)]
pub(crate) struct Values(Option<Rc<Vec<(usize, Value)>>>);

impl Values {
    pub(super) fn get(&self, variable: usize) -> Option<Value> {
        let values = self.0.as_ref()?;
        let place = values.binary_search_by_key(&variable, |(variable, _)| *variable).ok()?;
        Some(Rc::clone(&values[place].1))
    }

    /// The value that it had before is dropped by whoever called.
    pub(super) fn put(&mut self, variable: usize, value: Value) -> Option<Value> {
        let values = Rc::make_mut(self.0.get_or_insert_with(Rc::default));
        match values.binary_search_by_key(&variable, |(variable, _)| *variable) {
            Ok(place) => Some(std::mem::replace(&mut values[place].1, value)),
            Err(place) => {
                values.insert(place, (variable, value));
                None
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Calls it with these values. What it sets is over with it.
    pub(crate) fn run<R>(self, f: impl FnOnce() -> R) -> R {
        let mut values = Some(self);
        let _entered = enter(&mut values);
        f()
    }
}

std::thread_local! {
    /// Whether a variable was ever set on this thread. As long as none was, nobody looks for values.
    static USED: Cell<bool> = const { Cell::new(false) };
    static HERE: RefCell<Here> = const { RefCell::new(Here::new()) };
}

/// The values that belong to no task. What users wrote is neither run nor dropped while they are borrowed.
struct Here {
    /// Of the innermost scope or callback. If there is none, those of the task that is polled are in force.
    scope: Option<Values>,
    /// Of what the loop was asked to complete.
    main: Values,
    /// Where nobody is polled.
    thread: Values,
}

impl Here {
    const fn new() -> Self {
        Here { scope: None, main: Values(None), thread: Values(None) }
    }
}

/// Who is polled, if it is by a loop.
enum Owner {
    Task(TaskRef),
    Main,
    Thread,
}

fn owner() -> Owner {
    let polled = current::with(|core| match core.current()?.kind() {
        Kind::Task(key) => core.task(key).map(Owner::Task),
        Kind::Main => Some(Owner::Main),
        Kind::Call(_) => None,
    });
    polled.flatten().unwrap_or(Owner::Thread)
}

/// Whether anybody may have values.
#[inline]
pub(crate) fn is_used() -> bool {
    USED.get()
}

/// The values that are in force. None at all when the thread ends.
pub(crate) fn current() -> Values {
    if is_used() { find() } else { Values::default() }
}

#[cold]
fn find() -> Values {
    let find = |here: &RefCell<Here>| {
        let here = here.borrow();
        here.scope.clone().unwrap_or_else(|| match owner() {
            Owner::Task(task) => task.header().extra(|extra| extra.values.clone()).unwrap_or_default(),
            Owner::Main => here.main.clone(),
            Owner::Thread => here.thread.clone(),
        })
    };
    HERE.try_with(find).unwrap_or_default()
}

/// Calls it with the values of a task, which nobody polls.
pub(crate) fn within<R>(task: &Header, f: impl FnOnce() -> R) -> R {
    let mut values = task.extra(|extra| std::mem::take(&mut extra.values)).or_else(|| Some(Values::default()));
    let entered = enter(&mut values);
    let result = f();
    drop(entered);
    let values = values.unwrap_or_default();
    if !values.is_empty() {
        task.extra_mut(|extra| extra.values = values);
    }
    result
}

/// Changes the values that are in force. What it had before is dropped by whoever called.
pub(super) fn put(variable: usize, value: Value) -> Option<Value> {
    USED.set(true);
    let put = |here: &RefCell<Here>| {
        let here = &mut *here.borrow_mut();
        if let Some(scope) = &mut here.scope {
            return scope.put(variable, value);
        }
        match owner() {
            Owner::Task(task) => task.header().extra_mut(|extra| extra.values.put(variable, value)),
            Owner::Main => here.main.put(variable, value),
            Owner::Thread => here.thread.put(variable, value),
        }
    };
    HERE.try_with(put).ok().flatten()
}

/// Those that are in force, with another one.
pub(super) fn current_and(variable: usize, value: Value) -> Values {
    USED.set(true);
    let mut values = current();
    values.put(variable, value);
    values
}

/// A task that was spawned here has the values that are in force.
#[cold]
pub(crate) fn inherit(task: &Header) {
    let values = current();
    if !values.is_empty() {
        task.extra_mut(|extra| extra.values = values);
    }
}

/// From now on these values are in force, until what comes back is dropped: then they are in their place again, with what was
/// set meanwhile.
pub(super) fn enter(values: &mut Option<Values>) -> Entered<'_> {
    swap(values);
    Entered(values)
}

/// See [`enter`].
#[must_use]
pub(super) struct Entered<'v>(&'v mut Option<Values>);

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        swap(self.0);
    }
}

fn swap(values: &mut Option<Values>) {
    // When the thread ends there are none, neither now nor later.
    let _ = HERE.try_with(|here| std::mem::swap(&mut here.borrow_mut().scope, values));
}

/// From now on a loop runs: what it was asked to complete begins with the values that are in force, its tasks have their own.
pub(crate) fn run_loop() -> LoopRuns {
    let main = current();
    // Dropped when nothing is borrowed.
    let before = HERE.try_with(|here| {
        let here = &mut *here.borrow_mut();
        (here.scope.take(), std::mem::replace(&mut here.main, main))
    });
    LoopRuns { around: before.ok().and_then(|(scope, _)| scope) }
}

/// See [`run_loop`].
pub(crate) struct LoopRuns {
    around: Option<Values>,
}

impl Drop for LoopRuns {
    fn drop(&mut self) {
        let around = self.around.take();
        let over = HERE.try_with(|here| {
            let here = &mut *here.borrow_mut();
            (std::mem::replace(&mut here.scope, around), std::mem::take(&mut here.main))
        });
        drop(over);
    }
}

/// When this is dropped, what the loop was asked to complete is not polled any more; its destructors find its values.
pub(crate) struct EndOfMain;

impl Drop for EndOfMain {
    fn drop(&mut self) {
        let before = HERE.try_with(|here| {
            let here = &mut *here.borrow_mut();
            here.scope.replace(std::mem::take(&mut here.main))
        });
        drop(before);
    }
}
