//! Who waits for a time.

use std::task::{Context, Poll};
use std::time::Duration;

use crate::event_loop::callback::Call;
use crate::event_loop::core::{Core, nanoseconds};
use crate::event_loop::current;
use crate::event_loop::debug;
use crate::event_loop::entry::Entry;
use crate::event_loop::timers::TimerKey;

/// A time to wait for. It is armed when it is first found to be in the future, and costs nothing before. Two words.
#[derive(Debug)]
pub(crate) struct Timer(State);

#[derive(Debug)]
enum State {
    /// Nanoseconds from when it is first asked.
    After(u64),
    /// Nanoseconds of the loop's time.
    At(u64),
    /// In the wheel of the loop with that number, which knows the deadline.
    Armed {
        of: u32,
        key: TimerKey,
    },
    Over,
}

impl Timer {
    pub(crate) fn after(delay: Duration) -> Self {
        Timer(State::After(nanoseconds(delay)))
    }

    pub(crate) fn at(when: Duration) -> Self {
        Timer(State::At(nanoseconds(when)))
    }

    /// Whether the time has come. If not, whoever polls is woken then.
    #[inline]
    pub(crate) fn poll(&mut self, cx: &Context<'_>, what: &str) -> Poll<()> {
        match current::with(|core| self.poll_on(core, cx)) {
            Some(polled) => polled,
            None => panic!("no event loop runs on this thread; await `{what}` in what an `EventLoop` runs"),
        }
    }

    /// To be asked when it is over: whether that took any time, or this was asked before.
    #[inline]
    pub(crate) fn has_waited(&mut self) -> bool {
        !matches!(std::mem::replace(&mut self.0, State::Over), State::At(_))
    }

    /// In nanoseconds of the loop's time. `None` if it counts from when it is first asked, and was not, or if it is over.
    pub(crate) fn when(&self) -> Option<u64> {
        match self.0 {
            State::At(when) => Some(when),
            State::Armed { of, key } => current::find(of)?.timers().borrow().deadline(key),
            State::After(_) | State::Over => None,
        }
    }

    /// Moves it. Whoever waits for it waits for the new time.
    pub(crate) fn reset(&mut self, when: Duration) {
        let when = nanoseconds(when);
        if let State::Armed { of, key } = self.0 {
            if current::find(of).is_some_and(|core| core.timers().borrow_mut().reset(key, when)) {
                return;
            }
        }
        // One that has fired is armed again when it is asked.
        self.0 = State::At(when);
    }

    #[inline]
    fn poll_on(&mut self, core: &Core, cx: &Context<'_>) -> Poll<()> {
        let (now, when) = match self.0 {
            State::After(delay) => {
                let now = core.time();
                (now, now.saturating_add(delay))
            }
            State::At(when) => (core.time(), when),
            State::Armed { of, key } => return self.poll_armed(core, cx, of, key),
            State::Over => return Poll::Ready(()),
        };
        if now < when {
            self.arm(core, cx, when);
            debug::begins();
            return Poll::Pending;
        }
        self.0 = State::At(when);
        Poll::Ready(())
    }

    fn arm(&mut self, core: &Core, cx: &Context<'_>, when: u64) {
        let entry = match core.polled_with(cx.waker()) {
            Some(entry) => entry,
            None => core.keep_call(Call::Waker(cx.waker().clone())),
        };
        self.0 = State::Armed { of: core.id(), key: core.timers().borrow_mut().insert(when, entry) };
    }

    #[inline]
    fn poll_armed(&mut self, core: &Core, cx: &Context<'_>, of: u32, key: TimerKey) -> Poll<()> {
        if of != core.id() {
            return self.poll_moved(core, cx);
        }
        let armed_for = core.timers().borrow().get(key).copied();
        let Some(armed_for) = armed_for else {
            self.0 = State::Over;
            return Poll::Ready(());
        };
        if Some(armed_for) != core.polled_with(cx.waker()) {
            // Somebody else may be waiting now.
            let when = disarm(core, key);
            when.into_iter().for_each(|when| self.arm(core, cx, when));
        }
        Poll::Pending
    }

    /// It was armed on another loop of this thread. What is left of the time is waited for on this one.
    #[cold]
    fn poll_moved(&mut self, core: &Core, cx: &Context<'_>) -> Poll<()> {
        let State::Armed { of, key } = std::mem::replace(&mut self.0, State::Over) else { return Poll::Ready(()) };
        let left = current::find(of).and_then(|before| Some(disarm(&before, key)?.saturating_sub(before.time())));
        match left {
            Some(left) => {
                self.0 = State::After(left);
                self.poll_on(core, cx)
            }
            None => Poll::Ready(()),
        }
    }
}

/// Takes a timer back. When it would have fired, if it has not.
fn disarm(core: &Core, key: TimerKey) -> Option<u64> {
    let when = core.timers().borrow().deadline(key)?;
    let entry = core.timers().borrow_mut().cancel(key)?;
    // A waker that was kept for it is not needed any more, and is dropped when nothing is borrowed.
    let call = core.take_call(entry);
    drop(call);
    Some(when)
}

impl Drop for Timer {
    #[inline]
    fn drop(&mut self) {
        let State::Armed { of, key } = self.0 else { return };
        let cancelled =
            current::with(|core| (core.id() == of).then(|| core.timers().borrow_mut().cancel(key))).flatten();
        match cancelled {
            // It has fired, or it was a task that it would have woken: nothing else is left of it.
            Some(entry) if entry.is_none_or(|entry| !entry.is_call()) => {}
            cancelled => forget(of, key, cancelled.flatten()),
        }
    }
}

/// The timer is on a loop that does not run at the moment, or kept a waker.
#[cold]
fn forget(of: u32, key: TimerKey, cancelled: Option<Entry>) {
    let Some(core) = current::find(of) else { return };
    match cancelled {
        Some(entry) => drop(core.take_call(entry)),
        None => drop(disarm(&core, key)),
    }
}
