//! What is made of streams, cut at every poll: no byte is lost, and none is there twice.

mod copying;
mod writing;

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;

use antiphon::event_loop::{
    ByteStream, EventLoop, Network, ReadBytes, ReadError, Reader, TcpListener, TcpStream, UnixStream, Writer, copy,
    copy_bidirectional, run, spawn, timeout, yield_now,
};

use crate::pipe::{End, pipe};
use crate::{seconds, settle};

/// Drops the future after so many polls, unless it has ended by then.
async fn cut<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let (mut future, mut left) = (pin!(future), polls);
    poll_fn(|cx| {
        if let Poll::Ready(value) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(value));
        }
        left = left.saturating_sub(1);
        if left == 0 { Poll::Ready(None) } else { Poll::Pending }
    })
    .await
}

/// What it comes to within thirty turns.
async fn soon<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..30 {
        if let Poll::Ready(done) = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await {
            return Some(done);
        }
        yield_now().await;
    }
    None
}

fn simulated<T>(future: impl Future<Output = T>) -> T {
    EventLoop::simulated().run_until_complete(future).unwrap()
}

async fn all_of(stream: impl ReadBytes) -> Vec<u8> {
    Reader::with_limit(1 << 20, stream).read_to_end().await.unwrap()
}

fn numbers(n: usize) -> Vec<u8> {
    (0..n).map(|n| n as u8).collect()
}

/// Sends all of it, and the end.
fn send(end: End, bytes: Vec<u8>) {
    drop(spawn(async move {
        end.write_all(&bytes).await.unwrap();
        end.shutdown().await.unwrap();
        // The other direction stays.
        while end.read(&mut [0; 8]).await.unwrap() > 0 {}
    }));
}

/// Until it is not cut any more.
macro_rules! insist {
    ($polls:expr, $operation:expr) => {
        loop {
            if let Some(done) = cut($polls, $operation).await {
                break done;
            }
            yield_now().await;
        }
    };
}
use insist;

#[test]
fn a_reader_in_whatever_it_does() {
    for room in [1, 3, 64] {
        for polls in 1..8 {
            simulated(async {
                let (client, server) = pipe(room);
                send(client, b"line\r\nhead\r\n\r\n12345wwwwa very long line\nthe rest".to_vec());
                let mut reader = Reader::with_limit(8, server);
                assert_eq!(insist!(polls, reader.read_line()).unwrap().unwrap(), "line");
                assert_eq!(insist!(polls, reader.read_until(b"\r\n\r\n")).unwrap().unwrap(), b"head\r\n\r\n");
                assert_eq!(insist!(polls, reader.read_exact(5)).unwrap(), b"12345");
                let mut w = [0; 4];
                let mut came = 0;
                while came < 4 {
                    came += insist!(polls, reader.read(&mut w[came..])).unwrap();
                }
                assert_eq!(&w, b"wwww");
                assert!(matches!(insist!(polls, reader.read_line()), Err(ReadError::TooLong { limit: 8, .. })));
                assert!(!reader.at_eof());
                assert_eq!(insist!(polls, reader.read_to_end()).unwrap(), b"the rest");
                assert!(reader.at_eof());
            });
        }
    }
}

/// How the rest of a line may be asked for when it was given up in the middle: the `abc` in `abc\nok\n`.
#[derive(Clone, Copy, Debug)]
enum Rest {
    Until,
    Exact,
    Some,
    Buffered,
    Direct,
}

#[test]
fn a_line_that_was_given_up_says_nothing_of_the_next() {
    for how in [Rest::Until, Rest::Exact, Rest::Some, Rest::Buffered, Rest::Direct] {
        simulated(async {
            let (a, other) = UnixStream::pair().unwrap();
            let mut reader = Reader::with_limit(5, a);
            other.write_all(b"0123456789").await.unwrap();
            // It is too long already, and that is told when it ends.
            assert!(timeout(seconds(1), reader.read_line()).await.is_err());
            if matches!(how, Rest::Buffered) {
                other.write_all(b"xabc\n").await.unwrap();
                assert_eq!(reader.read_exact(1).await.unwrap(), b"x");
            } else {
                other.write_all(b"abc\n").await.unwrap();
            }
            let mut buffer = [0; 4];
            let rest = match how {
                Rest::Until => reader.read_until(b'\n').await.unwrap().unwrap(),
                Rest::Exact => reader.read_exact(4).await.unwrap(),
                Rest::Some => reader.read_some().await.unwrap(),
                Rest::Buffered | Rest::Direct => {
                    let n = reader.read(&mut buffer).await.unwrap();
                    buffer[..n].to_vec()
                }
            };
            assert_eq!(rest, b"abc\n", "{how:?}");
            other.write_all(b"ok\nlast\n").await.unwrap();
            assert_eq!(reader.read_line().await.unwrap().unwrap(), "ok", "{how:?}");
            assert_eq!(reader.read_line().await.unwrap().unwrap(), "last", "{how:?}");
        });
    }
}

#[test]
fn a_line_that_was_given_up_is_told_of_to_who_asks_for_the_next() {
    simulated(async {
        let (a, other) = UnixStream::pair().unwrap();
        let mut reader = Reader::with_limit(5, a);
        other.write_all(b"0123456789").await.unwrap();
        assert!(timeout(seconds(1), reader.read_line()).await.is_err());
        // These take nothing.
        assert_eq!(reader.read(&mut []).await.unwrap(), 0);
        assert!(reader.read_exact(0).await.unwrap().is_empty());
        assert!(timeout(seconds(1), reader.read_exact(5)).await.is_err());
        other.write_all(b"abc\nok\n0123456789").await.unwrap();
        assert!(matches!(reader.read_line().await, Err(ReadError::TooLong { limit: 5, .. })));
        assert_eq!(reader.read_line().await.unwrap().unwrap(), "ok");
        assert!(timeout(seconds(1), reader.read_line()).await.is_err());
        drop(other);
        assert!(matches!(reader.read_line().await, Err(ReadError::TooLong { limit: 5, .. })));
        assert!(reader.read_line().await.unwrap().is_none());
    });
}

#[test]
fn a_mark_that_comes_in_pieces() {
    for text in ["-->rest", "--->rest", "a-->b", "--a-->", "-a->-->-"] {
        for room in 1..4 {
            simulated(async {
                let (client, server) = pipe(room);
                send(client, text.into());
                let mut reader = Reader::new(server);
                let end = text.find("-->").unwrap() + 3;
                assert_eq!(reader.read_until("-->").await.unwrap().unwrap(), text.as_bytes()[..end]);
                assert_eq!(reader.read_to_end().await.unwrap(), text.as_bytes()[end..]);
            });
        }
    }
}

#[test]
#[should_panic(expected = "a mark of no bytes")]
fn a_mark_of_no_bytes() {
    drop(simulated(async { Reader::new(pipe(1).0).read_until(b"").await }));
}

#[test]
fn more_than_the_limit_to_the_end_stays() {
    simulated(async {
        let (client, server) = pipe(100);
        send(client, vec![b'x'; 20]);
        let mut reader = Reader::with_limit(8, server);
        assert!(matches!(reader.read_to_end().await, Err(ReadError::TooLong { limit: 8, .. })));
        for _ in 0..2 {
            assert_eq!(reader.read_exact(8).await.unwrap(), b"xxxxxxxx");
        }
        assert_eq!(reader.read_to_end().await.unwrap(), b"xxxx");
    });
}

#[test]
fn halves_are_one_stream_again() {
    run(async {
        let (client, server) = UnixStream::pair()?;
        let (other, _peer) = UnixStream::pair()?;
        let (reader, writer) = client.into_split();
        let (other_reader, other_writer) = other.into_split();
        let refused = reader.reunite(other_writer).unwrap_err();
        assert_eq!(refused.to_string(), "the halves are not of the same stream");
        let client = writer.reunite(refused.0).unwrap();
        drop(refused.1);
        drop(other_reader);
        // Sending has not ended.
        client.write_all(b"whole").await?;
        drop(client);
        assert_eq!(all_of(server).await, b"whole");
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn a_half_that_is_dropped_ends_sending_unless_it_is_forgotten() {
    run(async {
        let (client, server) = UnixStream::pair()?;
        let (reader, writer) = client.into_split();
        drop(writer);
        assert_eq!(server.read(&mut [0; 8]).await?, 0);
        server.write_all(b"still").await?;
        assert_eq!(reader.read(&mut [0; 8]).await?, 5);

        let (client, server) = UnixStream::pair()?;
        let (reader, writer) = client.into_split();
        writer.forget();
        assert!(soon(server.read(&mut [0; 8])).await.is_none());
        drop(reader);
        assert_eq!(server.read(&mut [0; 8]).await?, 0);

        let (client, server) = UnixStream::pair()?;
        let (reader, writer) = client.split();
        writer.write_all(b"borrowed").await?;
        server.write_all(b"yes").await?;
        assert_eq!(reader.read(&mut [0; 8]).await?, 3);
        assert!(soon(reader.read(&mut [0; 8])).await.is_none());
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn a_connect_that_is_dropped_leaves_nothing_open() {
    let event_loop = EventLoop::simulated();
    event_loop.set_network(Network::ideal().latency(seconds(1)..=seconds(1)).open_files(3));
    event_loop
        .run_until_complete(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            for polls in (1..4).cycle().take(12) {
                assert!(cut(polls, timeout(seconds(1), TcpStream::connect(address))).await.is_none_or(|r| r.is_err()));
            }
            TcpStream::connect(address).await.unwrap();
        })
        .unwrap();
}
