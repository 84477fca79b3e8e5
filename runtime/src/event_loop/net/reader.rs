//! Reading by lines, by lengths, up to a mark.

use std::error::Error;
use std::fmt;
use std::io;
use std::string::String;
use std::vec::Vec;

use super::stream::ByteStream;

/// Reads a stream by lines, by lengths, or up to a mark. It keeps what has come and was not asked for yet.
///
/// What is asked for may be as long as the limit, 64 KiB if nothing else is said, so nobody who sends no end fills the memory.
/// Python: `asyncio.StreamReader`.
///
/// # Cancellation
///
/// Of all its operations: no byte is lost. What has come stays in the reader, for whatever is asked next.
///
/// ```
/// use antiphon::event_loop::{self, ByteStream, Reader, TcpListener, TcpStream};
///
/// event_loop::run(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let client = TcpStream::connect(listener.local_addr()?).await?;
///     let (server, _) = listener.accept().await?;
///     client.write_all(b"first\r\nsecond\n4:data").await?;
///
///     let mut reader = Reader::new(server);
///     assert_eq!(reader.read_line().await?.unwrap(), "first");
///     assert_eq!(reader.read_line().await?.unwrap(), "second");
///     assert_eq!(reader.read_until(b':').await?.unwrap(), b"4:");
///     assert_eq!(reader.read_exact(4).await?, b"data");
///     drop(client);
///     assert!(reader.read_line().await?.is_none());
///     Ok::<_, event_loop::ReadError>(())
/// }).unwrap().unwrap();
/// ```
pub struct Reader<S> {
    stream: S,
    /// What has come; what is before `taken` was asked for.
    buffer: Vec<u8>,
    taken: usize,
    /// Up to where the mark is not.
    searched: usize,
    limit: usize,
    /// Whether what comes up to the next end of a line belongs to one that was too long.
    skipping: bool,
    ended: bool,
}

const LIMIT: usize = 1 << 16;

/// How much is read at once, at least.
const ROOM: usize = 1 << 12;

impl<S: ByteStream> Reader<S> {
    /// A reader with a limit of 64 KiB.
    pub fn new(stream: S) -> Self {
        Self::with_limit(LIMIT, stream)
    }

    /// A reader that gives at most `limit` bytes at once, and keeps not much more.
    pub fn with_limit(limit: usize, stream: S) -> Self {
        Reader { stream, buffer: Vec::new(), taken: 0, searched: 0, limit, skipping: false, ended: false }
    }

    /// What it reads from; for writing, for example.
    pub fn stream(&self) -> &S {
        &self.stream
    }

    /// The stream, and what has come and nobody asked for.
    pub fn into_parts(mut self) -> (S, Vec<u8>) {
        self.buffer.drain(..self.taken);
        (self.stream, self.buffer)
    }

    /// The next line, without its end, which is `\n` or `\r\n`. `None` at the end of the stream; a last line without an end is a
    /// line.
    ///
    /// # Errors
    ///
    /// If the line is longer than the limit, or is not UTF-8: it is gone, and the next can be read. If reading fails.
    pub async fn read_line(&mut self) -> Result<Option<String>, ReadError> {
        let line = match if self.skipping { self.too_long() } else { self.read_until(b'\n').await } {
            Ok(None) => return Ok(None),
            Ok(Some(line)) => line,
            Err(ReadError::Ended(rest)) => rest,
            Err(ReadError::TooLong { limit }) => {
                // Said again to the next, should this one be cancelled.
                self.skipping = true;
                self.skip_past(b'\n').await?;
                self.skipping = false;
                return Err(ReadError::TooLong { limit });
            }
            Err(error) => return Err(error),
        };
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        String::from_utf8(line.into()).map(Some).map_err(|error| ReadError::NotText(error.into_bytes()))
    }

    /// What comes up to the next `mark`, with it. `None` at the end of the stream.
    ///
    /// # Errors
    ///
    /// If the stream ends before the mark and there is something: that is in the error. If there is no mark within the limit: all
    /// that has come stays. If reading fails.
    pub async fn read_until(&mut self, mark: u8) -> Result<Option<Vec<u8>>, ReadError> {
        self.searched = self.taken;
        loop {
            let found = self.buffer[self.searched..].iter().position(|byte| *byte == mark);
            let length = found.map(|at| self.searched + at + 1 - self.taken);
            if length.unwrap_or(self.buffer.len() - self.taken) > self.limit {
                return self.too_long();
            }
            if let Some(length) = length {
                return Ok(Some(self.take(length)));
            }
            self.searched = self.buffer.len();
            if !self.fill().await? {
                let rest = self.take(self.buffer.len() - self.taken);
                return if rest.is_empty() { Ok(None) } else { Err(ReadError::Ended(rest)) };
            }
        }
    }

    /// The next `length` bytes.
    ///
    /// # Errors
    ///
    /// If the stream ends before: what there is is in the error. If that is more than the limit, or reading fails.
    pub async fn read_exact(&mut self, length: usize) -> Result<Vec<u8>, ReadError> {
        if length > self.limit {
            return self.too_long();
        }
        while self.buffer.len() - self.taken < length {
            if !self.fill().await? {
                return Err(ReadError::Ended(self.take(self.buffer.len() - self.taken)));
            }
        }
        Ok(self.take(length))
    }

    /// What has come, at least a byte. Nothing at the end of the stream.
    ///
    /// # Errors
    ///
    /// If reading fails.
    pub async fn read_some(&mut self) -> Result<Vec<u8>, ReadError> {
        while self.buffer.len() == self.taken && self.fill().await? {}
        Ok(self.take((self.buffer.len() - self.taken).min(self.limit)))
    }

    const fn too_long<T>(&self) -> Result<T, ReadError> {
        Err(ReadError::TooLong { limit: self.limit })
    }

    /// Drops what comes up to the next `mark`, with it.
    async fn skip_past(&mut self, mark: u8) -> Result<(), ReadError> {
        loop {
            let rest = &self.buffer[self.taken..];
            if let Some(at) = rest.iter().position(|byte| *byte == mark) {
                self.taken += at + 1;
                return Ok(());
            }
            self.taken = self.buffer.len();
            if !self.fill().await? {
                return Ok(());
            }
        }
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        let taken = self.buffer[self.taken..][..length].into();
        self.taken += length;
        taken
    }

    /// Reads what is there. `false` at the end of the stream.
    async fn fill(&mut self) -> Result<bool, ReadError> {
        if self.ended {
            return Ok(false);
        }
        // What was asked for goes, which costs at most a move for each byte that comes.
        if self.taken * 2 >= self.buffer.len() {
            self.buffer.drain(..self.taken);
            self.searched -= self.taken.min(self.searched);
            self.taken = 0;
        }
        let Reader { stream, buffer, ended, .. } = self;
        let room = ROOM.max(buffer.capacity() - buffer.len());
        let before = buffer.len();
        let read = std::future::poll_fn(|cx| {
            // The room is there for one poll only, so there is never anything in the buffer that has not come.
            buffer.resize(before + room, 0);
            let polled = stream.poll_read(cx, &mut buffer[before..]);
            let came = if let std::task::Poll::Ready(Ok(n)) = polled { n } else { 0 };
            buffer.truncate(before + came);
            polled
        });
        let n = read.await.map_err(ReadError::Io)?;
        *ended = n == 0;
        Ok(n > 0)
    }
}

impl<S: fmt::Debug> fmt::Debug for Reader<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.buffer.len() - self.taken;
        f.debug_struct("Reader").field("stream", &self.stream).field("waiting", &waiting).finish_non_exhaustive()
    }
}

/// Why a [`Reader`] does not give what was asked for.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The stream ended before; this is what there was. Python: `IncompleteReadError`.
    Ended(Vec<u8>),
    /// It is longer than the limit. Python: `LimitOverrunError`.
    #[non_exhaustive]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The line is not UTF-8; these are its bytes, without its end.
    NotText(Vec<u8>),
    /// The system's reason.
    Io(io::Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Ended(rest) => write!(f, "the stream ended after {} bytes of what was asked for", rest.len()),
            ReadError::TooLong { limit } => write!(f, "longer than the reader's limit of {limit} bytes"),
            ReadError::NotText(_) => f.write_str("the line is not UTF-8"),
            ReadError::Io(error) => write!(f, "reading failed: {error}"),
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ReadError::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        ReadError::Io(error)
    }
}
