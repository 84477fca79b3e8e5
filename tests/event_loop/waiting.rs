//! Who waits for a socket: that nobody waits in vain, and that those who are gone are forgotten.

use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;
use std::{io, panic};

use antiphon::event_loop::{ByteStream, EventLoop, TcpListener, TcpStream, spawn, yield_now};

use crate::seconds;

/// A loop of each kind, and the two ends of a connection on it.
fn each_kind() -> impl Iterator<Item = (EventLoop, TcpStream, TcpStream)> {
    [EventLoop::new().unwrap(), EventLoop::simulated()].into_iter().map(|event_loop| {
        let pair = event_loop.run_until_complete(async {
            let listener = TcpListener::bind(([127, 0, 0, 1], 0)).await?;
            let client = TcpStream::connect(listener.local_addr()?).await?;
            io::Result::Ok((client, listener.accept().await?.0))
        });
        let (client, server) = pair.unwrap().unwrap();
        (event_loop, client, server)
    })
}

/// Counts how often it is woken, and how many know it.
#[derive(Default)]
struct Known(AtomicUsize);

impl Wake for Known {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn is_pending(stream: &TcpStream, waker: &Waker) -> bool {
    pin!(stream.read(&mut [0; 1])).poll(&mut Context::from_waker(waker)).is_pending()
}

#[test]
fn those_who_were_dropped_are_forgotten() {
    for (_event_loop, _client, server) in each_kind() {
        let all: Vec<_> = (0..10_000).map(|_| Arc::new(Known::default())).collect();
        for known in &all {
            assert!(is_pending(&server, &Waker::from(Arc::clone(known))));
        }
        let kept = all.iter().filter(|known| Arc::strong_count(known) > 1).count();
        assert!(kept < 64, "{kept} are kept");
    }
}

#[test]
fn as_many_as_there_are_wait_and_are_not_woken_without_end() {
    for (event_loop, client, server) in each_kind() {
        let server = Rc::new(server);
        let polls = Rc::new(AtomicUsize::new(0));
        let read = event_loop.run_until_complete(async {
            let reader = |_| {
                let (server, polls) = (Rc::clone(&server), Rc::clone(&polls));
                spawn(async move {
                    let (mut buffer, mut read) = ([0; 1], 0);
                    let mut reading = pin!(server.read(&mut buffer));
                    std::future::poll_fn(|cx| {
                        polls.fetch_add(1, Ordering::Relaxed);
                        reading.as_mut().poll(cx).map(|n| read = n.unwrap())
                    })
                    .await;
                    read
                })
            };
            let readers: Vec<_> = (0..1_000).map(reader).collect();
            for _ in 0..1_000 {
                yield_now().await;
            }
            client.write_all(&[1; 1_000]).await.unwrap();
            let mut read = 0;
            for reader in readers {
                read += reader.await.unwrap();
            }
            read
        });
        assert_eq!(read.unwrap(), 1_000);
        // Once each at first, once at the end, and in between as often as the limit doubles.
        assert!(polls.load(Ordering::Relaxed) < 10_000, "{polls:?}");
    }
}

#[test]
fn a_loop_that_is_closed_tells_those_who_wait_elsewhere() {
    for (event_loop, _client, server) in each_kind() {
        let other = EventLoop::new().unwrap();
        let waits = other.spawn(async move { server.read(&mut [0; 1]).await });
        other.turn(Duration::ZERO).unwrap();
        drop(event_loop);
        let error = other.run_until_complete(waits).unwrap().unwrap().unwrap_err();
        assert_eq!(error.to_string(), "its event loop is closed");
    }
}

#[test]
fn a_waker_that_panics_keeps_no_other_from_its_edge() {
    struct Panics;

    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("in a waker");
        }
    }

    for (event_loop, client, server) in each_kind() {
        let known: [_; 3] = std::array::from_fn(|_| Arc::new(Known::default()));
        for known in &known {
            assert!(is_pending(&server, &Waker::from(Arc::new(Panics))));
            assert!(is_pending(&server, &Waker::from(Arc::clone(known))));
        }
        let written = panic::catch_unwind(panic::AssertUnwindSafe(|| {
            event_loop.run_until_complete(async {
                client.write_all(b"a").await.unwrap();
                // Until the first panic comes out of the loop.
                antiphon::event_loop::sleep(seconds(60)).await;
            })
        }));
        assert!(written.is_err());
        assert!(known.iter().all(|known| known.0.load(Ordering::Relaxed) == 1));
    }
}

/// A read stops there, and what came behind is not told of again.
#[cfg(target_os = "linux")]
#[test]
fn a_message_that_brings_a_descriptor_hides_nothing_behind_it() {
    use antiphon::event_loop::{UnixStream, run};
    use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
    use std::mem::MaybeUninit;
    use std::os::fd::AsFd;

    let read = run(async {
        let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        let ours = UnixStream::from_std(ours)?;
        let mut room = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut message = SendAncillaryBuffer::new(&mut room);
        let descriptor = [theirs.as_fd()];
        assert!(message.push(SendAncillaryMessage::ScmRights(&descriptor)));
        sendmsg(&theirs, &[io::IoSlice::new(b"one")], &mut message, SendFlags::empty())?;
        rustix::io::write(&theirs, b"two")?;
        // Both are told of at once.
        yield_now().await;
        let (mut buffer, mut read) = ([0; 16], Vec::new());
        while read.len() < 6 {
            let n = antiphon::event_loop::timeout(seconds(60), ours.read(&mut buffer))
                .await
                .expect("all of it is there")?;
            read.extend_from_slice(&buffer[..n]);
        }
        io::Result::Ok(read)
    });
    assert_eq!(read.unwrap().unwrap(), b"onetwo");
}
