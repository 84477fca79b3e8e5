//! Reading by lines, by lengths, up to a mark.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::string::String;
use std::task::{Context, Poll, ready};
use std::vec::Vec;

use super::directions::ReadBytes;
use super::mark::Mark;
use super::read_error::ReadError;
use super::scratch;
use crate::event_loop::debug::{is_made_of, waits_fn};

/// Reads a stream by lines, by lengths, or up to a mark. It keeps what has come and was not asked for yet.
///
/// What is asked for may be as long as the limit, 64 KiB if nothing else is said, so nobody who sends no end fills the memory.
/// A reader that waits, and has given all that has come, holds no memory for it. Python: `asyncio.StreamReader`.
///
/// # Cancellation
///
/// Of all its operations: no byte is lost, but of a [line](Self::read_line) that is too long. What has come stays in the reader, for
/// whatever is asked next.
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
    /// Whether what comes up to the next end of a line belongs to one that was too long, whose reading was given up before that
    /// came. Whoever is given any of it takes what is left of the line as it is: then nothing is to be skipped any more.
    skipping: bool,
    ended: bool,
}

const LIMIT: usize = 1 << 16;

/// How much is read at once, at least.
const ROOM: usize = 1 << 12;

impl<S: ReadBytes> Reader<S> {
    /// A reader with a limit of 64 KiB.
    pub fn new(stream: S) -> Self {
        Self::with_limit(LIMIT, stream)
    }

    /// A reader that gives at most `limit` bytes at once, and keeps not much more. The end of a line, and a mark, count.
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
    /// A line that is too long is told of when its end has come, or the stream's. Until then what comes of it is dropped as it comes,
    /// so it fills no memory; but a peer who never ends it is stopped by nothing but a [`timeout`](super::super::timeout()).
    ///
    /// # Errors
    ///
    /// If the line, with its end, is longer than the limit, or is not UTF-8: it is gone, and the next can be read. If reading fails.
    ///
    /// # Cancellation
    ///
    /// No byte is lost, but of a line that is too long. What is left of such a line belongs to whatever is asked next:
    /// `read_line` drops it and tells of it, all else gives it.
    pub fn read_line(&mut self) -> impl Future<Output = Result<Option<String>, ReadError>> {
        is_made_of(|| "Reader::read_line", async move {
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
        })
    }

    /// What comes up to the next `mark`, with it: a byte, or several. `None` at the end of the stream. Python: `readuntil`.
    ///
    /// # Errors
    ///
    /// If the stream ends before the mark and there is something: that is in the error. If there is no mark within the limit: all
    /// that has come stays. If reading fails.
    ///
    /// # Panics
    ///
    /// If there is no byte in the mark.
    pub fn read_until(&mut self, mark: impl Mark) -> impl Future<Output = Result<Option<Vec<u8>>, ReadError>> {
        is_made_of(|| "Reader::read_until", async move {
            let mark = mark.bytes();
            assert!(!mark.is_empty(), "a mark of no bytes");
            self.searched = self.taken;
            loop {
                let found = find(mark, &self.buffer[self.searched..]);
                let length = found.map(|at| self.searched + at + mark.len() - self.taken);
                if length.unwrap_or(self.buffered().len()) > self.limit {
                    return self.too_long();
                }
                if let Some(length) = length {
                    return Ok(Some(self.take(length)));
                }
                // The beginning of a mark may have come.
                self.searched = self.taken.max(self.buffer.len().saturating_sub(mark.len() - 1));
                if !self.fill().await? {
                    let rest = self.take(self.buffered().len());
                    return if rest.is_empty() { Ok(None) } else { Err(ReadError::Ended(rest)) };
                }
            }
        })
    }

    /// The next `length` bytes. Python: `readexactly`.
    ///
    /// # Errors
    ///
    /// If the stream ends before: what there is is in the error. If that is more than the limit, or reading fails.
    pub fn read_exact(&mut self, length: usize) -> impl Future<Output = Result<Vec<u8>, ReadError>> {
        is_made_of(|| "Reader::read_exact", async move {
            if length > self.limit {
                return self.too_long();
            }
            while self.buffered().len() < length {
                if !self.fill().await? {
                    return Err(ReadError::Ended(self.take(self.buffered().len())));
                }
            }
            Ok(self.take(length))
        })
    }

    /// All that comes, to the end. Python: `read`.
    ///
    /// # Errors
    ///
    /// If that is more than the limit: all that has come stays. If reading fails.
    pub fn read_to_end(&mut self) -> impl Future<Output = Result<Vec<u8>, ReadError>> {
        is_made_of(|| "Reader::read_to_end", async move {
            while self.fill().await? {
                if self.buffered().len() > self.limit {
                    return self.too_long();
                }
            }
            Ok(self.take(self.buffered().len()))
        })
    }

    /// Reads what has come, at least a byte, at most what `buffer` holds. 0 at the end of the stream.
    ///
    /// # Errors
    ///
    /// If reading fails.
    pub fn read(&mut self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        waits_fn(|| "Reader::read", move |cx| self.poll_read(cx, buffer))
    }

    /// What has come, at least a byte. Nothing at the end of the stream.
    ///
    /// # Errors
    ///
    /// If reading fails.
    pub fn read_some(&mut self) -> impl Future<Output = Result<Vec<u8>, ReadError>> {
        is_made_of(|| "Reader::read_some", async move {
            while self.buffered().is_empty() && self.fill().await? {}
            Ok(self.take(self.buffered().len().min(self.limit)))
        })
    }

    /// Whether the stream has ended and all of it was asked for. Python: `at_eof`.
    pub fn at_eof(&self) -> bool {
        self.ended && self.buffered().is_empty()
    }

    /// What has come, and was not asked for yet.
    pub fn buffered(&self) -> &[u8] {
        &self.buffer[self.taken..]
    }

    const fn too_long<T>(&self) -> Result<T, ReadError> {
        Err(ReadError::TooLong { limit: self.limit })
    }

    /// Drops what comes up to the next `mark`, with it.
    async fn skip_past(&mut self, mark: u8) -> Result<(), ReadError> {
        loop {
            let rest = self.buffered();
            if let Some(at) = find(&[mark], rest) {
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
        let taken = self.buffered()[..length].into();
        self.consume(length);
        taken
    }

    /// Reads what is there. `false` at the end of the stream.
    async fn fill(&mut self) -> io::Result<bool> {
        poll_fn(|cx| self.poll_fill(cx)).await
    }

    pub(crate) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        if self.ended {
            return Poll::Ready(Ok(false));
        }
        // What was asked for goes, which costs at most a move for each byte that comes.
        if self.taken * 2 >= self.buffer.len() {
            self.buffer.drain(..self.taken);
            self.searched -= self.taken.min(self.searched);
            self.taken = 0;
        }
        let Reader { stream, buffer, ended, limit, .. } = self;
        let room = limit.saturating_sub(buffer.len()).clamp(ROOM, scratch::ROOM);
        let polled = scratch::with(|scratch| {
            let read = stream.poll_read(cx, &mut scratch[..room]);
            if let Poll::Ready(Ok(n)) = read {
                buffer.extend_from_slice(&scratch[..n]);
            }
            read
        });
        if polled.is_pending() && buffer.is_empty() {
            *buffer = Vec::new();
        }
        *ended = matches!(polled, Poll::Ready(Ok(0)));
        polled.map_ok(|n| n > 0)
    }

    pub(crate) fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let buffered = self.buffered();
        if buffered.is_empty() && !self.ended && !buffer.is_empty() {
            // Without a detour.
            let n = ready!(self.stream.poll_read(cx, buffer))?;
            self.ended = n == 0;
            self.skipping &= n == 0;
            return Poll::Ready(Ok(n));
        }
        let n = buffered.len().min(buffer.len());
        buffer[..n].copy_from_slice(&buffered[..n]);
        self.consume(n);
        Poll::Ready(Ok(n))
    }

    /// So much was asked for.
    pub(crate) fn consume(&mut self, length: usize) {
        self.taken += length;
        self.skipping &= length == 0;
    }
}

/// Where it is first.
fn find(mark: &[u8], bytes: &[u8]) -> Option<usize> {
    match *mark {
        [mark] => {
            // Many at a time: a search that may end at each byte looks at each by itself.
            let has = |chunk: &[u8]| chunk.iter().fold(false, |has, byte| has | (*byte == mark));
            let before = bytes.chunks_exact(32).take_while(|chunk| !has(chunk)).count() * 32;
            bytes[before..].iter().position(|byte| *byte == mark).map(|at| before + at)
        }
        _ => bytes.windows(mark.len()).position(|window| window == mark),
    }
}

impl<S: fmt::Debug> fmt::Debug for Reader<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.buffer.len() - self.taken;
        f.debug_struct("Reader").field("stream", &self.stream).field("waiting", &waiting).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_mark_is_found_wherever_it_is() {
        for length in 0..100 {
            let mut bytes = std::vec![b'x'; length];
            assert_eq!(find(b"\n", &bytes), None);
            for first in (0..length).rev() {
                bytes[first] = b'\n';
                assert_eq!(find(b"\n", &bytes), Some(first));
            }
        }
    }
}
