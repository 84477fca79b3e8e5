//! Variables that have a value of their own in each task.

mod scope;
mod values;

use std::any::type_name;
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use self::scope::ContextScope;
pub(crate) use self::values::{EndOfMain, LoopRuns, Values, current, inherit, is_used, run_loop, within};

/// The number of the variable that is used next for the first time.
static NEXT: AtomicUsize = AtomicUsize::new(1);

/// A variable that has a value of its own in each task: a request's number, who is logged in, where to log to. Python:
/// `contextvars.ContextVar`.
///
/// All of them together are the *context*. A task begins with a copy of the context of whoever spawns it, at that time; so does a
/// callback (`call_soon`, `call_later`, `add_done_callback`), and what a loop is asked to complete. From then on each has its own: what is
/// set in a task is seen by no other but those that it spawns afterwards. The copy is a count, however many variables have a value.
///
/// ```
/// use antiphon::event_loop::{self, ContextVar, spawn};
///
/// static REQUEST: ContextVar<u32> = ContextVar::new();
///
/// async fn log(text: &str) -> String {
///     format!("{:?}: {text}", REQUEST.get())
/// }
///
/// event_loop::run(async {
///     let first = spawn(async {
///         REQUEST.set(1);
///         // As anything that it starts.
///         spawn(log("hello")).await.unwrap()
///     });
///     let second = REQUEST.scope(2, log("good morning"));
///     assert_eq!(second.await, "Some(2): good morning");
///     assert_eq!(first.await.unwrap(), "Some(1): hello");
///     assert_eq!(REQUEST.get(), None);
/// }).unwrap();
/// ```
///
/// # For how long
///
/// | | holds for |
/// |---|---|
/// | [`set`](Self::set) | the rest of the task, or of the innermost scope that it is in |
/// | [`scope`](Self::scope) | a future, however it ends |
/// | [`sync_scope`](Self::sync_scope) | a call |
///
/// A scope is to its body what a task is: it begins with the context around it, and what is set in it, be it another variable, is over
/// with it. So there is no token to be given back, in the right order and in the right task, as Python's `reset` needs one.
///
/// Branches of a [`race`](super::race()), a group's body, a [`timeout`](super::timeout()) and a generator are no tasks: they share the
/// context of who polls them. The tasks of a [group](super::task_group()), of [`gather`](super::gather()), and the connections of a
/// [`Server`](super::Server) are.
///
/// # Where it is made
///
/// It is a `static`; a `const` would be another variable wherever it is named. The value need be neither `Send` nor `Sync`: it
/// never leaves its thread. So what comes from another thread (`call_soon_threadsafe`, `run_coroutine_threadsafe`) begins without
/// any value, and work on another thread ([`run_in_executor`](super::run_in_executor())) has none; give it what it needs:
///
/// ```
/// # use antiphon::event_loop::{self, ContextVar, run_in_executor};
/// # static REQUEST: ContextVar<u32> = ContextVar::new();
/// # fn work() -> Option<u32> { REQUEST.get() }
/// # event_loop::run(async {
/// # REQUEST.set(7);
/// let request = REQUEST.get().unwrap();
/// let worked = run_in_executor(move || REQUEST.sync_scope(request, work));
/// assert_eq!(worked.await.unwrap(), Some(7));
/// # }).unwrap();
/// ```
///
/// Where no loop runs, a thread has a context as well, which is that of all that is no task. It is gone when the thread ends: a destructor
/// of a thread-local that runs after that finds no values, and what it sets is dropped.
pub struct ContextVar<T> {
    /// None until it is used.
    number: AtomicUsize,
    /// It is shared between threads, the values are not. Not of a subtype: a value is found by its type.
    value: PhantomData<fn(T) -> T>,
}

impl<T: 'static> ContextVar<T> {
    /// A variable that has no value anywhere.
    pub const fn new() -> Self {
        ContextVar { number: AtomicUsize::new(0), value: PhantomData }
    }

    /// Its number, by which no other is known, wherever it is moved.
    fn number(&self) -> usize {
        let known = self.number.load(Ordering::Relaxed);
        if known != 0 {
            return known;
        }
        let next = NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| next.checked_add(1));
        let new = next.expect("there are not as many variables as addresses");
        match self.number.compare_exchange(0, new, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => new,
            Err(known) => known,
        }
    }

    /// The value, if it has one here. Python: `ContextVar.get`.
    pub fn get(&self) -> Option<T>
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// Calls `f` with the value, if it has one here.
    ///
    /// `f` may do what it likes, and set the variable: the value that it was given stays until it returns.
    ///
    /// ```
    /// use antiphon::event_loop::ContextVar;
    ///
    /// static PATH: ContextVar<Vec<&str>> = ContextVar::new();
    ///
    /// assert_eq!(PATH.with(Vec::len), None);
    /// PATH.set(vec!["a", "b"]);
    /// assert_eq!(PATH.with(Vec::len), Some(2));
    /// ```
    pub fn with<R>(&self, f: impl FnOnce(&T) -> R) -> Option<R> {
        let known = self.number.load(Ordering::Relaxed);
        // Not kept any longer: who sets something meanwhile need not copy it for that.
        let value = current().get(known)?;
        Some(f(value.downcast_ref().expect("a variable's value is of its type")))
    }

    /// Gives it a value, to the end of the task, or of the innermost scope. Python: `ContextVar.set`.
    ///
    /// Tasks that are spawned from now on have it too. The value before is dropped, unless somebody else has it.
    ///
    /// ```
    /// use antiphon::event_loop::{EventLoop, ContextVar, spawn};
    ///
    /// static LEVEL: ContextVar<u8> = ContextVar::new();
    ///
    /// LEVEL.set(1);
    /// EventLoop::new().unwrap().run_until_complete(async {
    ///     let before = spawn(async { LEVEL.get() });
    ///     LEVEL.set(2);
    ///     let after = spawn(async { LEVEL.get() });
    ///     assert_eq!((before.await.unwrap(), after.await.unwrap()), (Some(1), Some(2)));
    /// }).unwrap();
    /// assert_eq!(LEVEL.get(), Some(1));
    /// ```
    pub fn set(&self, value: T) {
        let before = values::put(self.number(), Rc::new(value));
        drop(before);
    }

    /// Awaits something for which it has this value.
    ///
    /// The rest of the context is that where it is polled first. It holds whenever the body runs, that is also in its
    /// destructors, and is over when that has ended, wherever it was cut. Tokio: `LocalKey::scope`, which tasks that are spawned in
    /// it don't see.
    ///
    /// ```
    /// use antiphon::event_loop::{self, ContextVar, yield_now};
    ///
    /// static DEPTH: ContextVar<u32> = ContextVar::new();
    ///
    /// event_loop::run(async {
    ///     let inner = DEPTH.scope(2, async { DEPTH.get() });
    ///     let outer = DEPTH.scope(1, async {
    ///         assert_eq!(inner.await, Some(2));
    ///         yield_now().await;
    ///         DEPTH.get()
    ///     });
    ///     assert_eq!(outer.await, Some(1));
    ///     assert_eq!(DEPTH.get(), None);
    /// }).unwrap();
    /// ```
    ///
    /// # Cancellation
    ///
    /// It is as its body: what is told of a cancel in it is told.
    pub fn scope<F: IntoFuture>(&self, value: T, future: F) -> ContextScope<F::IntoFuture> {
        ContextScope::new(future.into_future(), self.number(), Rc::new(value))
    }

    /// Calls something for which it has this value. Python: `with VAR.set(value):`, and `Context.run`.
    ///
    /// ```
    /// use antiphon::event_loop::ContextVar;
    ///
    /// static INDENT: ContextVar<usize> = ContextVar::new();
    ///
    /// assert_eq!(INDENT.sync_scope(4, || INDENT.get()), Some(4));
    /// assert_eq!(INDENT.get(), None);
    /// ```
    pub fn sync_scope<R>(&self, value: T, f: impl FnOnce() -> R) -> R {
        values::current_and(self.number(), Rc::new(value)).run(f)
    }
}

impl<T: 'static> Default for ContextVar<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for ContextVar<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContextVar<{}>", type_name::<T>())
    }
}
