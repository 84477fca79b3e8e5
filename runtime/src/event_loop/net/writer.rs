//! Writing without waiting, up to a mark.

mod sender;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::io;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::vec::Vec;

use self::sender::{Sender, Sending};
use super::directions::WriteBytes;
use super::waiting::Waiting;
use crate::event_loop::debug::waits_fn;

/// Sends bytes while whoever wrote them goes on: a task of its own sends what waits.
///
/// What waits is bounded. When it is more than the high mark, 64 KiB if nothing else is said, [`write`](Self::write) takes no
/// more, and [`drain`](Self::drain) waits until it is no more than the low mark, a quarter of that: so who does not read
/// slows who writes. What is written before the sender's next step goes in one call of the system. Python:
/// `asyncio.StreamWriter`.
///
/// What could not be sent comes back by [`into_parts`](Self::into_parts). Dropping the writer drops the stream at once, and
/// what waits; [`shutdown`](Self::shutdown) sends it.
///
/// ```
/// use antiphon::event_loop::{self, ByteStream, Reader, UnixStream, Writer};
///
/// event_loop::run(async {
///     let (client, server) = UnixStream::pair()?;
///     let (reader, writer) = client.into_split();
///     let (mut reader, writer) = (Reader::new(reader), Writer::new(writer));
///     for n in 0..3 {
///         writer.write(format!("line {n}\n").as_bytes())?;
///         writer.drain().await?;
///     }
///     writer.shutdown().await?;
///
///     let mut server = Reader::new(server);
///     assert_eq!(server.read_to_end().await?, b"line 0\nline 1\nline 2\n");
///     server.stream().write_all(b"thank you\n").await?;
///     assert_eq!(reader.read_line().await?.unwrap(), "thank you");
///     Ok::<_, event_loop::ReadError>(())
/// }).unwrap().unwrap();
/// ```
pub struct Writer<S> {
    shared: Rc<Shared<S>>,
    sender: Sender,
}

/// What the writer and the task that sends share.
struct Shared<S> {
    stream: S,
    /// What was written and is not being sent.
    waiting: RefCell<Vec<u8>>,
    sending: RefCell<Sending>,
    /// Of both together.
    size: Cell<usize>,
    high: Cell<usize>,
    low: Cell<usize>,
    /// More waited than the high mark, and has not sunk to the low one since.
    paused: Cell<bool>,
    /// All that was written has gone, also from the stream.
    settled: Cell<bool>,
    stage: RefCell<Stage>,
    /// The sender, when there is nothing to send.
    idle: Cell<Waiting>,
    /// Whoever waits for the sender.
    writers: Cell<Waiting>,
}

enum Stage {
    Open,
    /// Sending is to end after what waits.
    Closing,
    /// Sending has ended.
    Closed,
    Failed(io::Error),
}

const HIGH: usize = 1 << 16;

impl<S: WriteBytes + 'static> Writer<S> {
    /// A writer with a high mark of 64 KiB and a low one of 16.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    #[track_caller]
    pub fn new(stream: S) -> Self {
        let shared = Rc::new(Shared {
            stream,
            waiting: RefCell::default(),
            sending: RefCell::default(),
            size: Cell::new(0),
            high: Cell::new(HIGH),
            low: Cell::new(HIGH / 4),
            paused: Cell::new(false),
            settled: Cell::new(true),
            stage: RefCell::new(Stage::Open),
            idle: Cell::default(),
            writers: Cell::default(),
        });
        Writer { sender: Sender::start(&shared), shared }
    }
}

impl<S> Writer<S> {
    /// Has more than `high` bytes be too many, until no more than `low` are left. Python: `set_write_buffer_limits`.
    ///
    /// # Panics
    ///
    /// If `low` is more than `high`.
    pub fn set_write_buffer_limits(&self, high: usize, low: usize) {
        assert!(low <= high, "the low mark, {low} bytes, is above the high one, {high} bytes");
        self.shared.high.set(high);
        self.shared.low.set(low);
        self.shared.look_at_marks();
    }

    /// How many bytes wait to be sent. Python: `get_write_buffer_size`.
    pub fn get_write_buffer_size(&self) -> usize {
        self.shared.size.get()
    }

    /// What it writes to.
    pub fn stream(&self) -> &S {
        &self.shared.stream
    }

    /// Has all of `bytes` be sent after what waits already.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if more waits than the high mark, and has not sunk to the low one since; if it
    /// is shut down; if sending has failed. Nothing of `bytes` was taken.
    pub fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let shared = &self.shared;
        shared.check_open()?;
        if shared.paused.get() {
            let high = shared.high.get();
            let error = std::format!("more than {high} bytes wait to be sent");
            return Err(io::Error::new(io::ErrorKind::WouldBlock, error));
        }
        shared.waiting.borrow_mut().extend_from_slice(bytes);
        shared.settled.set(false);
        shared.size.set(shared.size.get() + bytes.len());
        shared.look_at_marks();
        Waiting::wake_all(&shared.idle);
        Ok(())
    }

    /// Waits until there is room, if more waits than the high mark.
    ///
    /// # Errors
    ///
    /// If sending has failed.
    pub fn drain(&self) -> impl Future<Output = io::Result<()>> {
        waits_fn(|| "Writer::drain", |cx| self.poll_drain(cx))
    }

    /// Waits until there is room, and then has all of `bytes` be sent after what waits already.
    ///
    /// # Errors
    ///
    /// If it is shut down, or sending has failed. Nothing of `bytes` was taken.
    ///
    /// # Cancellation
    ///
    /// Nothing of `bytes` was taken.
    pub fn send(&self, bytes: &[u8]) -> impl Future<Output = io::Result<()>> {
        waits_fn(
            || "Writer::send",
            move |cx| {
                ready!(self.poll_drain(cx))?;
                Poll::Ready(self.write(bytes))
            },
        )
    }

    /// Waits until nothing waits to be sent.
    ///
    /// # Errors
    ///
    /// If sending has failed.
    pub fn flush(&self) -> impl Future<Output = io::Result<()>> {
        waits_fn(|| "Writer::flush", |cx| self.poll_flush(cx))
    }

    /// Has sending end after what waits, and waits for that. Python: `write_eof`.
    ///
    /// # Errors
    ///
    /// If sending has failed, or it is not connected any more.
    ///
    /// # Cancellation
    ///
    /// It ends all the same, as long as the writer is there.
    pub fn shutdown(&self) -> impl Future<Output = io::Result<()>> {
        waits_fn(|| "Writer::shutdown", |cx| self.poll_shutdown(cx))
    }

    /// Whether it takes no more, since it is shut down or sending has failed. Python: `is_closing`.
    pub fn is_closing(&self) -> bool {
        !matches!(*self.shared.stage.borrow(), Stage::Open)
    }

    /// The stream, and what was written and is not sent.
    ///
    /// # Panics
    ///
    /// If the stream calls it while it is written to.
    pub fn into_parts(self) -> (S, Vec<u8>) {
        let Writer { shared, sender } = self;
        drop(sender);
        let shared = Rc::into_inner(shared).expect("a writer is taken apart by the stream that it writes to");
        let mut unsent = shared.sending.into_inner().into_unsent();
        unsent.append(&mut shared.waiting.into_inner());
        (shared.stream, unsent)
    }
}

impl<S> Writer<S> {
    pub(crate) fn poll_drain(&self, cx: &Context<'_>) -> Poll<io::Result<()>> {
        self.shared.poll(cx, |shared| !shared.paused.get())
    }

    pub(crate) fn poll_flush(&self, cx: &Context<'_>) -> Poll<io::Result<()>> {
        self.shared.poll(cx, |shared| shared.settled.get())
    }

    pub(crate) fn poll_shutdown(&self, cx: &Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_closing() {
            self.shared.stage.replace(Stage::Closing);
            Waiting::wake_all(&self.shared.idle);
        }
        self.shared.poll(cx, |shared| matches!(*shared.stage.borrow(), Stage::Closed))
    }
}

impl<S> Shared<S> {
    fn poll(&self, cx: &Context<'_>, done: impl Fn(&Self) -> bool) -> Poll<io::Result<()>> {
        if let Stage::Failed(error) = &*self.stage.borrow() {
            return Poll::Ready(Err(again(error)));
        }
        if done(self) {
            return Poll::Ready(Ok(()));
        }
        Waiting::add_to(&self.writers, cx);
        Poll::Pending
    }

    fn check_open(&self) -> io::Result<()> {
        match &*self.stage.borrow() {
            Stage::Open => Ok(()),
            Stage::Closing | Stage::Closed => Err(io::Error::new(io::ErrorKind::BrokenPipe, "the writer is shut down")),
            Stage::Failed(error) => Err(again(error)),
        }
    }

    fn look_at_marks(&self) {
        let size = self.size.get();
        let paused = size > self.high.get() || self.paused.get() && size > self.low.get();
        if self.paused.replace(paused) && !paused {
            Waiting::wake_all(&self.writers);
        }
    }

    /// So many bytes were sent.
    fn sent(&self, n: usize) {
        self.size.set(self.size.get() - n);
        self.look_at_marks();
    }

    /// All of them were.
    fn settle(&self) {
        if !self.settled.replace(true) {
            Waiting::wake_all(&self.writers);
        }
    }

    /// Nothing is sent any more.
    fn end(&self, stage: Stage) {
        self.settled.set(matches!(stage, Stage::Closed));
        self.stage.replace(stage);
        Waiting::wake_all(&self.writers);
    }
}

/// The same error, for the next who asks.
fn again(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), std::string::ToString::to_string(error)),
    }
}

impl<S: fmt::Debug> fmt::Debug for Writer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { stream, size, .. } = &*self.shared;
        f.debug_struct("Writer").field("stream", stream).field("waiting", &size.get()).finish_non_exhaustive()
    }
}
