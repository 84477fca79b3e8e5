//! Copies.

use std::cell::Cell;
use std::io::IoSlice;
use std::task::Context;

use super::*;

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

/// Halves are lent, and streams that were given come back: so there is a last word, wherever the copy was cut.
#[test]
fn what_was_copied_from_and_to_is_there_after_it() {
    for polls in 1..40 {
        simulated(async {
            let ((client, from), (to, server)) = (pipe(7), pipe(5));
            send(client, numbers(30));
            let received = spawn(all_of(server));
            let (input, (_, output)) = (from.into_split().0, to.split());
            let mut copying = copy(&input, &output);
            let _ = cut(polls, &mut copying).await;
            let unsent = copying.unsent().to_vec();
            output.write_all(&unsent).await.unwrap();
            let (input, output) = copying.into_inner();
            let copied = copy(input, output).await.unwrap();
            assert!(copied <= 30);
            output.write_all(b"end").await.unwrap();
            output.shutdown().await.unwrap();
            assert_eq!(received.await.unwrap(), [&numbers(30)[..], b"end"].concat());
        });
        simulated(async {
            let ((client, front), (back, server)) = (pipe(7), pipe(5));
            send(client, numbers(30));
            let received = spawn(async move {
                let all = all_of(&server).await;
                server.shutdown().await.unwrap();
                all
            });
            let mut relay = copy_bidirectional(front, back);
            let ended = cut(polls, &mut relay).await.is_some();
            let unsent = relay.unsent().0.to_vec();
            let (front, back) = relay.into_inner();
            if !ended && back.write_all(&unsent).await.is_ok() {
                // Cut between the end of one direction and that of the other, it has no more to say to that side.
                let _ = copy(&front, &back).await;
                let _ = back.shutdown().await;
            }
            assert_eq!(received.await.unwrap(), numbers(30));
        });
    }
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

/// A stream that takes nothing, and passes nothing on, once it was told to end.
struct Strict {
    inner: End,
    ending: Cell<bool>,
}

impl Strict {
    fn refuses<T>(&self) -> Option<Poll<io::Result<T>>> {
        self.ending.get().then(|| Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())))
    }
}

impl ByteStream for Strict {
    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        ByteStream::poll_read(&self.inner, cx, buffer)
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.refuses().unwrap_or_else(|| self.inner.poll_write(cx, bytes))
    }

    fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.refuses().unwrap_or_else(|| self.inner.poll_flush(cx))
    }

    /// Waits first, so what comes after it is tried while it waits and when it is done.
    fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.ending.set(true);
        self.inner.poll_shutdown(cx)
    }
}

#[test]
fn a_stream_that_was_ended_is_left_alone_while_the_answer_comes() {
    simulated(async {
        let ((client, front), (back, server)) = (pipe(100), pipe(100));
        let back = Strict { inner: back, ending: Cell::new(false) };
        let relay = spawn(async move { copy_bidirectional(front, back).await });
        client.write_all(b"?").await.unwrap();
        client.shutdown().await.unwrap();
        assert_eq!(all_of(&server).await, b"?");
        settle().await;
        server.write_all(b"answer").await.unwrap();
        server.shutdown().await.unwrap();
        assert_eq!(all_of(&client).await, b"answer");
        assert_eq!(relay.await.unwrap().unwrap(), (1, 6));
    });
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

/// A client, a relay and an echo, on a network that does all that networks do.
async fn relayed(all: Vec<u8>) -> io::Result<()> {
    let (front, back) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
    let (to_front, to_back) = (front.local_addr()?, back.local_addr()?);
    let echo = spawn(async move {
        let stream = back.accept().await?.0;
        copy(&stream, &stream).await?;
        stream.shutdown().await
    });
    let relay = spawn(async move {
        let (client, server) = (front.accept().await?.0, TcpStream::connect(to_back).await?);
        copy_bidirectional(client, server).await
    });
    let (reader, writer) = TcpStream::connect(to_front).await?.into_split();
    let sent = all.clone();
    let sends = spawn(async move {
        let writer = Writer::new(writer);
        writer.set_write_buffer_limits(500, 100);
        let mut taken = 0;
        let mut chunks = sent.chunks(77);
        let ended = loop {
            let Some(chunk) = chunks.next() else { break writer.shutdown().await };
            if let Err(error) = writer.send(chunk).await {
                break Err(error);
            }
            taken += chunk.len();
        };
        let (half, unsent) = writer.into_parts();
        // Whatever it was told, it has the end of what it took, and the system had the beginning.
        assert!(sent[..taken].ends_with(&unsent), "{} of {taken}", unsent.len());
        assert!(ended.is_err() || unsent.is_empty());
        ended.map(|()| half)
    });
    let mut reader = Reader::with_limit(1 << 20, reader);
    let mut echoed = Vec::new();
    let ended = loop {
        match reader.read_some().await {
            Ok(some) if some.is_empty() => break Ok(()),
            Ok(some) => echoed.extend(some),
            Err(error) => break Err(error),
        }
    };
    assert!(all.starts_with(&echoed));
    let sent = sends.await.unwrap();
    let (relayed, echo) = (relay.await.unwrap(), echo.await.unwrap());
    if let (Ok(()), Ok(_), Ok(relayed), Ok(())) = (ended, sent, relayed, echo) {
        assert_eq!((echoed.len(), relayed), (all.len(), (all.len() as u64, all.len() as u64)));
    }
    Ok(())
}

#[test]
fn a_relay_on_a_network_that_loses_connections() {
    let (mut whole, mut broken) = (0, 0);
    for seed in 0..60 {
        let event_loop = EventLoop::simulated_with_seed(seed);
        let network = if seed < 30 { Network::varied() } else { Network::rough().lost(0.001) };
        event_loop.set_network(network.bandwidth(10_000..=1 << 20));
        // Who waits for a peer that never came waits for ever.
        let limited = timeout(seconds(1000), relayed(numbers(5000)));
        match event_loop.run_until_complete(limited).unwrap() {
            Ok(Ok(())) => whole += 1,
            ended => {
                assert!(seed >= 30, "seed {seed}: {ended:?}");
                broken += 1;
            }
        }
    }
    assert!(whole >= 30, "{whole} whole, {broken} broken");
}
