//! A task in memory: what is known of it, and its body or its outcome, in one allocation that its references count.
//!
//! A reference is one word, so that a task costs little where it is kept: by the loop, and by its handle. `Rc<dyn …>` would be
//! two, with counters of two words more in each task, and what is known of a task would be behind a call.
#![expect(unsafe_code, reason = "a task is known by the address of its header, and its outcome takes its body's place")]

use std::alloc::Layout;
use std::any::{Any, type_name};
use std::cell::{Cell, UnsafeCell};
use std::format;
use std::future::Future;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::ptr::NonNull;
use std::string::String;
use std::task::{Context, Poll};

use super::header::Header;
use super::join::JoinError;
use super::memory::{self, Memory};
use crate::event_loop::context;
use crate::event_loop::scope::{self, Polled};

/// Invariant *one at a time*: whoever touches `room` has found the header's stage not to be `Busy` and made it that, or there is
/// nobody else who could (the cell is being dropped). The stage that was found, and the one that is left behind, say what is in
/// the room; and a body stays where it is until it is dropped there.
#[repr(C)]
struct TaskCell<F: Future> {
    /// First, so that its address is the cell's.
    header: Header,
    room: UnsafeCell<Room<F>>,
}

/// An enum would have a tag of its own: a word, where the header has a byte. Both begin where it begins.
#[repr(C)]
union Room<F: Future> {
    body: ManuallyDrop<F>,
    #[allow(dead_code, reason = "it is reached by its address, and makes room for itself")]
    outcome: ManuallyDrop<Result<F::Output, JoinError>>,
}

/// What is in a task's room.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Body,
    Outcome,
    /// Nothing.
    Taken,
    /// Somebody knows.
    Busy,
}

/// What is done with a task by its type. Each asks for the address of the header of a cell of that type.
pub(super) struct Table {
    step: unsafe fn(NonNull<Header>, &mut Context<'_>) -> bool,
    step_cancelled: unsafe fn(NonNull<Header>, &mut Context<'_>) -> bool,
    cut: unsafe fn(NonNull<Header>),
    failure: unsafe fn(NonNull<Header>) -> Option<String>,
    discard: unsafe fn(NonNull<Header>) -> Option<String>,
    /// Puts an `Option<Result<F::Output, JoinError>>` where the second one points to.
    take: unsafe fn(NonNull<Header>, NonNull<()>),
    /// The second one points to a `fn(&Result<F::Output, JoinError>) -> bool`.
    peek: unsafe fn(NonNull<Header>, NonNull<()>) -> Option<bool>,
    /// The type of the body.
    body: fn() -> &'static str,
    /// The last one: nobody refers to it any more.
    free: unsafe fn(NonNull<Header>),
}

/// A task, as the loop sees it.
///
/// Invariant *a task is what its table says*: this is the address of the header of a `TaskCell` of the type that the header's
/// table is of, with the right to all of it; and it is there until as many references are dropped as `refs` says.
pub(crate) struct TaskRef(NonNull<Header>);

/// A task, as who waits for its outcome sees it: its output is `T`.
pub(crate) struct Owned<T> {
    task: TaskRef,
    output: PhantomData<fn(T) -> T>,
}

impl TaskRef {
    /// A task, for the loop and for its owner. `header` is given the table to keep.
    #[inline]
    pub(super) fn new<F: Future>(
        future: F,
        memory: &Memory,
        header: impl FnOnce(&'static Table) -> Header,
    ) -> (TaskRef, Owned<F::Output>) {
        // The memory first, so that nothing is made elsewhere and copied.
        let cell = memory.take(Layout::new::<TaskCell<F>>()).cast::<TaskCell<F>>();
        let room = UnsafeCell::new(Room { body: ManuallyDrop::new(future) });
        // SAFETY: it has this layout, and is nobody else's.
        unsafe { cell.write(TaskCell { header: header(&TaskCell::<F>::TABLE), room }) };
        let task = cell.cast();
        // Two, as its header says.
        (TaskRef(task), Owned { task: TaskRef(task), output: PhantomData })
    }

    #[inline]
    pub(crate) fn header(&self) -> &Header {
        // SAFETY: *a task is what its table says*. All that changes in a header is in cells.
        unsafe { self.0.as_ref() }
    }

    /// Runs the body to its next suspension. `true` if it has ended.
    #[inline]
    pub(crate) fn step(&self, cx: &mut Context<'_>) -> bool {
        // SAFETY: *a task is what its table says*.
        unsafe { (self.header().table.step)(self.0, cx) }
    }

    /// The same, telling it that its outermost scope is cancelled.
    #[cold]
    pub(crate) fn step_cancelled(&self, cx: &mut Context<'_>) -> bool {
        // SAFETY: *a task is what its table says*.
        unsafe { (self.header().table.step_cancelled)(self.0, cx) }
    }

    /// Drops the body where it stands.
    pub(crate) fn cut(&self) {
        context::within(self.header(), || {
            // SAFETY: *a task is what its table says*.
            unsafe { (self.header().table.cut)(self.0) }
        });
    }

    /// The message of the panic that ended it, and whether its value says that it failed.
    pub(crate) fn failure(&self) -> Option<String> {
        // SAFETY: *a task is what its table says*.
        unsafe { (self.header().table.failure)(self.0) }
    }

    /// The type of the body.
    pub(crate) fn body(&self) -> &'static str {
        (self.header().table.body)()
    }

    /// Drops the outcome, which nobody will ask for. What there is to say if its destructor panicked.
    pub(crate) fn discard(&self) -> Option<String> {
        // SAFETY: *a task is what its table says*.
        let discard = || unsafe { (self.header().table.discard)(self.0) };
        if context::is_used() { context::within(self.header(), discard) } else { discard() }
    }
}

impl Clone for TaskRef {
    #[inline]
    fn clone(&self) -> Self {
        let refs = &self.header().refs;
        // The loop, the owner and whoever runs it: there are never many.
        refs.set(refs.get().checked_add(1).expect("few refer to a task"));
        TaskRef(self.0)
    }
}

impl Drop for TaskRef {
    #[inline]
    fn drop(&mut self) {
        let refs = self.header().refs.get() - 1;
        self.header().refs.set(refs);
        if refs == 0 {
            // SAFETY: *a task is what its table says*, and this was the last reference.
            unsafe { (self.header().table.free)(self.0) }
        }
    }
}

impl<T> Owned<T> {
    #[inline]
    pub(crate) fn task(&self) -> &TaskRef {
        &self.task
    }

    /// The outcome, once.
    #[inline]
    pub(crate) fn take(&self) -> Option<Result<T, JoinError>> {
        let mut outcome: Option<Result<T, JoinError>> = None;
        // SAFETY: *a task is what its table says*; only `TaskRef::new` makes an owner, for the type of its future's output.
        unsafe { (self.task.header().table.take)(self.task.0, NonNull::from(&mut outcome).cast()) };
        outcome
    }

    /// What a function of ours says of the outcome, if that is there.
    pub(crate) fn peek(&self, look: fn(&Result<T, JoinError>) -> bool) -> Option<bool> {
        // SAFETY: as in `take`; the function is one of its outcomes.
        unsafe { (self.task.header().table.peek)(self.task.0, NonNull::from(&look).cast()) }
    }
}

/// The right to touch a room.
struct Busy<'c> {
    left: &'c Cell<Stage>,
    /// What is in it.
    stage: Stage,
}

impl Drop for Busy<'_> {
    #[inline]
    fn drop(&mut self) {
        self.left.set(self.stage);
    }
}

impl<F: Future> TaskCell<F> {
    const TABLE: Table = Table {
        step: |task, cx| {
            // SAFETY: what the table asks for.
            unsafe { Self::at(&task) }.step(|body| match scope::poll_outermost(body, cx) {
                Poll::Ready(value) => Polled::Ready(value),
                Poll::Pending => Polled::Pending,
            })
        },
        step_cancelled: |task, cx| {
            // SAFETY: what the table asks for.
            let cell = unsafe { Self::at(&task) };
            cell.step(|body| cell.poll_cancelled(body, cx))
        },
        // SAFETY: what the table asks for.
        cut: |task| unsafe { Self::at(&task) }.cut(),
        // SAFETY: what the table asks for.
        failure: |task| unsafe { Self::at(&task) }.failure(),
        // SAFETY: what the table asks for.
        discard: |task| unsafe { Self::at(&task) }.discard(),
        take: |task, to| {
            // SAFETY: what the table asks for.
            let outcome = unsafe { Self::at(&task) }.take();
            // SAFETY: it points to an option of this type, which is `None`.
            unsafe { to.cast().write(outcome) };
        },
        peek: |task, look| {
            // SAFETY: it points to such a function.
            let look = unsafe { look.cast::<fn(&Result<F::Output, JoinError>) -> bool>().read() };
            // SAFETY: what the table asks for.
            unsafe { Self::at(&task) }.peek(look)
        },
        body: type_name::<F>,
        free: |task| {
            let freed = Freed::<F>(task.cast());
            // SAFETY: what the table asks for, and nobody else has it.
            unsafe { freed.0.drop_in_place() };
        },
    };

    /// # Safety
    ///
    /// The address is that of the header of a cell of this type, with the right to all of it, as long as it is borrowed.
    #[inline]
    unsafe fn at(task: &NonNull<Header>) -> &Self {
        // SAFETY: what this function asks for, and the header is the first field of a C struct.
        unsafe { task.cast::<Self>().as_ref() }
    }

    /// If that is what is in the room.
    #[inline]
    fn enter(&self, stage: Stage) -> Option<Busy<'_>> {
        let left = &self.header.stage;
        (left.get() == stage).then(|| {
            left.set(Stage::Busy);
            Busy { left, stage }
        })
    }

    const fn body(&self) -> *mut F {
        self.room.get().cast()
    }

    const fn outcome(&self) -> *mut Result<F::Output, JoinError> {
        self.room.get().cast()
    }

    /// Puts the outcome where the body is. A destructor that panics makes a panic of it.
    fn end(&self, busy: &mut Busy<'_>, outcome: Result<F::Output, JoinError>) {
        busy.stage = Stage::Taken;
        let dropped = catch_unwind(AssertUnwindSafe(|| {
            // SAFETY: *one at a time*. The body was there, is dropped where it is, and not again, also if that unwinds.
            unsafe { self.body().drop_in_place() };
        }));
        let outcome = match dropped {
            Ok(()) => outcome,
            Err(payload) => {
                // The value must not be lost by a second panic.
                Err(JoinError::panicked(payload))
            }
        };
        // SAFETY: *one at a time*. Nothing is there any more.
        unsafe { self.outcome().write(outcome) };
        busy.stage = Stage::Outcome;
    }

    #[inline]
    fn step(&self, poll: impl FnOnce(Pin<&mut F>) -> Polled<F::Output>) -> bool {
        let Some(mut busy) = self.enter(Stage::Body) else { return self.header.stage.get() != Stage::Busy };
        // SAFETY: *one at a time*, and this is what is there.
        let body = unsafe { &mut *self.body() };
        // SAFETY: it stays in its allocation until it is dropped there, by `end` or with the cell.
        let body = unsafe { Pin::new_unchecked(body) };
        let outcome = match catch_unwind(AssertUnwindSafe(|| poll(body))) {
            Ok(Polled::Pending) => return false,
            Ok(Polled::Ready(value)) => Ok(value),
            Ok(Polled::Unobserved) => Err(JoinError::cancelled()),
            Err(payload) => Err(JoinError::panicked(payload)),
        };
        self.end(&mut busy, outcome);
        true
    }

    fn poll_cancelled(&self, body: Pin<&mut F>, cx: &mut Context<'_>) -> Polled<F::Output> {
        let asked = self.header.asked();
        let polled = scope::poll(body, cx, "task", scope::Kind::Observer, true, &asked);
        if let Polled::Pending = polled {
            self.header.remember(asked);
        }
        polled
    }

    fn cut(&self) {
        if let Some(mut busy) = self.enter(Stage::Body) {
            self.end(&mut busy, Err(JoinError::cancelled()));
        }
    }

    fn failure(&self) -> Option<String> {
        let _busy = self.enter(Stage::Outcome)?;
        // SAFETY: *one at a time*, and this is what is there.
        match unsafe { &*self.outcome() } {
            Ok(value) => super::join::failed(value),
            Err(error) => error.panic_message().map(|message| format!("panicked: {message}")),
        }
    }

    fn peek(&self, look: fn(&Result<F::Output, JoinError>) -> bool) -> Option<bool> {
        let _busy = self.enter(Stage::Outcome)?;
        // SAFETY: *one at a time*, and this is what is there.
        Some(look(unsafe { &*self.outcome() }))
    }

    fn discard(&self) -> Option<String> {
        let outcome = self.take();
        let payload = catch_unwind(AssertUnwindSafe(|| drop(outcome))).err()?;
        Some(format!("panicked when its value was dropped: {}", message(&*payload)))
    }

    #[inline]
    fn take(&self) -> Option<Result<F::Output, JoinError>> {
        let mut busy = self.enter(Stage::Outcome)?;
        busy.stage = Stage::Taken;
        // SAFETY: *one at a time*, this is what is there, and it is not used again.
        Some(unsafe { self.outcome().read() })
    }
}

/// A cell that is over, but for its memory: that is given back also if the last that was in it panics.
struct Freed<F: Future>(NonNull<TaskCell<F>>);

impl<F: Future> Drop for Freed<F> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: it was taken with this layout by `TaskRef::new`, and nobody refers to the task any more.
        unsafe { memory::give(self.0.cast(), Layout::new::<TaskCell<F>>()) };
    }
}

impl<F: Future> Drop for TaskCell<F> {
    #[inline]
    fn drop(&mut self) {
        match self.header.stage.get() {
            // SAFETY: this is what is there, and nobody uses it again.
            Stage::Body => unsafe { self.body().drop_in_place() },
            // SAFETY: the same.
            Stage::Outcome => unsafe { self.outcome().drop_in_place() },
            Stage::Taken | Stage::Busy => {}
        }
    }
}

/// What a panic said.
pub(crate) fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("its message is no text")
}
