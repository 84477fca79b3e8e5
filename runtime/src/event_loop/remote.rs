//! The way into a loop from other threads.

use std::boxed::Box;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::vec::Vec;

use super::current;
use super::driver::{Notify, Outside};
use super::entry::Entry;

/// A queue that anybody may put into and the loop empties. Wakers and handles own it, so it outlives the loop.
///
/// It has no limit: a waker must not wait.
pub(crate) struct Remote {
    /// The number of the loop, which no other in the process has.
    pub(crate) id: u32,
    queue: Mutex<Queue>,
    /// Whether something is in the queue that the loop has not seen: so only the first one notifies it.
    pending: AtomicBool,
    notify: Box<dyn Notify>,
    jobs: AtomicUsize,
    handles: AtomicUsize,
}

#[derive(Default)]
struct Queue {
    messages: Vec<Message>,
    closed: bool,
    /// Who is told when it is closed.
    closing: Vec<Weak<dyn Closing>>,
}

/// Something that is closed with the loop.
pub(crate) trait Closing: Send + Sync {
    fn closed(&self);
}

/// What the loop is told from outside.
pub(crate) enum Message {
    Wake(Entry),
    Call(Box<dyn FnOnce() + Send>),
    Cancel(Entry),
}

impl Remote {
    pub(crate) fn new(id: u32, notify: Box<dyn Notify>) -> Self {
        Remote {
            id,
            queue: Mutex::default(),
            pending: AtomicBool::new(false),
            notify,
            jobs: AtomicUsize::new(0),
            handles: AtomicUsize::new(0),
        }
    }

    /// Puts it into the ready queue: at once on the loop's thread, by a message from others.
    pub(crate) fn wake(&self, entry: Entry) {
        let here = current::with(|core| {
            let ours = core.id() == self.id;
            if ours {
                core.wake(entry);
            }
            ours
        });
        if here != Some(true) {
            // A loop that is closed has nobody to wake.
            let _ = self.tell(Message::Wake(entry));
        }
    }

    /// Leaves a message, or gives it back if the loop is closed.
    pub(crate) fn tell(&self, message: Message) -> Result<(), Message> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.closed {
            return Err(message);
        }
        queue.messages.push(message);
        drop(queue);
        if !self.pending.swap(true, Ordering::AcqRel) {
            self.notify.notify();
        }
        Ok(())
    }

    /// Whether the queue may have something in it. One load.
    #[inline]
    pub(crate) fn is_pending(&self) -> bool {
        self.pending.load(Ordering::Relaxed)
    }

    /// All that was put in, in that order.
    pub(crate) fn take(&self) -> Vec<Message> {
        // First the flag, then the queue: what comes between is taken now and notified in vain. Exchanged, as by those who put
        // in: then it is plain which came first.
        self.pending.swap(false, Ordering::AcqRel);
        std::mem::take(&mut self.queue.lock().unwrap_or_else(PoisonError::into_inner).messages)
    }

    /// From now on nothing is taken in. What is in it is dropped by whoever called.
    pub(crate) fn close(&self) -> Vec<Message> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.closed = true;
        let messages = std::mem::take(&mut queue.messages);
        let closing = std::mem::take(&mut queue.closing);
        drop(queue);
        closing.iter().filter_map(Weak::upgrade).for_each(|one| one.closed());
        messages
    }

    /// Has it told when the loop is closed; at once if it is already.
    pub(crate) fn tell_when_closed(&self, one: Weak<dyn Closing>) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.closed {
            drop(queue);
            if let Some(one) = one.upgrade() {
                one.closed();
            }
            return;
        }
        // Those that are gone make room first, as often as their number has doubled.
        if queue.closing.len() == queue.closing.capacity() {
            queue.closing.retain(|one| one.strong_count() > 0);
        }
        queue.closing.push(one);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).closed
    }

    /// Who may still have something to tell.
    pub(crate) fn outside(&self) -> Outside {
        Outside { jobs: self.jobs.load(Ordering::Acquire), handles: self.handles.load(Ordering::Acquire) }
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("id", &self.id).field("outside", &self.outside()).finish_non_exhaustive()
    }
}

/// Somebody outside who may have something to tell the loop, counted.
#[derive(Debug)]
pub(crate) struct Counted {
    remote: Arc<Remote>,
    counter: fn(&Remote) -> &AtomicUsize,
}

impl Counted {
    fn new(remote: &Arc<Remote>, counter: fn(&Remote) -> &AtomicUsize) -> Self {
        counter(remote).fetch_add(1, Ordering::AcqRel);
        Counted { remote: Arc::clone(remote), counter }
    }

    /// Work on another thread, which ends by itself. Simulated time waits for it.
    pub(crate) fn job(remote: &Arc<Remote>) -> Self {
        Counted::new(remote, |remote| &remote.jobs)
    }

    /// A handle that somebody keeps, and may use.
    pub(crate) fn handle(remote: &Arc<Remote>) -> Self {
        Counted::new(remote, |remote| &remote.handles)
    }

    pub(crate) fn remote(&self) -> &Arc<Remote> {
        &self.remote
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Counted::new(&self.remote, self.counter)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        // The loop may be waiting for it: it looks again.
        if (self.counter)(&self.remote).fetch_sub(1, Ordering::AcqRel) == 1 {
            self.remote.notify.notify();
        }
    }
}
