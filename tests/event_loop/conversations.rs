//! Protocols on streams: time, slow and broken peers, and conversations that are dropped in the middle of a step.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use antiphon::CoroutineState::{Complete, Yielded};
use antiphon::event_loop::{
    ByteStream, Conversation, EventLoop, Network, TcpListener, TcpStream, for_each_seed, spawn, time,
};
use antiphon::generator;
use antiphon::protocol::{Ask, Protocol, Wire, WireError};

use crate::seconds;

/// What is read, a byte or nothing each time; and what was written, in pieces.
#[derive(Default)]
struct Slow {
    input: RefCell<Vec<u8>>,
    output: RefCell<Vec<u8>>,
    calls: Cell<u32>,
}

impl Slow {
    fn new(input: &[u8]) -> Self {
        Slow { input: RefCell::new(input.iter().rev().copied().collect()), ..Slow::default() }
    }

    /// Every second call has to wait, for no time.
    fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        self.calls.set(self.calls.get() + 1);
        if self.calls.get() % 2 == 0 {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl ByteStream for Slow {
    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        self.poll(cx).map(|()| {
            let byte = self.input.borrow_mut().pop();
            buffer[..1].copy_from_slice(&[byte.unwrap_or(0)]);
            Ok(usize::from(byte.is_some()))
        })
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.poll(cx).map(|()| {
            self.output.borrow_mut().extend_from_slice(&bytes[0][..1]);
            Ok(1)
        })
    }

    fn poll_shutdown(&self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Tells of each line, and answers it.
fn lines(wire: Wire) -> impl Protocol<Event = String, Output = Result<(), WireError>> {
    #[antiphon::coroutine(yield = Ask<String>, send = Wire)]
    fn all(wire: &mut Wire) -> Result<(), WireError> {
        while yield_from!(wire.any())? {
            let length = yield_from!(wire.until(0, b'\n', 100))?;
            let line = String::from_utf8_lossy(&wire.bytes()[..length]).into_owned();
            wire.consume(length);
            wire.write(b"<");
            yield_from!(wire.event(line));
            wire.write(b">");
            yield_from!(wire.flush());
        }
        wire.write(b"bye");
        Ok(())
    }
    let mut wire = wire;
    Box::pin(generator!(yield = Ask<String>, send = Wire => move {
        let result = yield_from!(all(&mut wire));
        (wire, result)
    }))
}

#[test]
fn a_step_that_is_dropped_loses_nothing() {
    EventLoop::simulated()
        .run_until_complete(async {
            let mut conversation = Conversation::new(Slow::new(b"one\ntwo\n\nfour\n"), lines);
            let mut told = Vec::new();
            loop {
                // Polled once, and dropped.
                let step = {
                    let mut next = pin!(conversation.next());
                    poll_fn(|cx| Poll::Ready(next.as_mut().poll(cx))).await
                };
                match step {
                    Poll::Pending => {}
                    Poll::Ready(Ok(Yielded(line))) => {
                        conversation.wire().write(line.trim_end().as_bytes());
                        told.push(line);
                    }
                    Poll::Ready(Ok(Complete(result))) => {
                        assert_eq!(result, Ok(()));
                        break;
                    }
                    Poll::Ready(Err(error)) => panic!("{error}"),
                }
            }
            assert_eq!(told, ["one\n", "two\n", "\n", "four\n"]);
            let (stream, wire) = conversation.into_parts();
            assert_eq!(stream.output.into_inner(), b"<one><two><><four>bye");
            assert_eq!((wire.bytes(), wire.unsent()), (&b""[..], &b""[..]));
        })
        .unwrap();
}

/// Two ends of a connection.
async fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind(([127, 0, 0, 1], 0)).await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    Ok((client, listener.accept().await?.0))
}

#[test]
fn time_is_the_loops() {
    let event_loop = EventLoop::simulated();
    let (ended, told) = event_loop
        .run_until_complete(async {
            let (client, stream) = pair().await?;
            let greeted = Conversation::new(stream, |mut wire: Wire| {
                Box::pin(generator!(yield = Ask, send = Wire => move {
                    wire.write(b"wait");
                    let until = wire.now() + seconds(5);
                    yield_from!(wire.sleep_until(until));
                    wire.set_deadline(Some(wire.now() + seconds(10)));
                    let first = yield_from!(wire.at_least(1));
                    let second = yield_from!(wire.at_least(2));
                    (wire, (first, second))
                }))
            });
            let greeted = spawn(greeted.run());
            let mut told = [0; 10];
            // What was written before a sleep is sent during it.
            assert_eq!(client.read(&mut told).await?, 4);
            assert_eq!(time(), seconds(0));
            client.write_all(b"x").await?;
            io::Result::Ok((greeted.await.unwrap()?, time()))
        })
        .unwrap()
        .unwrap();
    assert_eq!((ended, told), ((Ok(()), Err(WireError::TimedOut)), seconds(15)));
}

/// Both send more than the network holds before they read anything.
#[test]
fn who_waits_for_bytes_reads_while_it_sends() {
    let all = |wire: Wire| {
        let mut wire = wire;
        Box::pin(generator!(yield = Ask, send = Wire => move {
            wire.write(&[7; 10_000]);
            let result = yield_from!(wire.at_least(10_000));
            (wire, result)
        }))
    };
    for_each_seed(0..20, |event_loop| {
        event_loop.set_network(Network::varied());
        let ended = event_loop.run_until_complete(async {
            let (one, other) = pair().await?;
            let other = spawn(Conversation::new(other, all).run());
            let one = Conversation::new(one, all).run().await?;
            io::Result::Ok((one, other.await.unwrap()?))
        });
        assert_eq!(ended.unwrap().unwrap(), (Ok(()), Ok(())));
    });
}

#[test]
fn a_flush_waits_for_the_reader() {
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            let (client, stream) = pair().await?;
            let flushed = Rc::new(Cell::new(false));
            let tell = flushed.clone();
            let sending = spawn(
                Conversation::new(stream, move |mut wire: Wire| {
                    Box::pin(generator!(yield = Ask, send = Wire => move {
                        wire.write(&vec![7; 1 << 20]);
                        yield_from!(wire.flush());
                        tell.set(true);
                        (wire, ())
                    }))
                })
                .run(),
            );
            crate::settle().await;
            assert!(!flushed.get());
            let (mut buffer, mut came) = (vec![0; 1 << 16], 0);
            while came < 1 << 20 {
                came += client.read(&mut buffer).await?;
            }
            sending.await.unwrap()?;
            assert!(flushed.get());
            io::Result::Ok(())
        })
        .unwrap()
        .unwrap();
}

/// A stream that fails.
struct Broken(fn() -> io::Result<usize>);

impl ByteStream for Broken {
    fn poll_read(&self, _: &mut Context<'_>, _: &mut [u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
    }

    fn poll_write(&self, _: &mut Context<'_>, _: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Poll::Ready((self.0)())
    }

    fn poll_shutdown(&self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[test]
fn an_error_of_the_connection_is_the_conversations() {
    let event_loop = EventLoop::simulated();
    let kind = |stream: Broken| {
        let ended = event_loop.run_until_complete(async {
            let mut conversation = Conversation::new(stream, lines);
            conversation.wire().write(b"hello");
            conversation.next().await
        });
        ended.unwrap().unwrap_err().kind()
    };
    assert_eq!(kind(Broken(|| Ok(5))), io::ErrorKind::ConnectionReset);
    assert_eq!(kind(Broken(|| Ok(0))), io::ErrorKind::WriteZero);
    assert_eq!(kind(Broken(|| Err(io::ErrorKind::BrokenPipe.into()))), io::ErrorKind::BrokenPipe);
}
