//! Threads for work that blocks.
//!
//! They are made when there is work that none of them is free for, up to a limit, and end when there is none for a while.

use std::boxed::Box;
use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::string::String;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use std::vec::Vec;

use super::context::Values;

/// How long a thread waits for more work.
const IDLE: Duration = Duration::from_secs(10);

/// What a thread of the pool does. Dropped instead if it is taken back.
pub(crate) trait Work: Send {
    fn run(self: Box<Self>);
}

/// The threads of one loop. Each of them owns it, so it outlives the loop.
pub(crate) struct Pool {
    state: Mutex<State>,
    /// There is work, or less room.
    changed: Condvar,
    start: Start,
}

type Start = fn(Arc<Pool>) -> io::Result<thread::JoinHandle<()>>;

struct State {
    /// First come, first served. Work is taken back by its number.
    queue: BTreeMap<u64, Box<dyn Work>>,
    next: u64,
    threads: usize,
    /// Those that have no work: they wait, or are about to look.
    idle: usize,
    limit: usize,
    closed: bool,
    handles: Vec<thread::JoinHandle<()>>,
}

/// Why work was not taken in. It comes back, to be dropped when nothing is locked.
pub(crate) struct Refused {
    /// Nothing if the pool is closed.
    pub(crate) error: Option<io::Error>,
    #[expect(dead_code, reason = "it is owned, and dropped by who called")]
    work: Option<Box<dyn Work>>,
}

impl Pool {
    pub(crate) fn new() -> Arc<Self> {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        // As in Python: work that blocks leaves the processor to others.
        Pool::with(processors.saturating_add(4).min(32), start)
    }

    fn with(limit: usize, start: Start) -> Arc<Self> {
        let state =
            State { queue: BTreeMap::new(), next: 0, threads: 0, idle: 0, limit, closed: false, handles: Vec::new() };
        Arc::new(Pool { state: Mutex::new(state), changed: Condvar::new(), start })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes work in. The number by which it can be taken back until a thread begins with it.
    pub(crate) fn submit(self: &Arc<Self>, work: Box<dyn Work>) -> Result<u64, Refused> {
        let mut state = self.lock();
        if state.closed {
            return Err(Refused { error: None, work: Some(work) });
        }
        let number = state.next;
        state.next += 1;
        state.queue.insert(number, work);
        if let Err(error) = self.grow(&mut state) {
            // Those that there are come to it in time.
            if state.threads == 0 {
                let work = state.queue.remove(&number);
                return Err(Refused { error: Some(error), work });
            }
        }
        drop(state);
        self.changed.notify_one();
        Ok(number)
    }

    /// As many threads as there is work for.
    fn grow(self: &Arc<Self>, state: &mut State) -> io::Result<()> {
        while state.queue.len() > state.idle && state.threads < state.limit {
            let handle = (self.start)(Arc::clone(self))?;
            state.handles.retain(|handle| !handle.is_finished());
            state.handles.push(handle);
            state.threads += 1;
            state.idle += 1;
        }
        Ok(())
    }

    /// Work that no thread has begun with.
    pub(crate) fn take_back(&self, number: u64) -> Option<Box<dyn Work>> {
        self.lock().queue.remove(&number)
    }

    pub(crate) fn set_limit(self: &Arc<Self>, limit: usize) {
        let mut state = self.lock();
        state.limit = limit;
        // Work that waits goes on waiting if the system has no more threads.
        let _ = self.grow(&mut state);
        drop(state);
        self.changed.notify_all();
    }

    /// From now on nothing is taken in. What is queued is dropped; what runs goes on.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let queue = std::mem::take(&mut state.queue);
        drop(state);
        self.changed.notify_all();
        drop(queue);
    }

    /// Waits until all threads have ended, of one that is closed.
    pub(crate) fn join(&self) {
        let handles = std::mem::take(&mut self.lock().handles);
        for handle in handles {
            // Its work's panics were caught.
            let _ = handle.join();
        }
    }

    /// What a thread does.
    fn work(&self) {
        while let Some(work) = self.next() {
            // Panics of the work are its outcome. What is left are those of destructors, and of those the payload's own.
            // What it sets is not for the work that comes next.
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| Values::default().run(|| work.run()))) {
                std::mem::forget(payload);
            }
            self.lock().idle += 1;
        }
    }

    /// Waits for work, of an idle thread. `None` if it is to end, and then it does not count any more.
    fn next(&self) -> Option<Box<dyn Work>> {
        let mut state = self.lock();
        let mut waited_long = false;
        loop {
            let too_many = state.threads > state.limit;
            let next = if too_many { None } else { state.queue.pop_first() };
            if next.is_some() || too_many || state.closed || waited_long {
                state.idle -= 1;
                state.threads -= usize::from(next.is_none());
                return next.map(|(_, work)| work);
            }
            let (locked, result) = self.changed.wait_timeout(state, IDLE).unwrap_or_else(PoisonError::into_inner);
            (state, waited_long) = (locked, result.timed_out());
        }
    }
}

fn start(pool: Arc<Pool>) -> io::Result<thread::JoinHandle<()>> {
    thread::Builder::new().name(String::from("antiphon-executor")).spawn(move || pool.work())
}

#[cfg(test)]
mod tests {
    use std::boxed::Box;
    use std::io;
    use std::sync::mpsc::{Sender, channel};

    use super::{Pool, Work, start};

    struct Send(Sender<u32>, u32);

    impl Work for Send {
        fn run(self: Box<Self>) {
            self.0.send(self.1).unwrap();
        }
    }

    #[test]
    fn the_system_has_no_thread() {
        let pool = Pool::with(4, |_| Err(io::Error::from(io::ErrorKind::WouldBlock)));
        let (sender, receiver) = channel();
        let refused = pool.submit(Box::new(Send(sender, 1))).err().unwrap();
        assert_eq!(refused.error.as_ref().unwrap().kind(), io::ErrorKind::WouldBlock);
        drop(refused);
        assert!(receiver.recv().is_err());
    }

    #[test]
    fn threads_are_made_when_none_is_free() {
        let pool = Pool::with(3, start);
        assert_eq!(pool.lock().threads, 0);
        let (sender, receiver) = channel();
        for number in 0..20 {
            pool.submit(Box::new(Send(sender.clone(), number))).ok().unwrap();
        }
        let mut seen: std::vec::Vec<u32> = receiver.iter().take(20).collect();
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..20));
        let threads = pool.lock().threads;
        assert!((1..=3).contains(&threads));

        pool.set_limit(1);
        pool.close();
        pool.join();
        let state = pool.lock();
        assert_eq!((state.threads, state.idle), (0, 0));
        drop(state);
        assert!(pool.submit(Box::new(Send(sender, 1))).err().unwrap().error.is_none());
    }
}
