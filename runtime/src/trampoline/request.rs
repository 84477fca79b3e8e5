//! What a task may ask of its trampoline: the only boundary between the two.

use alloc::boxed::Box;
use core::any::Any;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use super::task::{Frame, Outcome};
use crate::handle::Suspend;
use crate::{Coroutine, Generator};

/// What coroutines yield that run on a [`Trampoline`](super::Trampoline): `yield = Request<'static, Q, A>`.
///
/// [`ask`], [`call`], [`pass`] and [`stop`] make them. `Q` is what the coroutines ask, `A` what they are answered, and
/// `'a` how long what they borrow lives: `Request<'static>` is enough for coroutines that borrow nothing and ask
/// nothing.
///
/// ```
/// use antiphon::trampoline::{Reply, Request, Trampoline, pass};
///
/// #[antiphon::coroutine(yield = Request<'a>, send = Reply)]
/// fn shortest<'a>(words: &'a [String]) -> Option<&'a str> {
///     yield_from!(pass());
///     words.iter().map(String::as_str).min_by_key(|word| word.len())
/// }
///
/// let words = ["yield", "send", "throw"].map(String::from);
/// let mut trampoline = Trampoline::new();
/// trampoline.add(shortest(&words));
/// assert_eq!(trampoline.run(|()| ()).remove(0).result.unwrap(), Some("send"));
/// ```
#[must_use = "a request does nothing until it is yielded"]
pub struct Request<'a, Q = (), A = ()>(pub(super) Trap<'a, Q, A>);

pub(super) enum Trap<'a, Q, A> {
    Ask(Q),
    Call(Frame<'a, Q, A>),
    Pass,
    Stop,
}

impl<Q, A> fmt::Debug for Request<'_, Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Trap::Ask(_) => "Request::Ask",
            Trap::Call(_) => "Request::Call",
            Trap::Pass => "Request::Pass",
            Trap::Stop => "Request::Stop",
        })
    }
}

/// What such coroutines are sent: `send = Reply<A>`.
pub struct Reply<A = ()>(Inner<A>);

enum Inner<A> {
    Answer(A),
    Done,
    Unanswered,
    Panicked(Box<dyn Any + Send>),
}

impl<A> Reply<A> {
    /// The request has been carried out.
    pub(super) const DONE: Self = Reply(Inner::Done);
    /// The handler panicked.
    pub(super) const UNANSWERED: Self = Reply(Inner::Unanswered);

    pub(super) fn answer(answer: A) -> Self {
        Reply(Inner::Answer(answer))
    }

    /// The called coroutine panicked.
    pub(super) fn panicked(payload: Box<dyn Any + Send>) -> Self {
        Reply(Inner::Panicked(payload))
    }

    fn into_answer(self) -> A {
        match self.0 {
            Inner::Answer(answer) => answer,
            Inner::Unanswered => panic!("the trampoline's handler panicked over this question"),
            Inner::Done | Inner::Panicked(_) => wrong_driver(),
        }
    }

    fn into_done(self) {
        match self.0 {
            Inner::Done => {}
            Inner::Panicked(payload) => unwind(payload),
            Inner::Answer(_) | Inner::Unanswered => wrong_driver(),
        }
    }
}

impl<A> fmt::Debug for Reply<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").finish_non_exhaustive()
    }
}

/// Asks the handler given to [`Trampoline::run`](super::Trampoline::run): `let answer = yield_from!(ask(question));`
///
/// The example of the [module](super) shows it.
///
/// # Panics
///
/// In the coroutine that asks, if the handler panicked over the question.
pub fn ask<'a, Q, A>(question: Q) -> Generator<Request<'a, Q, A>, Reply<A>, impl Future<Output = A>> {
    Generator::from_port(|port| async move { Reply::into_answer(port.suspend(Request(Trap::Ask(question))).await) })
}

/// Calls another coroutine of the same kind: `let value = yield_from!(call(coroutine));` It runs in the caller's place,
/// as a frame of its own, and the value is what it returns.
///
/// `yield_from!(coroutine)` without the `call` means the same and is faster, but makes the callee a part of the caller:
/// it cannot recurse, and deep chains cost native stack and time. A call costs two allocations. What is called lives on
/// its own, so it may borrow what the trampoline's tasks may, but not the locals of its caller; `yield_from!` without
/// the `call` may.
///
/// ```
/// use antiphon::trampoline::{Reply, Request, Trampoline, call};
///
/// #[antiphon::coroutine(yield = Request<'static>, send = Reply)]
/// fn factorial(n: u64) -> u64 {
///     if n == 0 { 1 } else { n * yield_from!(call(factorial(n - 1))) }
/// }
///
/// let mut trampoline = Trampoline::new();
/// trampoline.add(factorial(10));
/// assert_eq!(trampoline.run(|()| ()).remove(0).result.unwrap(), 3_628_800);
/// ```
///
/// # Panics
///
/// If the coroutine has been started before; and in the caller, if the called coroutine panics, with the same payload.
#[track_caller]
pub fn call<'a, Q, A, C>(coroutine: C) -> Generator<Request<'a, Q, A>, Reply<A>, Call<'a, Q, A, C::Return>>
where
    C: Coroutine<Yield = Request<'a, Q, A>, Send = Reply<A>> + 'a,
    C::Return: 'a,
{
    let outcome = Outcome::default();
    let frame = Frame::new(coroutine, outcome.clone());
    Generator::from_port(|port| Call { suspend: port.suspend(Request(Trap::Call(frame))), outcome })
}

/// The body of [`call`]. It has a name so that a coroutine can call itself.
pub struct Call<'a, Q, A, T> {
    suspend: Suspend<Request<'a, Q, A>, Reply<A>>,
    outcome: Outcome<T>,
}

impl<Q, A, T> Future for Call<'_, Q, A, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        ready!(Pin::new(&mut self.suspend).poll(cx)).into_done();
        Poll::Ready(self.outcome.take().unwrap_or_else(|| wrong_driver()))
    }
}

impl<Q, A, T> fmt::Debug for Call<'_, Q, A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}

/// Lets the other tasks have their turn: `yield_from!(pass());`
///
/// [`Trampoline::run_to_next`](super::Trampoline::run_to_next) shows it.
pub fn pass<'a, Q, A>() -> Generator<Request<'a, Q, A>, Reply<A>, impl Future<Output = ()>> {
    Generator::from_port(|port| async move { Reply::<A>::into_done(port.suspend(Request(Trap::Pass)).await) })
}

/// Ends the run after this step: `yield_from!(stop());` The task itself goes on with the next run.
///
/// ```
/// use antiphon::trampoline::{Reply, Request, Trampoline, stop};
///
/// #[antiphon::coroutine(yield = Request<'static>, send = Reply)]
/// fn task() -> &'static str {
///     yield_from!(stop());
///     "went on"
/// }
///
/// let mut trampoline = Trampoline::new();
/// trampoline.add(task());
/// assert!(trampoline.run(|()| ()).is_empty());
/// assert_eq!(trampoline.len(), 1);
/// assert_eq!(trampoline.run(|()| ()).remove(0).result.unwrap(), "went on");
/// ```
pub fn stop<'a, Q, A>() -> Generator<Request<'a, Q, A>, Reply<A>, impl Future<Output = ()>> {
    Generator::from_port(|port| async move { Reply::<A>::into_done(port.suspend(Request(Trap::Stop)).await) })
}

#[cfg(feature = "std")]
fn unwind(payload: Box<dyn Any + Send>) -> ! {
    std::panic::resume_unwind(payload)
}

#[cfg(not(feature = "std"))]
fn unwind(_: Box<dyn Any + Send>) -> ! {
    unreachable!("panics are not caught without the feature `std`")
}

/// A request was answered with the reply to another one. Only code that passes requests and replies on by hand can
/// bring that about.
#[cold]
fn wrong_driver() -> ! {
    panic!("this request was given the reply to another one")
}
