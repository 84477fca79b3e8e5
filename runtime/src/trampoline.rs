//! Runs coroutines in turn, and coroutines that call coroutines to any depth.
//!
//! This is the scheduler that PEP 342 gives as its example, with types. A [`Trampoline`] holds tasks. Each turn resumes
//! the task that has waited longest, by one step, and what it yields tells what to do next:
//!
//! | in the body | what happens |
//! |---|---|
//! | `yield_from!(ask(question))` | the handler given to [`run`](Trampoline::run) answers; the value is its answer |
//! | `yield_from!(call(coroutine))` | that coroutine runs in the task's place; the value is what it returns |
//! | `yield_from!(pass())` | the others have their turn |
//! | `yield_from!(stop())` | `run` returns after this step, and can be called again to go on |
//!
//! A task's callers wait on a stack of the trampoline's, not on the native one, so calls nest as deep as memory allows
//! and a step costs the same at any depth. An error is a value: a coroutine that returns `Result` hands it to its
//! caller, who passes it on with `?`; the outermost one's goes to `run`. A panic takes the same way by unwinding, and
//! never reaches the other tasks.
//!
//! A question is answered in the step in which it is asked: a task that has to wait for something `pass`es until it is
//! there.
//!
//! ```
//! use antiphon::trampoline::{Reply, Request, Trampoline, ask, call};
//!
//! // The questions here are names of cities, the answers are temperatures.
//! type Ask = Request<'static, &'static str, i32>;
//!
//! #[antiphon::coroutine(yield = Ask, send = Reply<i32>)]
//! fn warmer(a: &'static str, b: &'static str) -> Result<&'static str, String> {
//!     let difference = yield_from!(call(compare(a, b)))?;
//!     Ok(if difference > 0 { a } else { b })
//! }
//!
//! #[antiphon::coroutine(yield = Ask, send = Reply<i32>)]
//! fn compare(a: &'static str, b: &'static str) -> Result<i32, String> {
//!     if a == b {
//!         return Err(format!("{a} is {b}"));
//!     }
//!     Ok(yield_from!(ask(a)) - yield_from!(ask(b)))
//! }
//!
//! let mut trampoline = Trampoline::new();
//! let first = trampoline.add(warmer("Oslo", "Rome"));
//! let second = trampoline.add(warmer("Rome", "Rome"));
//! let mut finished = trampoline.run(|city| if city == "Rome" { 20 } else { 5 });
//!
//! finished.sort_by_key(|task| task.id);
//! assert_eq!(finished[0].id, first);
//! assert_eq!(finished[0].result.as_ref().unwrap(), &Ok("Rome"));
//! assert_eq!(finished[1].id, second);
//! assert_eq!(finished[1].result.as_ref().unwrap(), &Err("Rome is Rome".to_string()));
//! ```

mod request;
mod task;

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::any::Any;
use core::fmt;

use crate::Coroutine;
use request::Trap;
use task::{Step, Task};

pub use request::{Call, Reply, Request, ask, call, pass, stop};

/// A set of tasks, each a coroutine with its callers, that run in turn. See the [module](self).
///
/// `Q` is what tasks ask, `A` what they are answered, `R` what they return. Tasks may borrow what lives for `'a`.
///
/// Dropping it drops the tasks that are left, each from its innermost coroutine outwards, without recursion.
#[must_use = "a trampoline does nothing until it is run"]
pub struct Trampoline<'a, Q, A, R> {
    ready: VecDeque<Task<'a, Q, A, R>>,
    added: u64,
}

/// Tells the tasks of one [`Trampoline`] apart. Tasks that were added later have greater ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(u64);

/// A task that has come to its end.
#[derive(Debug)]
pub struct Finished<R> {
    /// What [`Trampoline::add`] said.
    pub id: TaskId,
    /// What the task returned, or what it panicked with, as in `std::thread::JoinHandle::join`.
    pub result: Result<R, Box<dyn Any + Send>>,
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {}", self.0)
    }
}

impl<'a, Q, A, R> Trampoline<'a, Q, A, R> {
    /// A trampoline without tasks.
    pub fn new() -> Self {
        Trampoline { ready: VecDeque::new(), added: 0 }
    }

    /// Adds a task. It is started when its turn comes.
    ///
    /// # Panics
    ///
    /// If the coroutine has been started before.
    #[track_caller]
    pub fn add<C>(&mut self, coroutine: C) -> TaskId
    where
        C: Coroutine<Yield = Request<'a, Q, A>, Send = Reply<A>, Return = R> + 'a,
        R: 'a,
    {
        let id = TaskId(self.added);
        self.added += 1;
        self.ready.push_back(Task::new(id, coroutine));
        id
    }

    /// How many tasks have not come to their end.
    pub fn len(&self) -> usize {
        self.ready.len()
    }

    /// Whether all tasks have come to their end.
    pub fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }

    /// Runs until every task has come to its end or one of them [`stop`]s the run, and returns those that have, in the
    /// order in which they did. `handler` answers what they [`ask`].
    ///
    /// After a stop the rest can be run on by calling it again.
    ///
    /// # Panics
    ///
    /// If `handler` does. No task is lost: the one that asked finds a panic at its `ask` when it is run on. Without
    /// the feature `std` also if a task does; that task is lost, no other is.
    pub fn run(&mut self, mut handler: impl FnMut(Q) -> A) -> Vec<Finished<R>> {
        let mut finished = Vec::new();
        finished.extend(core::iter::from_fn(|| self.run_to_next(&mut handler)));
        finished
    }

    /// Runs until the next task comes to its end, and returns it. `None` if there are no tasks, or if one of them
    /// [`stop`]s the run.
    ///
    /// With it, tasks can be added while others run, and results need not be collected.
    ///
    /// ```
    /// use antiphon::trampoline::{Reply, Request, Trampoline, pass};
    ///
    /// #[antiphon::coroutine(yield = Request<'static>, send = Reply)]
    /// fn wait(turns: u32) -> u32 {
    ///     for _ in 0..turns {
    ///         yield_from!(pass());
    ///     }
    ///     turns
    /// }
    ///
    /// let mut trampoline = Trampoline::new();
    /// trampoline.add(wait(3));
    /// trampoline.add(wait(1));
    /// assert_eq!(trampoline.run_to_next(|()| ()).unwrap().result.unwrap(), 1);
    /// trampoline.add(wait(0));
    /// assert_eq!(trampoline.run_to_next(|()| ()).unwrap().result.unwrap(), 0);
    /// assert_eq!(trampoline.len(), 1);
    /// ```
    ///
    /// # Panics
    ///
    /// As [`run`](Self::run).
    pub fn run_to_next(&mut self, mut handler: impl FnMut(Q) -> A) -> Option<Finished<R>> {
        loop {
            let task = self.ready.pop_front()?;
            match task.step() {
                Step::Yielded(mut task, Trap::Ask(question)) => {
                    // Put back first: the handler may panic.
                    task.answer(Reply::UNANSWERED);
                    self.ready.push_back(task);
                    let answer = handler(question);
                    if let Some(task) = self.ready.back_mut() {
                        task.answer(Reply::answer(answer));
                    }
                }
                Step::Yielded(mut task, Trap::Call(coroutine)) => {
                    task.call(coroutine);
                    self.ready.push_back(task);
                }
                Step::Yielded(mut task, Trap::Pass) => {
                    task.answer(Reply::DONE);
                    self.ready.push_back(task);
                }
                Step::Yielded(mut task, Trap::Stop) => {
                    task.answer(Reply::DONE);
                    self.ready.push_back(task);
                    return None;
                }
                Step::Returned(task) => self.ready.push_back(task),
                Step::Finished(finished) => return Some(finished),
            }
        }
    }
}

impl<Q, A, R> Default for Trampoline<'_, Q, A, R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<Q, A, R> fmt::Debug for Trampoline<'_, Q, A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trampoline").field("tasks", &self.ready.len()).finish_non_exhaustive()
    }
}
