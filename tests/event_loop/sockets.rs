//! Sockets: on this machine's own address, and on simulated networks.

use std::io::{self, Write as _};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use antiphon::event_loop::{
    self, ByteStream, EventLoop, ReadError, Reader, TcpListener, TcpStream, UnixStream, for_each_seed, spawn, timeout,
    yield_now,
};

use crate::{seconds, with_many_descriptors};

const ANYWHERE: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// Runs it on the system's network, on an ideal one, and on some that are not. Nothing is lost on any of them.
#[track_caller]
fn everywhere(test: impl AsyncFn() -> io::Result<()>) {
    event_loop::run(test()).unwrap().unwrap();
    EventLoop::simulated().run_until_complete(test()).unwrap().unwrap();
    for_each_seed(0..8, |event_loop| event_loop.run_until_complete(test()).unwrap().unwrap());
}

/// Two ends of a connection.
async fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind(ANYWHERE).await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    let (server, address) = listener.accept().await?;
    assert_eq!(address, client.local_addr()?);
    assert_eq!(server.peer_addr()?, address);
    Ok((client, server))
}

async fn read_to_end(stream: &impl ByteStream) -> io::Result<Vec<u8>> {
    let (mut all, mut buffer) = (Vec::new(), [0; 1000]);
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(all),
            n => all.extend_from_slice(&buffer[..n]),
        }
    }
}

#[test]
fn a_hundred_connections_at_once_are_echoed() {
    with_many_descriptors();
    everywhere(async || {
        let listener = TcpListener::bind(ANYWHERE).await?;
        let address = listener.local_addr()?;
        let server = spawn(async move {
            for _ in 0..100 {
                let (stream, _) = listener.accept().await?;
                drop(spawn(async move {
                    let all = read_to_end(&stream).await?;
                    stream.write_all(&all).await
                }));
            }
            io::Result::Ok(())
        });
        let clients: Vec<_> = (0..100_u32)
            .map(|n| {
                spawn(async move {
                    let stream = TcpStream::connect(address).await?;
                    let message = n.to_string().repeat(300);
                    stream.write_all(message.as_bytes()).await?;
                    stream.shutdown().await?;
                    io::Result::Ok(read_to_end(&stream).await? == message.as_bytes())
                })
            })
            .collect();
        let mut echoed = 0;
        for client in clients {
            echoed += u32::from(client.await.unwrap()?);
        }
        server.await.unwrap()?;
        assert_eq!(echoed, 100);
        Ok(())
    });
}

/// A stream of ours that a task reads `n` bytes of, or to the end, and waits for. Meanwhile `send` has the other side, and the loop
/// is told all at once of what comes of that.
fn read_of_what_comes_at_once(
    n: Option<usize>,
    send: impl FnOnce(std::net::TcpStream) -> Option<std::net::TcpStream>,
) -> Vec<u8> {
    let read = event_loop::run(async {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        let stream = TcpStream::connect(listener.local_addr()?).await?;
        let (other, _) = listener.accept()?;
        let reader = spawn(async move {
            match n {
                Some(n) => Ok(Reader::new(stream).read_exact(n).await?),
                None => read_to_end(&stream).await,
            }
        });
        for _ in 0..3 {
            yield_now().await;
        }
        let _other = send(other);
        let read = timeout(seconds(60), reader).await.expect("it is not waited for in vain");
        read.expect("no panic")
    });
    read.unwrap().unwrap()
}

#[test]
fn bytes_and_the_end_come_at_once() {
    let read = read_of_what_comes_at_once(None, |mut other| {
        other.write_all(b"abc").unwrap();
        None
    });
    assert_eq!(read, b"abc");
}

/// A read stops at the byte that is urgent, which is not among those that are read, and no edge tells of the rest.
#[cfg(target_os = "linux")]
#[test]
fn bytes_before_and_after_an_urgent_one_come_at_once() {
    let read = read_of_what_comes_at_once(Some(6), |mut other| {
        other.write_all(b"abc").unwrap();
        socket2::SockRef::from(&other).send_out_of_band(b"!").unwrap();
        other.write_all(b"def").unwrap();
        Some(other)
    });
    assert_eq!(read, b"abcdef");
}

#[test]
fn one_who_does_not_read_slows_the_writer() {
    everywhere(async || {
        let (client, server) = pair().await?;
        let chunk = vec![7; 1 << 20];
        let mut written = 0;
        while let Ok(wrote) = timeout(std::time::Duration::from_millis(50), client.write(&chunk)).await {
            written += wrote?;
        }
        // Nothing is lost: what was written arrives, and the writer goes on.
        client.shutdown().await?;
        assert_eq!(read_to_end(&server).await?.len(), written);
        io::Result::Ok(())
    });
}

#[test]
fn a_read_that_is_dropped_loses_nothing() {
    everywhere(async || {
        let (client, server) = pair().await?;
        let mut buffer = [0; 8];
        assert!(timeout(std::time::Duration::ZERO, server.read(&mut buffer)).await.is_err());
        client.write_all(b"kept").await?;
        drop(client);
        assert_eq!(read_to_end(&server).await?, b"kept");
        io::Result::Ok(())
    });
}

#[test]
fn one_task_reads_while_another_writes() {
    everywhere(async || {
        let (client, server) = pair().await?;
        let client = Rc::new(client);
        let writer = client.clone();
        let reader = spawn(async move { read_to_end(&client).await.map(|all| all.len()) });
        spawn(async move {
            writer.write_all(b"request").await?;
            writer.shutdown().await
        })
        .await
        .unwrap()?;
        assert_eq!(read_to_end(&server).await?, b"request");
        server.write_all(&[1; 5000]).await?;
        drop(server);
        assert_eq!(reader.await.unwrap()?, 5000);
        io::Result::Ok(())
    });
}

#[test]
fn nobody_listens() {
    everywhere(async || {
        let listener = TcpListener::bind(ANYWHERE).await?;
        let address = listener.local_addr()?;
        // It keeps the address from those who want any that is free.
        let _connection = (TcpStream::connect(address).await?, listener.accept().await?);
        drop(listener);
        let refused = TcpStream::connect(address).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        Ok(())
    });
}

#[test]
fn an_address_in_use() {
    everywhere(async || {
        let listener = TcpListener::bind(ANYWHERE).await?;
        let taken = TcpListener::bind(listener.local_addr()?).await.unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
        Ok(())
    });
}

#[test]
fn a_busy_task_keeps_nobody_from_the_network() {
    // With the latency of a seed, time would have to pass.
    for event_loop in [EventLoop::new().unwrap(), EventLoop::simulated()] {
        drop(event_loop.spawn(async {
            loop {
                yield_now().await;
            }
        }));
        let read = event_loop.run_until_complete(async {
            let (client, server) = pair().await?;
            client.write_all(b"through").await?;
            let mut buffer = [0; 16];
            timeout(seconds(60), server.read(&mut buffer)).await.map_err(|_| io::ErrorKind::TimedOut)?
        });
        assert_eq!(read.unwrap().unwrap(), 7);
    }
}

#[test]
fn a_socket_outlives_its_loop() {
    for event_loop in [EventLoop::new().unwrap(), EventLoop::simulated()] {
        let (client, _server) = event_loop.run_until_complete(pair()).unwrap().unwrap();
        drop(event_loop);
        let error = event_loop::run(async { client.write(b"late").await }).unwrap().unwrap_err();
        assert_eq!(error.to_string(), "its event loop is closed");
    }
}

#[test]
fn a_loop_that_is_gone_keeps_nobody_who_waits() {
    struct Nothing;

    impl Wake for Nothing {
        fn wake(self: Arc<Self>) {}
    }

    for event_loop in [EventLoop::new().unwrap(), EventLoop::simulated()] {
        let (client, _server) = event_loop.run_until_complete(pair()).unwrap().unwrap();
        let (who, mut buffer) = (Arc::new(Nothing), [0; 16]);
        {
            let waker = Waker::from(Arc::clone(&who));
            assert!(pin!(client.read(&mut buffer)).poll(&mut Context::from_waker(&waker)).is_pending());
        }
        assert_eq!(Arc::strong_count(&who), 2);
        drop(event_loop);
        // A waker may own the task that owns the socket.
        assert_eq!(Arc::strong_count(&who), 1);
    }
}

#[test]
fn a_name_is_looked_up_and_all_its_addresses_are_tried() {
    everywhere(async || {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        // It may have ::1 first, where nobody listens.
        let stream = TcpStream::connect(("localhost", port)).await?;
        assert_eq!(stream.peer_addr()?.port(), port);
        // Nobody has to be asked for it: no part of a name has more than 63 letters.
        let unknown = TcpStream::connect(("x".repeat(64), 80)).await.unwrap_err();
        assert_ne!(unknown.to_string(), "");
        assert_eq!(TcpStream::connect("127.0.0.1").await.unwrap_err().kind(), io::ErrorKind::InvalidInput);
        io::Result::Ok(())
    });
}

/// What a reader makes of bytes that come in pieces of some length, wherever they come from.
fn read_in_pieces<T: PartialEq + std::fmt::Debug>(
    bytes: &[u8],
    piece: usize,
    read: impl AsyncFn(Reader<UnixStream>) -> T,
) -> T {
    let run = |event_loop: &EventLoop| {
        let whole = async {
            let (writer, reader) = UnixStream::pair().unwrap();
            let bytes = bytes.to_vec();
            drop(spawn(async move {
                for piece in bytes.chunks(piece) {
                    writer.write_all(piece).await.unwrap();
                    yield_now().await;
                }
            }));
            read(Reader::with_limit(16, reader)).await
        };
        event_loop.run_until_complete(whole).unwrap()
    };
    let found = run(&EventLoop::new().unwrap());
    assert_eq!(run(&EventLoop::simulated()), found);
    for_each_seed(0..5, |event_loop| assert_eq!(run(event_loop), found));
    found
}

async fn fills_no_room_at_once(stream: &impl ByteStream) -> io::Result<()> {
    assert_eq!(stream.read(&mut []).await?, 0);
    // Even when it is known that there is nothing.
    assert!(timeout(std::time::Duration::ZERO, stream.read(&mut [0])).await.is_err());
    assert_eq!(stream.read(&mut []).await?, 0);
    Ok(())
}

#[test]
fn no_room_is_filled_at_once() {
    everywhere(async || {
        let (client, server) = pair().await?;
        let (one, _other) = UnixStream::pair()?;
        fills_no_room_at_once(&client).await?;
        fills_no_room_at_once(&server.split().0.stream()).await?;
        fills_no_room_at_once(&one).await
    });
}

#[test]
fn lines_that_come_in_any_pieces() {
    for piece in 1..12 {
        let lines = read_in_pieces(b"one\r\n\ntwo three\nlast", piece, async |mut reader| {
            let mut lines = Vec::new();
            while let Some(line) = reader.read_line().await.unwrap() {
                lines.push(line);
            }
            assert!(reader.read_line().await.unwrap().is_none());
            lines
        });
        assert_eq!(lines, ["one", "", "two three", "last"]);
    }
}

#[test]
fn a_bad_line_is_said_and_the_next_is_read() {
    for piece in [1, 5, 100] {
        read_in_pieces(b"this line is far too long\nfine\n\xff\xfe\nfine too\n", piece, async |mut reader| {
            assert!(matches!(reader.read_line().await, Err(ReadError::TooLong { limit: 16, .. })));
            assert_eq!(reader.read_line().await.unwrap().unwrap(), "fine");
            assert!(matches!(reader.read_line().await, Err(ReadError::NotText(bytes)) if bytes == b"\xff\xfe"));
            assert_eq!(reader.read_line().await.unwrap().unwrap(), "fine too");
        });
    }
}

#[test]
fn lengths_and_marks_and_an_early_end() {
    for piece in [1, 3, 100] {
        read_in_pieces(b"5:hello,3:ab", piece, async |mut reader| {
            assert_eq!(reader.read_until(b':').await.unwrap().unwrap(), b"5:");
            assert_eq!(reader.read_exact(5).await.unwrap(), b"hello");
            assert_eq!(reader.read_exact(1).await.unwrap(), b",");
            assert!(matches!(reader.read_exact(17).await, Err(ReadError::TooLong { .. })));
            assert_eq!(reader.read_until(b':').await.unwrap().unwrap(), b"3:");
            let early = reader.read_exact(3).await.unwrap_err();
            assert_eq!(early.to_string(), "the stream ended after 2 bytes of what was asked for");
            assert!(reader.read_some().await.unwrap().is_empty());
        });
    }
}

#[test]
fn whatever_a_reader_is_cancelled_in_loses_nothing() {
    for piece in [1, 4] {
        let lines = read_in_pieces(b"one\nfar too long for its limit\ntwo\n", piece, async |mut reader| {
            let mut lines = Vec::new();
            loop {
                // Polled once, and dropped.
                match timeout(std::time::Duration::ZERO, reader.read_line()).await {
                    Err(_) => yield_now().await,
                    Ok(Ok(Some(line))) => lines.push(line),
                    Ok(Ok(None)) => return lines,
                    Ok(Err(error)) => lines.push(error.to_string()),
                }
            }
        });
        assert_eq!(lines, ["one", "longer than the reader's limit of 16 bytes", "two"]);
    }
}
