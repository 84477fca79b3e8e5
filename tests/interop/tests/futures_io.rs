//! The traits of `futures-io`: ours behind theirs, and theirs behind ours.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use antiphon::event_loop::{
    ByteStream, EventLoop, FuturesIo, Network, Reader, TcpListener, TcpStream, Writer, run_interruptible, spawn,
};
use futures::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, Cursor};
use futures::{StreamExt, TryStreamExt};

/// On the system's sockets, and on those of a network that gives pieces.
fn everywhere(test: impl AsyncFn() -> io::Result<()>) {
    EventLoop::new().unwrap().run_until_complete(test()).unwrap().unwrap();
    for seed in 0..10 {
        let event_loop = EventLoop::simulated_with_seed(seed);
        event_loop.set_network(Network::varied());
        event_loop.run_until_complete(test()).unwrap().unwrap();
    }
}

async fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    Ok((client, listener.accept().await?.0))
}

#[test]
fn their_extensions_work_with_our_streams() {
    everywhere(async || {
        let (mut client, server) = pair().await?;
        let echo = spawn(async move { futures::io::copy(&server, &mut &server).await });
        AsyncWriteExt::write_all(&mut client, b"hello").await?;
        let mut buffer = [0; 5];
        AsyncReadExt::read_exact(&mut client, &mut buffer).await?;
        assert_eq!(&buffer, b"hello");
        AsyncWriteExt::close(&mut client).await?;
        assert_eq!(echo.await.unwrap()?, 5);
        Ok(())
    });
}

#[test]
fn halves_have_one_direction_each() {
    everywhere(async || {
        let (client, server) = pair().await?;
        let (reader, mut writer) = ByteStream::split(&client);
        let lines = spawn(async move {
            let lines: Vec<_> = BufReader::new(&server).lines().try_collect().await?;
            AsyncWriteExt::write_all(&mut &server, b"answer").await?;
            io::Result::Ok(lines)
        });
        AsyncWriteExt::write_all(&mut writer, b"one\ntwo\n").await?;
        AsyncWriteExt::close(&mut writer).await?;
        assert_eq!(lines.await.unwrap()?, ["one", "two"]);
        let mut answer = String::new();
        BufReader::new(reader).read_to_string(&mut answer).await?;
        assert_eq!(answer, "answer");

        let (client, server) = pair().await?;
        let (mut reader, mut writer) = client.into_split();
        AsyncWriteExt::write_all(&mut writer, b"owned").await?;
        drop(writer);
        let mut all = Vec::new();
        Reader::new(server).read_to_end(&mut all).await?;
        assert_eq!(all, b"owned");
        assert_eq!(AsyncReadExt::read(&mut reader, &mut [0; 8]).await?, 0);
        Ok(())
    });
}

/// `Reader` has operations of its own with these names.
trait ToEnd: AsyncRead + Unpin + Sized {
    async fn read_to_end(mut self, all: &mut Vec<u8>) -> io::Result<usize> {
        AsyncReadExt::read_to_end(&mut self, all).await
    }
}

impl<S: AsyncRead + Unpin> ToEnd for S {}

#[test]
fn our_reader_and_writer_are_buffered_ones() {
    everywhere(async || {
        let (client, server) = pair().await?;
        let (reader, writer) = client.into_split();
        let (mut reader, mut writer) = (Reader::new(reader), Writer::new(writer));
        writer.set_write_buffer_limits(1000, 100);
        let sent = spawn(async move {
            for n in 0..1000 {
                AsyncWriteExt::write_all(&mut writer, format!("line {n}\n").as_bytes()).await?;
                assert!(writer.get_write_buffer_size() <= 1010);
            }
            AsyncWriteExt::flush(&mut writer).await?;
            assert_eq!(writer.get_write_buffer_size(), 0);
            AsyncWriteExt::close(&mut writer).await?;
            assert!(AsyncWriteExt::write_all(&mut writer, b"late").await.is_err());
            io::Result::Ok(())
        });
        let mut lines = AsyncBufReadExt::lines(Reader::new(&server)).enumerate();
        while let Some((n, line)) = lines.next().await {
            assert_eq!(line?, format!("line {n}"));
        }
        sent.await.unwrap()?;
        server.write_all(b"head\nbody").await?;
        drop(lines);
        drop(server);
        // What one of ours has read is there for one of theirs.
        assert_eq!(reader.read_line().await.unwrap().unwrap(), "head");
        let mut rest = String::new();
        AsyncReadExt::read_to_string(&mut reader, &mut rest).await?;
        assert_eq!(rest, "body");
        Ok(())
    });
}

#[test]
fn they_have_the_traits_of_tokio() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_util::compat::FuturesAsyncReadCompatExt;
    everywhere(async || {
        let (client, server) = pair().await?;
        let (mut client, mut server) = (client.compat(), server.compat());
        client.write_all(b"hello").await?;
        client.shutdown().await?;
        let mut all = Vec::new();
        server.read_to_end(&mut all).await?;
        assert_eq!(all, b"hello");
        Ok(())
    });
}

#[cfg(unix)]
#[test]
fn a_child_is_spoken_to_by_their_extensions() {
    use std::process::{Command, Stdio};
    let said = antiphon::event_loop::run(async {
        let mut command = Command::new("cat");
        let mut cat = antiphon::event_loop::Child::spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()))?;
        let mut input = cat.stdin.take().unwrap();
        AsyncWriteExt::write_all(&mut input, b"hello").await?;
        AsyncWriteExt::close(&mut input).await?;
        let mut said = String::new();
        AsyncReadExt::read_to_string(&mut cat.stdout.take().unwrap(), &mut said).await?;
        io::Result::Ok(said)
    });
    assert_eq!(said.unwrap().unwrap(), "hello");
}

/// Keeps what is written until it is flushed, and lets flushing wait.
#[derive(Default)]
struct Keeps {
    kept: Vec<u8>,
    passed: Vec<u8>,
    waited: bool,
    closed: bool,
}

impl AsyncRead for Keeps {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut [u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(0))
    }
}

impl AsyncWrite for Keeps {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.kept.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.kept.is_empty() && !std::mem::replace(&mut self.waited, true) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.waited = false;
        let kept = std::mem::take(&mut self.kept);
        self.passed.extend(kept);
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = self.as_mut().poll_flush(cx);
        self.closed |= flushed.is_ready();
        flushed
    }
}

#[test]
fn what_a_stream_keeps_is_passed_on() {
    EventLoop::simulated()
        .run_until_complete(async {
            let mut stream = FuturesIo::new(Keeps::default());
            stream.write_all(b"all").await.unwrap();
            assert_eq!(stream.get_mut().passed, b"all");
            stream.write(b", and one").await.unwrap();
            stream.flush().await.unwrap();
            assert_eq!(stream.get_mut().passed, b"all, and one");
            let writer = Writer::new(stream);
            writer.write(b", and more").unwrap();
            writer.flush().await.unwrap();
            let (mut stream, unsent) = writer.into_parts();
            assert_eq!((&*stream.get_mut().passed, &*unsent), (&b"all, and one, and more"[..], &b""[..]));
            antiphon::event_loop::copy(FuturesIo::new(Cursor::new(b", and the rest".to_vec())), &stream).await.unwrap();
            assert_eq!(stream.get_mut().passed, b"all, and one, and more, and the rest");
            stream.shutdown().await.unwrap();
            assert!(stream.into_inner().closed);
        })
        .unwrap();
}

#[test]
fn a_stream_of_theirs_is_read_and_written() {
    let lines = run_interruptible(async {
        let mut reader = Reader::new(FuturesIo::new(Cursor::new(b"one\ntwo".to_vec())));
        let mut lines = Vec::new();
        while let Some(line) = reader.read_line().await.unwrap() {
            lines.push(line);
        }
        lines
    });
    assert_eq!(lines.unwrap(), ["one", "two"]);
}
