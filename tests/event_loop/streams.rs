//! What is made of streams, cut at every poll: no byte is lost, and none is there twice.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;

use antiphon::event_loop::{
    ByteStream, EventLoop, ReadBytes, ReadError, Reader, UnixStream, Writer, copy, copy_bidirectional, run, spawn,
    yield_now,
};

use crate::pipe::{End, pipe};
use crate::settle;

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
fn a_copy_that_is_cut_has_what_it_has_read() {
    let all = numbers(300);
    for (room, other) in [(1, 7), (7, 1), (64, 64), (300, 5)] {
        for polls in 1..60 {
            simulated(async {
                let ((client, from), (to, server)) = (pipe(room), pipe(other));
                send(client, all.clone());
                let received = spawn(all_of(server));
                let mut first = copy(&from, &to);
                let ended = cut(polls, &mut first).await;
                let (copied, unsent) = (first.copied(), first.unsent().to_vec());
                if let Some(ended) = ended {
                    assert_eq!((ended.unwrap(), copied, unsent.len()), (300, 300, 0));
                }
                to.write_all(&unsent).await.unwrap();
                let rest = copy(&from, &to).await.unwrap();
                assert_eq!(copied + unsent.len() as u64 + rest, 300);
                to.shutdown().await.unwrap();
                assert_eq!(received.await.unwrap(), all);
            });
        }
    }
}

#[test]
fn a_copy_waits_for_who_does_not_read() {
    simulated(async {
        let ((client, from), (to, server)) = (pipe(10), pipe(10));
        let client = std::rc::Rc::new(client);
        let sent = client.clone();
        drop(spawn(async move { client.write_all(&[1; 1000]).await }));
        drop(spawn(async move { copy(from, to).await }));
        for _ in 0..10 {
            settle().await;
        }
        // Ten bytes wait there, ten were read and are not written, and ten wait here.
        assert_eq!((sent.waiting(), server.read(&mut [0; 100]).await.unwrap()), (10, 10));
    });
}

#[test]
fn a_copy_gives_back_what_could_not_be_written() {
    simulated(async {
        let ((client, from), (to, server)) = (pipe(100), pipe(4));
        send(client, numbers(30));
        let mut copying = copy(&from, &to);
        assert!(soon(&mut copying).await.is_none());
        drop(server);
        assert_eq!((&mut copying).await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        assert_eq!((copying.copied(), copying.unsent()), (4, &numbers(30)[4..]));
    });
}

#[test]
fn both_directions_and_both_ends_are_passed_on() {
    for room in [1, 8, 1000] {
        for polls in (1..100).step_by(7) {
            simulated(async {
                let ((client, front), (back, server)) = (pipe(room), pipe(room));
                let there = spawn(async move {
                    let question = all_of(&server).await;
                    // The other side has ended, and this one begins.
                    server.write_all(&numbers(200)).await.unwrap();
                    question
                });
                let here = spawn(async move {
                    client.write_all(&numbers(100)).await.unwrap();
                    client.shutdown().await.unwrap();
                    all_of(client).await
                });
                let mut relay = copy_bidirectional(front, back);
                if let Some(ended) = cut(polls, &mut relay).await {
                    assert_eq!(ended.unwrap(), (100, 200));
                } else {
                    // Kept, it goes on.
                    assert_eq!((&mut relay).await.unwrap(), (100, 200));
                }
                assert_eq!(relay.unsent(), (&[][..], &[][..]));
                drop(relay);
                assert_eq!((there.await.unwrap(), here.await.unwrap()), (numbers(100), numbers(200)));
            });
        }
    }
}

#[test]
fn a_peer_that_vanishes_ends_both_directions() {
    let ended = run(async {
        let ((client, front), (back, server)) = (UnixStream::pair()?, UnixStream::pair()?);
        client.write_all(b"unheard").await?;
        drop(server);
        copy_bidirectional(front, back).await
    });
    assert_eq!(ended.unwrap().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
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
fn a_writer_collects_and_sends_while_others_go_on() {
    simulated(async {
        let (client, server) = pipe(1000);
        let writer = Writer::new(client);
        for n in 0..10 {
            writer.write(&[n; 10]).unwrap();
        }
        assert_eq!((writer.get_write_buffer_size(), writer.stream().waiting()), (100, 0));
        settle().await;
        // Nobody has waited for it.
        assert_eq!((writer.get_write_buffer_size(), writer.stream().waiting()), (0, 100));
        writer.shutdown().await.unwrap();
        assert!(writer.is_closing());
        assert_eq!(writer.write(b"late").unwrap_err().to_string(), "the writer is shut down");
        assert_eq!(all_of(server).await.len(), 100);
    });
}

#[test]
fn between_the_marks() {
    simulated(async {
        let (client, server) = pipe(1);
        let writer = Writer::new(client);
        writer.set_write_buffer_limits(10, 4);
        writer.write(&[1; 10]).unwrap();
        // Ten are not too many.
        assert!(cut(1, writer.drain()).await.unwrap().is_ok());
        writer.write(&[1; 5]).unwrap();
        let full = writer.write(&[1]).unwrap_err();
        assert_eq!(full.kind(), io::ErrorKind::WouldBlock);
        assert_eq!(full.to_string(), "more than 10 bytes wait to be sent");
        // Below the high mark, and above the low one: it goes on waiting.
        for left in (5..=14).rev() {
            assert!(soon(writer.drain()).await.is_none());
            assert_eq!(writer.get_write_buffer_size(), left);
            assert_eq!(server.read(&mut [0; 1]).await.unwrap(), 1);
        }
        writer.drain().await.unwrap();
        assert_eq!(writer.get_write_buffer_size(), 4);
        writer.write(&[2; 5]).unwrap();
        // Limits that are changed hold at once.
        writer.set_write_buffer_limits(8, 2);
        assert!(soon(writer.drain()).await.is_none());
        writer.set_write_buffer_limits(20, 10);
        writer.drain().await.unwrap();
    });
}

#[test]
fn who_does_not_read_slows_who_writes_and_memory_is_bounded() {
    simulated(async {
        let (client, server) = pipe(16);
        let writer = Writer::new(client);
        writer.set_write_buffer_limits(100, 50);
        drop(spawn(async move {
            for n in 0..1000_u32 {
                writer.send(&n.to_be_bytes()).await.unwrap();
                assert!(writer.get_write_buffer_size() <= 104);
            }
            writer.shutdown().await.unwrap();
        }));
        for _ in 0..10 {
            settle().await;
        }
        let all = all_of(server).await;
        assert!(all.chunks(4).zip(0_u32..).all(|(bytes, n)| bytes == n.to_be_bytes()));
        assert_eq!(all.len(), 4000);
    });
}

#[test]
fn a_writer_in_whatever_it_waits_for() {
    for polls in 1..8 {
        for room in [1, 5] {
            simulated(async {
                let (client, server) = pipe(room);
                let received = spawn(all_of(server));
                let writer = Writer::new(client);
                writer.set_write_buffer_limits(6, 2);
                for n in 0..20 {
                    // Whole or not at all, and once.
                    insist!(polls, writer.send(&[n; 3])).unwrap();
                }
                insist!(polls, writer.drain()).unwrap();
                insist!(polls, writer.flush()).unwrap();
                assert_eq!(writer.get_write_buffer_size(), 0);
                insist!(polls, writer.shutdown()).unwrap();
                let expected: Vec<u8> = (0..20).flat_map(|n| [n; 3]).collect();
                assert_eq!(received.await.unwrap(), expected);
            });
        }
    }
}

#[test]
fn what_was_not_sent_comes_back_when_the_peer_is_gone() {
    for turns in 0..30 {
        simulated(async {
            let (client, server) = pipe(4);
            let writer = Writer::new(client);
            writer.set_write_buffer_limits(10, 5);
            writer.write(&numbers(30)).unwrap();
            let mut received = Vec::new();
            for _ in 0..turns {
                yield_now().await;
            }
            let mut buffer = [0; 100];
            if let Some(n) = cut(turns % 4, server.read(&mut buffer)).await {
                received.extend_from_slice(&buffer[..n.unwrap()]);
            }
            // What the peer has not read is lost to it; the system took it.
            let taken = writer.stream().waiting();
            received.extend(numbers(30)[received.len()..].iter().take(taken));
            drop(server);
            let failed = writer.flush().await.unwrap_err();
            assert_eq!(failed.kind(), io::ErrorKind::BrokenPipe);
            // Whoever asks is told.
            assert_eq!(writer.drain().await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
            assert_eq!(writer.write(b"x").unwrap_err().kind(), io::ErrorKind::BrokenPipe);
            let (_, unsent) = writer.into_parts();
            received.extend(unsent);
            assert_eq!(received, numbers(30));
        });
    }
}

#[test]
fn a_writer_that_is_taken_apart_or_dropped_leaves_no_task() {
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            let (client, server) = pipe(4);
            let writer = Writer::new(client);
            writer.write(&numbers(10)).unwrap();
            settle().await;
            let (client, unsent) = writer.into_parts();
            assert_eq!(unsent, &numbers(10)[4..]);
            client.write_all(b"").await.unwrap();
            drop(client);
            assert_eq!(all_of(server).await, &numbers(10)[..4]);

            let (client, server) = pipe(4);
            let writer = Writer::new(client);
            writer.write(&numbers(10)).unwrap();
            drop(writer);
            assert_eq!(all_of(server).await, b"");
            settle().await;
        })
        .unwrap();
    assert_eq!(crate::tasks(&event_loop), 0);
}

#[test]
fn a_stream_that_panics_fails_its_writer() {
    struct Panics;
    impl ByteStream for Panics {
        fn poll_read(&self, _: &mut std::task::Context<'_>, _: &mut [u8]) -> Poll<io::Result<usize>> {
            Poll::Pending
        }

        fn poll_write(&self, _: &mut std::task::Context<'_>, _: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
            panic!("a stream of nonsense")
        }

        fn poll_shutdown(&self, _: &mut std::task::Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }
    let event_loop = EventLoop::simulated();
    event_loop.set_report_handler(|_| {});
    let (failed, unsent) = event_loop
        .run_until_complete(async {
            let writer = Writer::new(Panics);
            writer.write(b"kept").unwrap();
            (writer.flush().await.unwrap_err(), writer.into_parts().1)
        })
        .unwrap();
    assert_eq!((failed.to_string(), unsent), ("the task that sends was ended".into(), b"kept".to_vec()));
}
