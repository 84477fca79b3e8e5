//! Signals of the system.

mod listening;

use std::fmt;
use std::future::Future;
use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::vec::Vec;

use signal_hook::SigId;
use signal_hook::{consts, flag, low_level};

use self::listening::Listening;
use super::debug::waits_fn;
use super::net::{Direction, Source};

/// Which signal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignalKind(i32);

impl SignalKind {
    /// `SIGALRM`: a timer of the process.
    pub const ALARM: SignalKind = SignalKind(consts::SIGALRM);
    /// `SIGCHLD`: a child process has ended or was stopped.
    pub const CHILD: SignalKind = SignalKind(consts::SIGCHLD);
    /// `SIGCONT`: the process was stopped, and goes on.
    pub const CONTINUE: SignalKind = SignalKind(consts::SIGCONT);
    /// `SIGHUP`: the terminal is gone. Servers are asked by it to read their settings again.
    pub const HANGUP: SignalKind = SignalKind(consts::SIGHUP);
    /// `SIGINT`: ctrl-c.
    pub const INTERRUPT: SignalKind = SignalKind(consts::SIGINT);
    /// `SIGQUIT`: ctrl-\.
    pub const QUIT: SignalKind = SignalKind(consts::SIGQUIT);
    /// `SIGTERM`: the process is asked to end.
    pub const TERMINATE: SignalKind = SignalKind(consts::SIGTERM);
    /// `SIGUSR1`.
    pub const USER_1: SignalKind = SignalKind(consts::SIGUSR1);
    /// `SIGUSR2`.
    pub const USER_2: SignalKind = SignalKind(consts::SIGUSR2);
    /// `SIGWINCH`: the terminal has another size.
    pub const WINDOW: SignalKind = SignalKind(consts::SIGWINCH);

    /// The signal with that number.
    pub const fn from_raw(number: i32) -> Self {
        SignalKind(number)
    }

    /// Its number.
    pub const fn as_raw(self) -> i32 {
        self.0
    }
}

impl fmt::Debug for SignalKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match low_level::signal_name(self.0) {
            Some(name) => f.write_str(name),
            None => write!(f, "SignalKind({})", self.0),
        }
    }
}

/// Listens for a signal from now on. Python: `loop.add_signal_handler`. Trio: `open_signal_receiver`.
///
/// As long as anybody in the process listens, the signal does not do what it does otherwise: ctrl-c does not end the process. Then
/// it does that again; a handler that others had installed before is called all the time. What ctrl-c is to do in most programs
/// does [`run_interruptible`](super::run_interruptible).
///
/// ```
/// use antiphon::event_loop::{self, SignalKind, signal};
///
/// event_loop::run(async {
///     let mut settings_changed = signal(SignalKind::HANGUP)?;
///     # signal_hook::low_level::raise(SignalKind::HANGUP.as_raw())?;
///     settings_changed.recv().await?;
///     Ok::<_, std::io::Error>(())
/// }).unwrap()?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// If it is a signal that nobody can listen for, as `SIGKILL`, or there is none with that number; if there are too many open files;
/// on a simulated loop.
///
/// # Panics
///
/// If no event loop runs on this thread.
pub fn signal(kind: SignalKind) -> io::Result<Signal> {
    let (read, write) = UnixStream::pair()?;
    read.set_nonblocking(true)?;
    let source = Source::open(
        "Signal",
        || Ok(mio::net::UnixStream::from_std(read)),
        |_| Err(io::Error::new(io::ErrorKind::Unsupported, "a simulated event loop has no signals")),
    )?;
    Ok(Signal { kind, source, _listening: Listening::new(kind.0, write)? })
}

/// Waits for ctrl-c, once. See [`signal`].
///
/// ```no_run
/// use antiphon::event_loop;
///
/// event_loop::run(async {
///     println!("press ctrl-c");
///     event_loop::ctrl_c().await.unwrap();
///     println!("thank you");
/// }).unwrap();
/// ```
///
/// # Errors
///
/// As [`signal`].
///
/// # Panics
///
/// If no event loop runs on this thread.
pub async fn ctrl_c() -> io::Result<()> {
    signal(SignalKind::INTERRUPT)?.recv().await
}

/// A signal that is listened for, as long as this is there: [`signal`]. It belongs to the loop it was made on.
pub struct Signal {
    kind: SignalKind,
    /// The handler writes a byte to the other end.
    source: Source<mio::net::UnixStream>,
    _listening: Listening,
}

impl Signal {
    /// Waits until the signal comes, or takes note that it came since the last time. Several that came meanwhile are one, as they are to
    /// the system.
    ///
    /// # Errors
    ///
    /// If its loop is closed.
    ///
    /// # Cancellation
    ///
    /// No signal is lost.
    pub fn recv(&mut self) -> impl Future<Output = io::Result<()>> {
        waits_fn(|| "Signal::recv", |cx| self.poll_count(cx).map_ok(drop))
    }

    /// How often it came, at least once.
    fn poll_count(&self, cx: &Context<'_>) -> Poll<io::Result<usize>> {
        // Many that come at once are not more than enough.
        let mut bytes = [0; 64];
        let count = ready!(self.source.poll(cx, Direction::Read, |stream| stream.read(&mut bytes)))?;
        Poll::Ready(Ok(count))
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signal").field(&self.kind).finish()
    }
}

/// What asks a program to end: ctrl-c, and `SIGTERM`.
///
/// One that comes before the loop has taken note of the one before ends the process at once, as if nobody listened: so does a
/// program whose loop is held by a step that does not end.
#[derive(Debug)]
pub(crate) struct Interrupts {
    signals: Vec<Signal>,
    unnoticed: Arc<AtomicBool>,
    actions: Vec<SigId>,
}

impl Interrupts {
    /// `None` on a loop without sockets, where nobody can be told.
    pub(crate) fn listen() -> io::Result<Option<Self>> {
        let mut interrupts =
            Interrupts { signals: Vec::new(), unnoticed: Arc::new(AtomicBool::new(false)), actions: Vec::new() };
        for kind in [SignalKind::INTERRUPT, SignalKind::TERMINATE] {
            listening::prepare(kind.0)?;
            // They are called in this order; and the loop is told when the flag is set.
            let unnoticed = Arc::clone(&interrupts.unnoticed);
            interrupts.actions.push(flag::register_conditional_default(kind.0, unnoticed)?);
            interrupts.actions.push(flag::register(kind.0, Arc::clone(&interrupts.unnoticed))?);
            match signal(kind) {
                Ok(signal) => interrupts.signals.push(signal),
                Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(interrupts))
    }

    /// How many came since the last time.
    pub(crate) fn poll(&self, cx: &Context<'_>) -> usize {
        let mut count = 0;
        for signal in &self.signals {
            // Until whoever polls is told of the next one.
            while let Poll::Ready(Ok(came)) = signal.poll_count(cx) {
                count += came;
            }
        }
        if count > 0 {
            self.unnoticed.store(false, Ordering::SeqCst);
        }
        count
    }
}

impl Drop for Interrupts {
    fn drop(&mut self) {
        self.actions.drain(..).for_each(|action| _ = low_level::unregister(action));
    }
}
