//! Who waits for a time.

use std::task::{Context, Poll};
use std::time::Duration;

use crate::event_loop::callback::Call;
use crate::event_loop::core::{Core, nanoseconds};
use crate::event_loop::current;
use crate::event_loop::entry::Entry;
use crate::event_loop::timers::TimerKey;

/// A time to wait for. It is armed when it is first found to be in the future, and costs nothing before.
#[derive(Debug)]
pub(crate) struct Timer {
    /// In nanoseconds of the loop's time, or from when it is first asked.
    when: u64,
    key: Option<TimerKey>,
    /// The number of the loop that it is armed on.
    of: u32,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    After,
    At,
    Armed,
}

impl Timer {
    pub(crate) fn after(delay: Duration) -> Self {
        Timer { when: nanoseconds(delay), key: None, of: 0, state: State::After }
    }

    pub(crate) fn at(when: Duration) -> Self {
        Timer { when: nanoseconds(when), key: None, of: 0, state: State::At }
    }

    /// Whether the time has come. If not, whoever polls is woken then.
    #[inline]
    pub(crate) fn poll(&mut self, cx: &Context<'_>, what: &str) -> Poll<()> {
        match current::with(|core| self.poll_on(core, cx)) {
            Some(Some(())) => Poll::Ready(()),
            Some(None) => Poll::Pending,
            None => panic!("no event loop runs on this thread; await `{what}` in what an `EventLoop` runs"),
        }
    }

    #[inline]
    fn poll_on(&mut self, core: &Core, cx: &Context<'_>) -> Option<()> {
        if self.state != State::Armed {
            let now = core.time();
            if self.state == State::After {
                self.when = now.saturating_add(self.when);
                self.state = State::At;
            }
            if self.when <= now {
                return Some(());
            }
            self.of = core.id();
            self.arm(core, cx);
            return None;
        }
        if self.of != core.id() {
            self.move_to(core, cx);
            return None;
        }
        if core.has_fired(self.when) {
            return Some(());
        }
        self.update(core, cx);
        None
    }

    /// In nanoseconds of the loop's time. `None` if it counts from when it is first asked, and was not.
    pub(crate) fn when(&self) -> Option<u64> {
        (self.state != State::After).then_some(self.when)
    }

    /// Moves it. Whoever waits for it waits for the new time.
    pub(crate) fn reset(&mut self, when: Duration) {
        self.when = nanoseconds(when);
        let moved = |key| current::find(self.of).is_some_and(|core| core.timers().borrow_mut().reset(key, self.when));
        // One that has fired is armed again when it is asked.
        if self.state != State::Armed || !self.key.is_some_and(moved) {
            self.key = None;
            self.state = State::At;
        }
    }

    fn arm(&mut self, core: &Core, cx: &Context<'_>) {
        let entry = match core.polled_with(cx.waker()) {
            Some(entry) => entry,
            None => core.keep_call(Call::Waker(cx.waker().clone())),
        };
        self.key = Some(core.timers().borrow_mut().insert(self.when, entry));
        self.state = State::Armed;
    }

    /// It was polled on another loop before, whose time is another.
    #[cold]
    fn move_to(&mut self, core: &Core, cx: &Context<'_>) {
        let left = current::find(self.of).map_or(0, |before| {
            self.disarm(&before);
            self.when.saturating_sub(before.time())
        });
        self.when = core.time().saturating_add(left);
        self.of = core.id();
        self.arm(core, cx);
    }

    /// Somebody else may be waiting now.
    fn update(&mut self, core: &Core, cx: &Context<'_>) {
        let armed_for = self.key.and_then(|key| core.timers().borrow().get(key).copied());
        if armed_for.is_none() || armed_for != core.polled_with(cx.waker()) {
            self.disarm(core);
            self.arm(core, cx);
        }
    }

    fn disarm(&mut self, core: &Core) {
        let entry = self.key.take().and_then(|key| core.timers().borrow_mut().cancel(key));
        self.state = State::At;
        if let Some(entry) = entry {
            release(core, entry);
        }
    }
}

/// A waker that was kept for a timer is not needed any more.
fn release(core: &Core, entry: Entry) {
    let call = core.take_call(entry);
    drop(call);
}

impl Drop for Timer {
    #[inline]
    fn drop(&mut self) {
        let Some(key) = self.key.take() else { return };
        let cancelled =
            current::with(|core| (core.id() == self.of).then(|| core.timers().borrow_mut().cancel(key))).flatten();
        match cancelled {
            // It has fired, or it was a task that it would have woken: nothing else is left of it.
            Some(entry) if entry.is_none_or(Entry::is_task) => {}
            cancelled => forget(self.of, key, cancelled.flatten()),
        }
    }
}

/// The timer is on a loop that does not run at the moment, or kept a waker.
#[cold]
fn forget(of: u32, key: TimerKey, cancelled: Option<Entry>) {
    let Some(core) = current::find(of) else { return };
    let entry = cancelled.or_else(|| core.timers().borrow_mut().cancel(key));
    if let Some(entry) = entry {
        release(&core, entry);
    }
}
