//! Handles to tasks.

use std::any::{Any, type_name};
use std::boxed::Box;
use std::error::Error;
use std::fmt;
use std::format;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::string::String;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use super::cell::{Owned, message};
use super::header::{Header, State, TaskId};
use crate::event_loop::as_completed::Place;
use crate::event_loop::callback::DoneCallback;
use crate::event_loop::debug;
use crate::event_loop::entry::Entry;
use crate::event_loop::remote::{Counted, Message};
use crate::event_loop::report;
use crate::event_loop::{LoopClosed, current};

/// A task: the future of its outcome.
///
/// Dropping it lets the task go on; if the task then fails, the loop [reports](crate::event_loop::Report) it.
///
/// # Cancellation
///
/// Who is cancelled while it waits for a task does not cancel the task. Cancel it by this handle.
///
/// ```
/// use antiphon::event_loop::{self, spawn};
///
/// event_loop::run(async {
///     let task = spawn(async { 6 * 7 }).named("answer");
///     assert_eq!(task.name().as_deref(), Some("answer"));
///     assert!(!task.is_finished());
///     assert_eq!(task.await.unwrap(), 42);
/// }).unwrap();
/// ```
pub struct JoinHandle<T> {
    /// `None` if the loop was closed when it was spawned.
    task: Option<Owned<T>>,
}

impl<T> JoinHandle<T> {
    pub(crate) fn new(task: Option<Owned<T>>) -> Self {
        JoinHandle { task }
    }

    #[inline]
    pub(crate) fn header(&self) -> Option<&Header> {
        self.task.as_ref().map(|owned| owned.task().header())
    }

    /// Gives the task a name, for reports and dumps.
    #[must_use = "the handle is the task's owner"]
    pub fn named(self, name: impl Into<Rc<str>>) -> Self {
        self.set_name(name);
        self
    }

    /// Gives the task a name, for reports and dumps.
    pub fn set_name(&self, name: impl Into<Rc<str>>) {
        // Not while it is borrowed: what makes a name of it may be anything.
        let name = name.into();
        if let Some(header) = self.header() {
            header.extra_mut(|extra| extra.name = Some(name));
        }
    }

    /// The name it was given.
    pub fn name(&self) -> Option<Rc<str>> {
        self.header()?.name()
    }

    /// The number of the task; `None` if it was spawned on a loop that is closed.
    pub fn id(&self) -> Option<TaskId> {
        self.header().map(|header| TaskId(header.key()))
    }

    /// The task that waits for the group in which this one was spawned, if there is one.
    pub fn parent(&self) -> Option<TaskId> {
        self.header()?.parent()
    }

    /// Whether the task has ended: by its return, a panic or a cancel.
    pub fn is_finished(&self) -> bool {
        self.header().is_none_or(|header| header.state().is(State::ENDED))
    }

    /// Cancels the task: its outermost scope. See [`cancellable`](crate::event_loop::cancellable) for what that means to its
    /// body; a task that has not started will not. `false` if it has ended.
    ///
    /// The task is told at its next step, not here. Await the handle to wait until it has ended.
    pub fn cancel(&self) -> bool {
        let Some(header) = self.header().filter(|header| !header.state().is(State::ENDED)) else { return false };
        if let Some(core) = current::find(header.of()) {
            core.cancel(header.key());
        }
        true
    }

    /// What cancels the task from any thread.
    ///
    /// # Errors
    ///
    /// If the loop is closed.
    pub fn cancel_handle(&self) -> Result<CancelHandle, LoopClosed<()>> {
        let header = self.header().ok_or(LoopClosed(()))?;
        let core = current::find(header.of()).ok_or(LoopClosed(()))?;
        Ok(CancelHandle { remote: Counted::handle(core.remote()), task: TaskId(header.key()) })
    }

    /// The outcome, if the task has ended and nobody has taken it yet.
    #[inline]
    pub fn try_join(&mut self) -> Option<Result<T, JoinError>> {
        // One that never ran has nobody to remember that this was asked before.
        let Some(owned) = &self.task else { return Some(Err(JoinError::cancelled())) };
        let header = owned.task().header();
        if !header.state().is(State::ENDED) {
            return None;
        }
        let outcome = owned.take()?;
        header.set(State::TAKEN);
        Some(outcome)
    }

    /// Has the loop call `f` when the task has ended: in the turn after, in the order of these calls. If it has ended
    /// already, in the next turn.
    ///
    /// Python: `Task.add_done_callback`.
    pub fn add_done_callback(&self, f: impl FnOnce() + 'static) -> DoneCallback {
        let (f, callback) = DoneCallback::new(f);
        match self.header() {
            Some(header) if !header.state().is(State::ENDED) => header.extra_mut(|extra| extra.callbacks.push(f)),
            // On a loop that is closed nothing is called.
            header => drop(header.and_then(|header| current::find(header.of())).map(|core| core.call_soon(f))),
        }
        callback
    }

    /// Has the loop tell it there when the task has ended, and nowhere else any more. If it has, it is told here.
    pub(crate) fn tell_at_end(&self, place: Place) {
        match self.header().filter(|header| !header.state().is(State::ENDED)) {
            Some(header) => drop(header.extra_mut(|extra| extra.place.replace(place))),
            None => place.tell(),
        }
    }

    /// What a function of ours says of the outcome, if the task has ended. One that was taken is as good as none.
    pub(crate) fn peek(&self, look: fn(&Result<T, JoinError>) -> bool) -> Option<bool> {
        let ended = self.is_finished();
        ended.then(|| {
            self.task.as_ref().and_then(|task| task.peek(look)).unwrap_or_else(|| look(&Err(JoinError::cancelled())))
        })
    }

    /// Wakes whoever polls when the task has ended.
    #[inline]
    pub(crate) fn wake_at_end(&self, cx: &Context<'_>) {
        if let Some(header) = self.header() {
            header.join(cx);
        }
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[inline]
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(outcome) = self.try_join() {
            return Poll::Ready(outcome);
        }
        let taken = self.header().is_some_and(|header| header.state().is(State::TAKEN));
        assert!(!taken, "the outcome of this task was taken already; keep it instead of asking twice");
        self.wake_at_end(cx);
        debug::awaits_task(|| self.id());
        Poll::Pending
    }
}

impl<T> Drop for JoinHandle<T> {
    #[inline]
    fn drop(&mut self) {
        let Some(owned) = &self.task else { return };
        let header = owned.task().header();
        if header.state().is(State::TAKEN) {
            return;
        }
        drop(header.take_joiner());
        header.set(State::UNOWNED);
        if header.state().is(State::ENDED) {
            report::unjoined(header, || owned.task().failure());
        }
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JoinHandle").field(&self.header()).finish()
    }
}

/// Cancels a task from any thread. See [`JoinHandle::cancel_handle`].
#[derive(Clone, Debug)]
pub struct CancelHandle {
    remote: Counted,
    task: TaskId,
}

impl CancelHandle {
    /// Asks the loop to cancel the task, which happens on the loop's thread. A task that has ended stays as it is.
    ///
    /// # Errors
    ///
    /// If the loop is closed.
    pub fn cancel(&self) -> Result<(), LoopClosed<()>> {
        let message = Message::Cancel(Entry::task(self.task.0));
        self.remote.remote().tell(message).map_err(|_| LoopClosed(()))
    }
}

/// Why a task, or [work on another thread](crate::event_loop::Job), has no value.
pub struct JoinError(Why);

enum Why {
    Cancelled,
    Panicked(Box<Panic>),
    /// The system had no thread for it.
    Refused(io::Error),
}

/// What a panic said, and threw.
struct Panic {
    message: Box<str>,
    /// Locked for nobody: so the error can be shared between threads, as errors are expected to be.
    payload: Mutex<Box<dyn Any + Send>>,
}

impl JoinError {
    pub(crate) fn cancelled() -> Self {
        JoinError(Why::Cancelled)
    }

    pub(crate) fn panicked(payload: Box<dyn Any + Send>) -> Self {
        let message = message(&*payload).into();
        JoinError(Why::Panicked(Box::new(Panic { message, payload: Mutex::new(payload) })))
    }

    pub(crate) fn refused(error: io::Error) -> Self {
        JoinError(Why::Refused(error))
    }

    /// Whether the task was cancelled, and dropped where it stood.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.0, Why::Cancelled)
    }

    /// Whether the task panicked.
    pub fn is_panic(&self) -> bool {
        matches!(self.0, Why::Panicked(_))
    }

    /// What the panic said.
    pub fn panic_message(&self) -> Option<&str> {
        match &self.0 {
            Why::Cancelled | Why::Refused(_) => None,
            Why::Panicked(panic) => Some(&panic.message),
        }
    }

    /// The panic's payload, for [`resume_unwind`](std::panic::resume_unwind).
    ///
    /// # Errors
    ///
    /// The error itself, if it was none.
    pub fn into_panic(self) -> Result<Box<dyn Any + Send>, JoinError> {
        match self.0 {
            Why::Panicked(panic) => Ok(panic.payload.into_inner().unwrap_or_else(PoisonError::into_inner)),
            _ => Err(self),
        }
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Why::Cancelled => f.write_str("the task was cancelled"),
            Why::Panicked(panic) => write!(f, "the task panicked: {}", panic.message),
            Why::Refused(error) => write!(f, "the system has no thread for it: {error}"),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Why::Cancelled => f.write_str("Cancelled"),
            Why::Panicked(panic) => f.debug_tuple("Panicked").field(&panic.message).finish(),
            Why::Refused(error) => f.debug_tuple("Refused").field(error).finish(),
        }
    }
}

impl Error for JoinError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Why::Refused(error) => Some(error),
            _ => None,
        }
    }
}

/// Whether a value says that its task failed: whether it is an `Err`. The type need not have any bounds, so what it says
/// cannot be told.
pub(crate) fn failed<T>(value: &T) -> Option<String> {
    let name = type_name::<T>();
    // Both texts are for people. So this may overlook an error in another version of the compiler, and no more than that.
    let is_err = name.starts_with("core::result::Result<")
        && format!("{:?}", std::mem::discriminant(value)) == "Discriminant(1)";
    is_err.then(|| format!("returned an `Err` of `{name}`"))
}
