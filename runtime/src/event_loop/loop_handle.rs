//! What other threads keep of a loop.

use std::boxed::Box;

use super::LoopClosed;
use super::core::Core;
use super::entry::Entry;
use super::remote::{Counted, Message};

/// A loop, as other threads see it: [`EventLoop::handle`](super::EventLoop::handle).
///
/// ```
/// use antiphon::event_loop::EventLoop;
///
/// let event_loop = EventLoop::new().unwrap();
/// let done = event_loop.spawn(std::future::pending::<()>());
/// let cancel = done.cancel_handle().unwrap();
/// let handle = event_loop.handle();
/// let thread = std::thread::spawn(move || handle.call_soon_threadsafe(move || cancel.cancel().unwrap()));
/// assert!(event_loop.run_until_complete(done).unwrap().unwrap_err().is_cancelled());
/// thread.join().unwrap().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct LoopHandle {
    remote: Counted,
}

impl LoopHandle {
    pub(crate) fn new(core: &Core) -> Self {
        LoopHandle { remote: Counted::handle(core.remote()) }
    }

    pub(crate) fn counted(&self) -> &Counted {
        &self.remote
    }

    /// Has the loop call `f` in its next turn, on its own thread. Python: `loop.call_soon_threadsafe`.
    ///
    /// # Errors
    ///
    /// If the loop is closed: `f` comes back.
    pub fn call_soon_threadsafe<F: FnOnce() + Send + 'static>(&self, f: F) -> Result<(), LoopClosed<F>> {
        if self.remote.remote().is_closed() {
            return Err(LoopClosed(f));
        }
        // Closed in between: `f` is dropped as those are that the loop has taken in and does not come to.
        let _ = self.remote.remote().tell(Message::Call(Box::new(f)));
        Ok(())
    }

    /// Cancels what the loop was asked to complete, on the loop's thread. If it runs nothing, what it is asked to complete next.
    ///
    /// What it means to be cancelled says [`cancellable`](super::cancellable). If the future does not ask to be told, the run ends with
    /// [`RunError::Cancelled`](super::RunError::Cancelled). Python: `Task.cancel` of the main task.
    ///
    /// ```
    /// use antiphon::event_loop::{EventLoop, RunError, sleep};
    /// use std::time::Duration;
    ///
    /// let event_loop = EventLoop::simulated();
    /// let handle = event_loop.handle();
    /// event_loop.call_later(Duration::from_secs(1), move || handle.cancel_main().unwrap());
    /// let ran = event_loop.run_until_complete(sleep(Duration::from_secs(3600)));
    /// assert!(matches!(ran, Err(RunError::Cancelled)));
    /// ```
    ///
    /// # Errors
    ///
    /// If the loop is closed.
    pub fn cancel_main(&self) -> Result<(), LoopClosed<()>> {
        self.remote.remote().tell(Message::Cancel(Entry::main(0))).map_err(|_| LoopClosed(()))
    }

    /// Whether the loop was dropped.
    pub fn is_closed(&self) -> bool {
        self.remote.remote().is_closed()
    }
}
