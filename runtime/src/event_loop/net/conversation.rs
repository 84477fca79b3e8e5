//! A protocol over a connection.

use std::cell::Cell;
use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec::Vec;

use super::stream::ByteStream;
use crate::CoroutineState;
use crate::event_loop::debug::is_made_of;
use crate::event_loop::{sleep_until, time, timeout_at};
use crate::protocol::{Machine, Protocol, Want, Wire};

/// How much is read at once, at least.
const ROOM: usize = 1 << 14;

std::thread_local! {
    /// Buffers for whoever reads or writes next: a connection on which nothing is under way has none.
    static SPARE: Cell<(Vec<u8>, Vec<u8>)> = const { Cell::new((Vec::new(), Vec::new())) };
}

/// A [protocol](crate::protocol) over a connection. Python: `asyncio.Protocol` and its transport.
///
/// ```
/// use antiphon::event_loop::{self, ByteStream, Conversation, TcpListener, TcpStream, spawn};
/// use antiphon::protocol::{Ask, Wire, WireError};
///
/// #[antiphon::coroutine(yield = Ask, send = Wire)]
/// fn echo(mut wire: Wire) -> (Wire, Result<(), WireError>) {
///     let result = yield_from!(lines(&mut wire));
///     (wire, result)
/// }
///
/// #[antiphon::coroutine(yield = Ask, send = Wire)]
/// fn lines(wire: &mut Wire) -> Result<(), WireError> {
///     while yield_from!(wire.any())? {
///         let length = yield_from!(wire.until(0, b'\n', 1000))?;
///         let (bytes, output) = wire.split();
///         output.extend_from_slice(&bytes[..length]);
///         wire.consume(length);
///     }
///     Ok(())
/// }
///
/// event_loop::run(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let client = TcpStream::connect(listener.local_addr()?).await?;
///     let (stream, _) = listener.accept().await?;
///     let server = spawn(Conversation::new(stream, |wire| Box::pin(echo(wire))).run());
///     client.write_all(b"first\nsecond\nthird").await?;
///     client.shutdown().await?;
///     assert_eq!(server.await.unwrap()?, Err(WireError::Ended));
///     let mut answer = [0; 100];
///     let length = client.read(&mut answer).await?;
///     assert_eq!(&answer[..length], b"first\nsecond\n");
///     Ok::<_, std::io::Error>(())
/// }).unwrap()?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Conversation<S, P: Protocol> {
    stream: S,
    machine: Machine<P>,
    /// It has returned, and that was not given yet.
    output: Option<P::Output>,
}

impl<S: ByteStream, P: Protocol> Conversation<S, P> {
    /// A protocol that begins on this connection. It runs until it wants something first.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread, or the protocol has been started before.
    #[track_caller]
    pub fn new(stream: S, protocol: impl FnOnce(Wire) -> P) -> Self {
        Self::with_wire(stream, Wire::new(), protocol)
    }

    /// A protocol that goes on where another one has left the wire.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    #[track_caller]
    pub fn with_wire(stream: S, mut wire: Wire, protocol: impl FnOnce(Wire) -> P) -> Self {
        wire.set_now(time());
        Conversation { stream, machine: Machine::with_wire(wire, protocol), output: None }
    }

    /// Goes on until the protocol tells of an event, or to its end; then all is sent.
    ///
    /// # Errors
    ///
    /// The connection's. That the other side has ended its sending is none: the protocol knows that.
    ///
    /// # Panics
    ///
    /// If it has ended before, or no event loop runs on this thread.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost: the next call goes on where this one was.
    #[allow(clippy::should_implement_trait, reason = "it is what the method of asynchronous iterators is called")]
    pub fn next(&mut self) -> impl Future<Output = io::Result<CoroutineState<P::Event, P::Output>>> {
        is_made_of(|| "Conversation::next", async move {
            while self.output.is_none() {
                match self.machine.resume() {
                    CoroutineState::Complete(output) => self.output = Some(output),
                    CoroutineState::Yielded(Want::Event(event)) => return Ok(CoroutineState::Yielded(event)),
                    CoroutineState::Yielded(Want::Flush) => self.flush().await?,
                    CoroutineState::Yielded(Want::More) => self.more().await?,
                    CoroutineState::Yielded(Want::Sleep(until)) => self.sleep(until).await?,
                }
                self.machine.wire().set_now(time());
            }
            self.flush().await?;
            let output = self.output.take();
            Ok(CoroutineState::Complete(output.expect("it has returned")))
        })
    }

    /// Sends all that was written on the wire.
    ///
    /// # Errors
    ///
    /// The connection's.
    ///
    /// # Cancellation
    ///
    /// What was not sent is still on the wire.
    pub fn flush(&mut self) -> impl Future<Output = io::Result<()>> {
        is_made_of(|| "Conversation::flush", async move {
            poll_fn(|cx| poll_flush(&self.stream, self.machine.wire(), cx)).await
        })
    }

    /// Reads what comes, and sends what there is to be sent meanwhile.
    async fn more(&mut self) -> io::Result<()> {
        let deadline = self.machine.wire().deadline();
        let more = poll_fn(|cx| poll_more(&self.stream, self.machine.wire(), cx));
        match deadline {
            None => more.await,
            // The protocol sees what time it is.
            Some(deadline) => timeout_at(deadline, more).await.unwrap_or(Ok(())),
        }
    }

    async fn sleep(&mut self, until: Duration) -> io::Result<()> {
        if let Ok(flushed) = timeout_at(until, self.flush()).await {
            flushed?;
            sleep_until(until).await;
        }
        Ok(())
    }

    /// The wire: for an event's answer, for example. What is written is sent when the conversation goes on.
    pub const fn wire(&mut self) -> &mut Wire {
        self.machine.wire()
    }

    /// The connection.
    pub const fn stream(&self) -> &S {
        &self.stream
    }

    /// The connection, and what is on the wire. A protocol that has not returned is dropped.
    pub fn into_parts(self) -> (S, Wire) {
        (self.stream, self.machine.into_wire())
    }
}

impl<S: ByteStream, P: Protocol<Event = Infallible>> Conversation<S, P> {
    /// Goes on to the protocol's end, and what it returns. The connection is closed then.
    ///
    /// # Errors
    ///
    /// The connection's.
    ///
    /// # Panics
    ///
    /// As [`next`](Self::next).
    ///
    /// # Cancellation
    ///
    /// The protocol is dropped, and the connection closed.
    pub fn run(mut self) -> impl Future<Output = io::Result<P::Output>> {
        is_made_of(|| "Conversation::run", async move {
            match self.next().await? {
                CoroutineState::Complete(output) => Ok(output),
                CoroutineState::Yielded(never) => match never {},
            }
        })
    }
}

fn poll_flush(stream: &impl ByteStream, wire: &mut Wire, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
    while !wire.unsent().is_empty() {
        match stream.poll_write(cx, &[IoSlice::new(wire.unsent())]) {
            Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            Poll::Ready(Ok(length)) => wire.sent(length),
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            Poll::Pending => return Poll::Pending,
        }
    }
    Poll::Ready(Ok(()))
}

/// Who waits until we have sent may wait for us to read.
fn poll_more(stream: &impl ByteStream, wire: &mut Wire, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
    if let Poll::Ready(Err(error)) = poll_flush(stream, wire, cx) {
        return Poll::Ready(Err(error));
    }
    if wire.is_ended() {
        return Poll::Ready(Ok(()));
    }
    let mut spare = SPARE.try_with(Cell::take).unwrap_or_default();
    wire.borrow(&mut spare);
    let polled = stream.poll_read(cx, wire.room(ROOM));
    match polled {
        Poll::Ready(Ok(0)) => wire.end(),
        Poll::Ready(Ok(length)) => wire.fed(length),
        Poll::Ready(Err(_)) => {}
        Poll::Pending => wire.give_back(&mut spare),
    }
    // A thread that ends needs none any more.
    let _ = SPARE.try_with(|kept| kept.set(spare));
    polled.map_ok(drop)
}

impl<S: fmt::Debug, P: Protocol> fmt::Debug for Conversation<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversation")
            .field("stream", &self.stream)
            .field("machine", &self.machine)
            .finish_non_exhaustive()
    }
}
