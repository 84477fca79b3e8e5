//! The protocol: what a coroutine can be asked to do, and what it answers.

use core::pin::Pin;

use crate::error::{refuse_resume, refuse_run, refuse_send, refuse_start};
use crate::{CloseError, Closed, SendError, StartError, Status, Suspension};

/// What a coroutine did when it was resumed, as `core::ops::CoroutineState`.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = &'static str)]
/// fn greeting() -> usize {
///     yield_!("hello");
///     5
/// }
///
/// let mut c = pin!(greeting());
/// assert_eq!(c.resume(), Yielded("hello"));
/// assert_eq!(c.resume(), Complete(5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CoroutineState<Y, R> {
    /// It yielded a value and waits for another.
    Yielded(Y),
    /// It returned. This is the only time the return value is given.
    Complete(R),
}

impl<Y, R> CoroutineState<Y, R> {
    /// The yielded value, if it yielded.
    ///
    /// ```
    /// use antiphon::CoroutineState::{self, *};
    ///
    /// assert_eq!(Yielded::<u8, ()>(1).yielded(), Some(1));
    /// assert_eq!(Complete::<u8, ()>(()).yielded(), None);
    /// ```
    #[inline]
    pub fn yielded(self) -> Option<Y> {
        match self {
            CoroutineState::Yielded(value) => Some(value),
            CoroutineState::Complete(_) => None,
        }
    }

    /// The return value, if it returned.
    ///
    /// ```
    /// use antiphon::CoroutineState::{self, *};
    ///
    /// assert_eq!(Complete::<(), u8>(1).complete(), Some(1));
    /// assert_eq!(Yielded::<(), u8>(()).complete(), None);
    /// ```
    #[inline]
    pub fn complete(self) -> Option<R> {
        match self {
            CoroutineState::Yielded(_) => None,
            CoroutineState::Complete(value) => Some(value),
        }
    }
}

/// A function that pauses: it yields values, is sent values, and returns.
///
/// `#[antiphon::coroutine]` makes functions that return one. The methods to call are [`start`](Self::start),
/// [`send`](Self::send), [`try_send`](Self::try_send) and [`status`](Self::status), on a pinned coroutine
/// (`pin!(f())`, `Box::pin(f())`). A coroutine that is sent `()` can be [`resume`](Self::resume)d without saying so,
/// and a [`Generator`](crate::Generator) that is sent `()` is an `Iterator` when pinned, which ignores what it returns. One that is sent anything else
/// is no iterator: somebody has to say what.
///
/// The protocol is that of PEP 342.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = u64, send = u64)]
/// fn double_number(mut number: u64) {
///     while number < 5000 {
///         number *= 2;
///         number = yield_!(number);
///     }
/// }
///
/// /// Sends each value of a list, and collects what comes back.
/// fn converse<C>(mut c: C, values: &[u64]) -> Vec<u64>
/// where
///     C: Coroutine<Yield = u64, Send = u64> + Unpin,
/// {
///     let mut heard: Vec<u64> = c.start().yielded().into_iter().collect();
///     heard.extend(values.iter().map_while(|&value| c.send(value).yielded()));
///     heard
/// }
///
/// assert_eq!(converse(pin!(double_number(4)), &[5, 1500, 3]), [8, 10, 3000, 6]);
/// ```
///
/// A coroutine that never returns says so with [`Infallible`](core::convert::Infallible), and its driver need not ask:
///
/// ```
/// # use antiphon::prelude::*;
/// use std::convert::Infallible;
///
/// #[antiphon::coroutine(yield = u32, send = u32)]
/// fn total() -> Infallible {
///     let mut total = 0;
///     loop {
///         total += yield_!(total);
///     }
/// }
///
/// let mut c = Box::pin(total());
/// c.start();
/// let Yielded(total) = c.send(5);
/// assert_eq!(total, 5);
/// ```
///
/// # Stages of a pipeline
///
/// A function that takes a coroutine which is sent nothing, and passes on what it returns, has this form. Each stage is
/// pinned by a `let` of its own.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = u32)]
/// fn numbers() -> &'static str {
///     yield_from!(1..=4);
///     "done"
/// }
///
/// #[antiphon::coroutine(yield = u32)]
/// fn squares<R>(mut input: impl Coroutine<Yield = u32, Send = (), Return = R> + Unpin) -> R {
///     loop {
///         match input.resume() {
///             Yielded(n) => yield_!(n * n),
///             Complete(end) => return end,
///         }
///     }
/// }
///
/// let numbers = pin!(numbers());
/// let mut squares = pin!(squares(numbers));
/// let mut sum = 0;
/// assert_eq!(squares.run(|n| sum += n), "done");
/// assert_eq!(sum, 30);
/// ```
///
/// # Implementing it
///
/// The `resume_…` methods are the primitives, for those who write adapters. They answer `None`, and do nothing,
/// when the coroutine is in another status than they ask for.
#[must_use = "a coroutine does nothing until it is started"]
pub trait Coroutine {
    /// What it yields.
    type Yield;
    /// What it is sent: the value of a `yield_!` expression.
    type Send;
    /// What it returns in the end.
    type Return;

    /// Where the coroutine is in its life.
    fn status(&self) -> Status;

    /// Runs a coroutine that is `Created` to its first `yield`, or to its end. `None` in any other status.
    ///
    /// Everyday code calls [`start`](Self::start).
    fn resume_start(self: Pin<&mut Self>) -> Option<CoroutineState<Self::Yield, Self::Return>>;

    /// Hands a value to a coroutine that is `Suspended` and runs it to its next `yield`, or to its end. `None` in any
    /// other status, and then the value is dropped.
    ///
    /// Everyday code calls [`send`](Self::send) or [`try_send`](Self::try_send).
    fn resume_send(self: Pin<&mut Self>, value: Self::Send) -> Option<CoroutineState<Self::Yield, Self::Return>>;

    /// [Starts](Self::resume_start) a coroutine that is `Created`, and then drops `value`; [sends](Self::resume_send)
    /// `value` to one that is `Suspended`. `None` in any other status.
    ///
    /// Everyday code calls [`resume`](Self::resume), on a coroutine that is sent `()`.
    fn resume_next(self: Pin<&mut Self>, value: Self::Send) -> Option<CoroutineState<Self::Yield, Self::Return>> {
        match self.status() {
            Status::Created => self.resume_start(),
            _ => self.resume_send(value),
        }
    }

    /// Ends the coroutine. See [`close`](Self::close), which everyday code calls.
    ///
    /// # Errors
    ///
    /// As [`close`](Self::close).
    fn resume_close(self: Pin<&mut Self>) -> Result<Closed<Self::Return>, CloseError<Self::Yield>>;

    /// Where a coroutine that is `Suspended` stands, `level` delegations further in: at level 0 is the `yield_!` or the
    /// `yield_from!` of its own body. `None` if it stands less deep, or is in another status. Nothing runs.
    ///
    /// Those who implement the trait and know nothing about it leave it as it is. Everyday code calls
    /// [`suspended_at`](Self::suspended_at) or [`backtrace`](Self::backtrace).
    fn suspension(self: Pin<&mut Self>, level: usize) -> Option<Suspension> {
        let _ = level;
        None
    }

    /// Tells `see` all of them, the outermost first.
    fn trace(mut self: Pin<&mut Self>, see: &mut dyn FnMut(Suspension)) {
        let mut level = 0;
        while let Some(at) = self.as_mut().suspension(level) {
            see(at);
            level += 1;
        }
    }

    /// Runs the coroutine to its first `yield`, or to its end. Python writes `send(None)`.
    ///
    /// # Panics
    ///
    /// If it has been started before.
    #[inline]
    #[track_caller]
    fn start(&mut self) -> CoroutineState<Self::Yield, Self::Return>
    where
        Self: Unpin + Sized,
    {
        match Pin::new(&mut *self).resume_start() {
            Some(state) => state,
            None => refuse_start(self.status()),
        }
    }

    /// As [`start`](Self::start), but answers misuse with an error.
    ///
    /// # Errors
    ///
    /// If it has been started before.
    #[inline]
    fn try_start(&mut self) -> Result<CoroutineState<Self::Yield, Self::Return>, StartError>
    where
        Self: Unpin + Sized,
    {
        match Pin::new(&mut *self).resume_start() {
            Some(state) => Ok(state),
            None => Err(StartError::new(self.status())),
        }
    }

    /// Hands `value` to the `yield` at which the coroutine stands and runs it to its next `yield`, or to its end.
    ///
    /// # Panics
    ///
    /// If it has not been started, or has finished, or has panicked. [`try_send`](Self::try_send) gives the value
    /// back instead.
    #[inline]
    #[track_caller]
    fn send(&mut self, value: Self::Send) -> CoroutineState<Self::Yield, Self::Return>
    where
        Self: Unpin + Sized,
    {
        match Pin::new(&mut *self).resume_send(value) {
            Some(state) => state,
            None => refuse_send(self.status()),
        }
    }

    /// As [`send`](Self::send), but answers misuse with an error that gives the value back. The coroutine is then as
    /// it was before.
    ///
    /// # Errors
    ///
    /// If it has not been started, or has finished, or has panicked.
    #[inline]
    fn try_send(
        &mut self,
        value: Self::Send,
    ) -> Result<CoroutineState<Self::Yield, Self::Return>, SendError<Self::Send>>
    where
        Self: Unpin + Sized,
    {
        match self.status() {
            Status::Suspended => Ok(self.send(value)),
            status => Err(SendError::new(value, status)),
        }
    }

    /// Starts or goes on: Python's `next()`, with the return value kept.
    ///
    /// ```
    /// use antiphon::prelude::*;
    /// use std::pin::pin;
    ///
    /// #[antiphon::coroutine(yield = char)]
    /// fn letters() -> usize {
    ///     yield_from!("ab".chars());
    ///     2
    /// }
    ///
    /// let mut c = pin!(letters());
    /// assert_eq!([c.resume(), c.resume(), c.resume()], [Yielded('a'), Yielded('b'), Complete(2)]);
    /// ```
    ///
    /// # Panics
    ///
    /// If it has finished or has panicked.
    #[inline]
    #[track_caller]
    fn resume(&mut self) -> CoroutineState<Self::Yield, Self::Return>
    where
        Self: Coroutine<Send = ()> + Unpin + Sized,
    {
        match Pin::new(&mut *self).resume_next(()) {
            Some(state) => state,
            None => refuse_resume(self.status()),
        }
    }

    /// Starts the coroutine, answers everything that it yields, and gives what it returns.
    ///
    /// ```
    /// use antiphon::prelude::*;
    /// use std::pin::pin;
    ///
    /// #[antiphon::coroutine(yield = &'static str, send = u32)]
    /// fn area() -> u32 {
    ///     yield_!("width") * yield_!("height")
    /// }
    ///
    /// assert_eq!(pin!(area()).run(|question| question.len() as u32), 30);
    /// ```
    ///
    /// # Panics
    ///
    /// If it has been started before.
    #[inline]
    #[track_caller]
    fn run(&mut self, mut answer: impl FnMut(Self::Yield) -> Self::Send) -> Self::Return
    where
        Self: Unpin + Sized,
    {
        let mut state = match Pin::new(&mut *self).resume_start() {
            Some(state) => state,
            None => refuse_run(self.status()),
        };
        loop {
            match state {
                CoroutineState::Yielded(value) => state = self.send(answer(value)),
                CoroutineState::Complete(value) => return value,
            }
        }
    }

    /// Ends the coroutine. Afterwards it has finished, and its locals and arguments are dropped, the youngest first.
    ///
    /// A body with `close` in its attribute sees it: the `yield_!` at which it stands evaluates to
    /// `Err(`[`GeneratorExit`](crate::GeneratorExit)`)`, and it may clean up and return. `Ok(Some(_))` is what it returned.
    /// Every other body is dropped where it stands: `Ok(None)`. So is, in effect, one that has not started, and of one that
    /// has ended before, or has panicked, there is nothing left to close.
    ///
    /// A coroutine to which the body delegates is closed first. What it returns is not this one's, unless it fails, that is,
    /// returns the `Err` of a `Result`: then the body goes on with that at its `yield_from!`. Dropping a coroutine is no close: no body sees it.
    ///
    /// Source: PEP 342, with the return value that Python gives since 3.13.
    ///
    /// ```
    /// use antiphon::prelude::*;
    /// use std::pin::pin;
    ///
    /// #[antiphon::coroutine(send = char, close)]
    /// fn collect() -> String {
    ///     let mut text = String::new();
    ///     while let Ok(c) = yield_!() {
    ///         text.push(c);
    ///     }
    ///     text
    /// }
    ///
    /// let mut c = pin!(collect());
    /// c.start();
    /// c.send('h');
    /// c.send('i');
    /// assert_eq!(c.close(), Ok(Some("hi".to_string())));
    /// assert_eq!(c.close(), Ok(None));
    /// ```
    ///
    /// # Errors
    ///
    /// If the body yields instead of ending; it is dropped then. If it is running, because it closes itself through a
    /// [`Shared`](crate::Shared) handle.
    #[inline]
    fn close(&mut self) -> Result<Option<Self::Return>, CloseError<Self::Yield>>
    where
        Self: Unpin + Sized,
    {
        Pin::new(self).resume_close().map(Closed::into_returned)
    }

    /// Where the coroutine is suspended: the innermost `yield_!`, in whichever coroutine it stands that this one has
    /// delegated to. `None` if it is not suspended.
    ///
    /// It costs a poll of the body, and a coroutine that is never asked pays nothing. Python has it as `gi_frame` and
    /// `gi_yieldfrom`. [`Suspension`] has an example.
    fn suspended_at(&mut self) -> Option<Suspension>
    where
        Self: Unpin + Sized,
    {
        let mut innermost = None;
        Pin::new(self).trace(&mut |at| innermost = Some(at));
        innermost
    }

    /// The chain of delegations at which the coroutine is suspended, the outermost first, and then its `yield_!`. Empty if
    /// it is not suspended. [`Suspension`] has an example.
    #[cfg(feature = "alloc")]
    fn backtrace(&mut self) -> alloc::vec::Vec<Suspension>
    where
        Self: Unpin + Sized,
    {
        let mut chain = alloc::vec::Vec::new();
        Pin::new(self).trace(&mut |at| chain.push(at));
        chain
    }
}
