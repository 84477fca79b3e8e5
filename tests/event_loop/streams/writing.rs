//! Writers.

use super::*;

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

#[test]
fn what_was_not_sent_comes_back_from_the_system_too() {
    run(async {
        let (client, server) = UnixStream::pair()?;
        let writer = Writer::new(client);
        writer.set_write_buffer_limits(1 << 22, 0);
        writer.write(&vec![7; 1 << 21])?;
        assert_eq!(server.read(&mut [0; 1000]).await?, 1000);
        settle().await;
        // What the system has taken is lost with it.
        let taken = (1 << 21) - writer.get_write_buffer_size();
        drop(server);
        assert_eq!(writer.flush().await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        let (_, unsent) = writer.into_parts();
        assert!(!unsent.is_empty());
        assert_eq!(unsent.len() + taken, 1 << 21);
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}
