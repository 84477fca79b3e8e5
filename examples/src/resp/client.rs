//! The client's side.

use std::error::Error;
use std::fmt;
use std::io;
use std::pin::Pin;

use antiphon::Coroutine;
use antiphon::CoroutineState::{Complete, Yielded};
use antiphon::event_loop::{Address, ByteStream, Conversation, TcpStream};
use antiphon::protocol::{Ask, Wire};

use super::error::{Limits, RespError};
use super::request::write_request;
use super::value::{Value, read_value};

/// Tells of each reply that comes, until no more do.
///
/// # Errors
///
/// If the server sends what is no reply, or is gone in the middle of one.
#[antiphon::coroutine(yield = Ask<Value>, send = Wire)]
pub fn replies(mut wire: Wire, limits: Limits) -> (Wire, Result<(), RespError>) {
    loop {
        let value = yield_from!(read_value(&mut wire, &limits));
        match value {
            Ok(Some(value)) => yield_from!(wire.event(value)),
            Ok(None) => return (wire, Ok(())),
            Err(error) => return (wire, Err(error)),
        }
    }
}

type Replies = Pin<Box<dyn Coroutine<Yield = Ask<Value>, Send = Wire, Return = (Wire, Result<(), RespError>)>>>;

/// A connection to a server.
///
/// ```no_run
/// use antiphon::event_loop;
/// use antiphon_examples::resp::{Client, Value};
///
/// event_loop::run(async {
///     let mut client = Client::connect("localhost:6379").await?;
///     client.call(["SET", "color", "blue"]).await?;
///     assert_eq!(client.call(["GET", "color"]).await?, Value::Bulk(b"blue".to_vec()));
///     // Several at once: one write, and one answer.
///     let replies = client.call_all([["INCR", "a"], ["INCR", "b"]]).await?;
///     assert_eq!(replies.len(), 2);
///     Ok::<_, Box<dyn std::error::Error>>(())
/// }).unwrap().unwrap();
/// ```
pub struct Client<S: ByteStream = TcpStream> {
    conversation: Conversation<S, Replies>,
    /// How many requests were written, and how many replies came.
    asked: u64,
    answered: u64,
    /// Why there is nothing more to come.
    ended: Option<CallError>,
}

impl Client {
    /// Connects to a server.
    ///
    /// # Errors
    ///
    /// As [`TcpStream::connect`].
    pub async fn connect(address: impl Into<Address>) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Client::new(stream))
    }
}

impl<S: ByteStream> Client<S> {
    /// A client on a connection.
    pub fn new(stream: S) -> Self {
        let protocol = |wire| Box::pin(replies(wire, Limits::default())) as Replies;
        Client { conversation: Conversation::new(stream, protocol), asked: 0, answered: 0, ended: None }
    }

    /// Asks, and waits for the reply. A reply that is an error is a value.
    ///
    /// # Errors
    ///
    /// If there is no reply.
    ///
    /// # Cancellation
    ///
    /// The request may have been sent. Its reply is dropped when it comes, and the client can be used.
    pub async fn call<A: AsRef<[u8]>>(
        &mut self,
        request: impl IntoIterator<Item = A, IntoIter: ExactSizeIterator>,
    ) -> Result<Value, CallError> {
        self.ask(request);
        let number = self.asked;
        self.reply_to(number).await
    }

    /// Asks for several things at once, and waits for all replies.
    ///
    /// # Errors
    ///
    /// If one of the replies does not come.
    ///
    /// # Cancellation
    ///
    /// As [`call`](Self::call).
    pub async fn call_all<A: AsRef<[u8]>>(
        &mut self,
        requests: impl IntoIterator<Item = impl IntoIterator<Item = A, IntoIter: ExactSizeIterator>>,
    ) -> Result<Vec<Value>, CallError> {
        let first = self.asked + 1;
        requests.into_iter().for_each(|request| self.ask(request));
        let mut values = Vec::new();
        for number in first..=self.asked {
            values.push(self.reply_to(number).await?);
        }
        Ok(values)
    }

    fn ask<A: AsRef<[u8]>>(&mut self, request: impl IntoIterator<Item = A, IntoIter: ExactSizeIterator>) {
        if self.ended.is_none() {
            write_request(self.conversation.wire().output(), request);
        }
        self.asked += 1;
    }

    /// The reply to a request; those before belong to calls that were cancelled.
    async fn reply_to(&mut self, number: u64) -> Result<Value, CallError> {
        loop {
            if let Some(error) = &self.ended {
                return Err(error.again());
            }
            match self.conversation.next().await {
                Ok(Yielded(value)) => {
                    self.answered += 1;
                    if self.answered == number {
                        return Ok(value);
                    }
                }
                Ok(Complete(Ok(()))) => self.ended = Some(CallError::Closed),
                Ok(Complete(Err(error))) => self.ended = Some(CallError::Resp(error)),
                // The connection can't be used any more.
                Err(error) => self.ended = Some(CallError::Io(error)),
            }
        }
    }
}

impl<S: ByteStream + fmt::Debug> fmt::Debug for Client<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.asked - self.answered;
        f.debug_struct("Client").field("conversation", &self.conversation).field("waiting", &waiting).finish()
    }
}

/// Why there is no reply.
#[derive(Debug)]
pub enum CallError {
    /// The server has closed the connection.
    Closed,
    /// What it sent is no reply.
    Resp(RespError),
    /// The system's reason.
    Io(io::Error),
}

impl CallError {
    /// The same, for the next who asks.
    fn again(&self) -> Self {
        match self {
            CallError::Closed => CallError::Closed,
            CallError::Resp(error) => CallError::Resp(*error),
            CallError::Io(error) => CallError::Io(error.kind().into()),
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Closed => f.write_str("the server has closed the connection"),
            CallError::Resp(error) => error.fmt(f),
            CallError::Io(error) => write!(f, "the connection failed: {error}"),
        }
    }
}

impl Error for CallError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            CallError::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for CallError {
    fn from(error: io::Error) -> Self {
        CallError::Io(error)
    }
}
