//! How a body is put through a plan, by its kind.

use std::fmt::Debug;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;

use crate::differential::plan::{Answer, Plan, Stop};
use crate::differential::trace::{Fault, Trace};

/// One run of one body.
pub(crate) struct Run {
    pub(crate) trace: Trace,
    pub(crate) plan: Plan,
    /// How often it has yielded.
    yields: std::cell::Cell<usize>,
}

/// More would be a body that does not end.
const MOST_YIELDS: usize = 20;

impl Run {
    pub(crate) fn new(plan: Plan) -> Self {
        let trace = Trace::default();
        if let Stop::Panic(event) = plan.stop {
            trace.light(event);
        }
        Run { trace, plan, yields: Default::default() }
    }

    /// Takes what was yielded, and answers it, unless it is here that the body is to be dropped.
    fn take<Y: Debug, S: Answer>(&self, yielded: Y) -> Option<S> {
        let n = self.yields.get() + 1;
        self.yields.set(n);
        assert!(n <= MOST_YIELDS, "the body does not end");
        self.trace.outside(|| {
            self.trace.tell(format!("yield {yielded:?}"));
            drop(yielded);
            // A function that is called has begun.
            if self.plan.stop.suspension().is_some_and(|stop| stop.max(1) == n) {
                self.trace.mark();
                return None;
            }
            self.trace.tell("|");
            Some(S::answer(&self.trace, self.plan.script, n))
        })
    }

    fn finish(&self, returned: impl Debug) {
        self.trace.outside(|| {
            self.trace.tell(format!("return {returned:?}"));
            drop(returned);
        });
    }

    /// What a `yield_!` does in a plain function. To be dropped is to be unwound.
    pub(crate) fn exchange<Y: Debug, S: Answer>(&self, yielded: Y) -> S {
        self.take(yielded).unwrap_or_else(|| resume_unwind(Box::new(Dropped)))
    }
}

/// It runs while the trace is recorded.
impl Deref for Run {
    type Target = Trace;

    fn deref(&self) -> &Trace {
        &self.trace
    }
}

struct Dropped;

pub(crate) fn plain<R: Debug>(run: &Run, body: impl FnOnce() -> R) {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(returned) => run.finish(returned),
        Err(payload) if payload.is::<Dropped>() => {}
        Err(payload) if payload.is::<Fault>() => run.trace.tell("panic"),
        Err(payload) => resume_unwind(payload),
    }
}

enum State<Y, R> {
    Yielded(Y),
    Complete(R),
}

pub(crate) fn ours<C>(run: &Run, c: C)
where
    C: antiphon::Coroutine<Yield: Debug, Send: Answer, Return: Debug>,
{
    drive(run, c, |c, sent| {
        let state = match sent {
            None => c.resume_start(),
            Some(sent) => c.resume_send(sent),
        };
        match state.expect("it is resumed in the right status") {
            antiphon::CoroutineState::Yielded(yielded) => State::Yielded(yielded),
            antiphon::CoroutineState::Complete(returned) => State::Complete(returned),
        }
    });
}

#[cfg(native)]
pub(crate) fn native<S: Answer, C>(run: &Run, c: C)
where
    C: std::ops::Coroutine<S, Yield: Debug, Return: Debug>,
{
    drive(run, c, |c, sent: Option<S>| {
        let sent = sent.unwrap_or_else(|| S::answer(&run.trace, 0, 0));
        match c.resume(sent) {
            std::ops::CoroutineState::Yielded(yielded) => State::Yielded(yielded),
            std::ops::CoroutineState::Complete(returned) => State::Complete(returned),
        }
    });
}

fn drive<C, Y: Debug, S: Answer, R: Debug>(
    run: &Run,
    c: C,
    mut resume: impl FnMut(Pin<&mut C>, Option<S>) -> State<Y, R>,
) {
    let mut c = Box::pin(c);
    let mut sent = None;
    if run.plan.stop == Stop::Drop(0) {
        run.mark();
    }
    while run.plan.stop != Stop::Drop(0) {
        let Some(state) = catch_fault(run, || resume(c.as_mut(), sent.take())) else {
            break;
        };
        match state {
            State::Yielded(yielded) => match run.take(yielded) {
                Some(answer) => sent = Some(answer),
                None => break,
            },
            State::Complete(returned) => {
                run.finish(returned);
                break;
            }
        }
    }
    if let Stop::DropPanic(_, event) = run.plan.stop {
        run.trace.light(event);
    }
    // After its end, or after a panic, there must be nothing left.
    catch_fault(run, || drop(c));
}

fn catch_fault<T>(run: &Run, action: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(action)) {
        Ok(value) => Some(value),
        Err(payload) if payload.is::<Fault>() => {
            run.trace.tell("panic");
            None
        }
        Err(payload) => resume_unwind(payload),
    }
}
