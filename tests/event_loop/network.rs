//! The simulated network: it is as this machine's own, and beyond that as it was told to be.

pub(crate) mod conditions;
mod seeds;

use std::fmt::Debug;
use std::io;
use std::os::unix::net::SocketAddr;
use std::time::Duration;

use antiphon::event_loop::{ByteStream, EventLoop, TcpListener, TcpStream, UdpSocket, UnixListener, UnixStream, sleep};

use crate::Log;

const ANYWHERE: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// What is said of a result: the kind of an error, not its words.
pub(crate) fn said<T: Debug>(result: io::Result<T>) -> String {
    result.map_or_else(|error| format!("{:?}", error.kind()), |value| format!("{value:?}"))
}

/// What happens is the same on this machine's network and on a simulated one.
#[track_caller]
pub(crate) fn same(scenario: impl AsyncFn(Log)) {
    same_if(true, scenario);
}

/// The same, if this machine is one of those that are as the simulated network.
#[track_caller]
fn same_if(usual: bool, scenario: impl AsyncFn(Log)) {
    let on = |event_loop: EventLoop| {
        let log = Log::default();
        event_loop.run_until_complete(scenario(log.clone())).unwrap();
        log.0.take()
    };
    let simulated = on(EventLoop::simulated());
    assert!(!simulated.is_empty());
    // What differs between systems is as it is on Linux.
    if usual && cfg!(target_os = "linux") {
        assert_eq!(on(EventLoop::new().unwrap()), simulated);
    }
}

async fn tcp() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind(ANYWHERE).await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    (client, listener.accept().await.unwrap().0)
}

/// Each scenario of two ends, on both kinds of streams.
#[track_caller]
fn same_for_streams(scenario: impl AsyncFn(&Log, Box<dyn ByteStream>, Box<dyn ByteStream>)) {
    same(async |log: Log| {
        let (one, other) = tcp().await;
        scenario(&log, Box::new(one), Box::new(other)).await;
        log.add("Unix");
        let (one, other) = UnixStream::pair().unwrap();
        scenario(&log, Box::new(one), Box::new(other)).await;
    });
}

/// The first error of many writes: that the other is gone may be learned late.
async fn first_error(stream: &impl ByteStream) -> io::Error {
    loop {
        match stream.write(b"more").await {
            Ok(_) => sleep(Duration::from_millis(1)).await,
            Err(error) => return error,
        }
    }
}

#[test]
fn who_closes_ends_and_takes_nothing_any_more() {
    same_for_streams(async |log, one, other| {
        let mut buffer = [0; 8];
        other.write_all(b"last").await.unwrap();
        drop(other);
        log.add(said(one.read(&mut buffer).await));
        log.add(said(one.read(&mut buffer).await));
        log.add(said(one.read(&mut buffer).await));
        log.add(first_error(&one).await.kind().to_string());
        log.add(said(one.write(b"more").await));
        log.add(said(one.read(&mut buffer).await));
        log.add(said(one.read(&mut buffer).await));
    });
}

#[test]
fn who_closes_without_having_read_resets() {
    same_for_streams(async |log, one, other| {
        let mut buffer = [0; 8];
        one.write_all(b"unread").await.unwrap();
        other.write_all(b"before").await.unwrap();
        drop(other);
        log.add(said(one.read(&mut buffer).await));
        log.add(said(one.read(&mut buffer).await));
        log.add(said(one.read(&mut buffer).await));
        log.add(said(one.write(b"more").await));
    });
}

#[test]
fn the_error_of_a_reset_is_told_to_a_write_as_well() {
    same_for_streams(async |log, one, other| {
        let mut buffer = [0; 8];
        one.write_all(b"unread").await.unwrap();
        drop(other);
        log.add(first_error(&one).await.kind().to_string());
        log.add(said(one.write(b"more").await));
        log.add(said(one.read(&mut buffer).await));
    });
}

#[test]
fn one_side_may_end_before_the_other() {
    same_for_streams(async |log, one, other| {
        let mut buffer = [0; 8];
        log.add(said(one.shutdown().await));
        log.add(said(one.shutdown().await));
        log.add(said(one.write(b"late").await));
        log.add(said(other.read(&mut buffer).await));
        log.add(said(other.write(b"still").await));
        log.add(said(one.read(&mut buffer).await));
        drop(other);
        log.add(said(one.read(&mut buffer).await));
        log.add(said(one.read(&mut []).await));
    });
}

#[test]
fn nothing_is_read_into_nothing_and_nothing_is_written_of_nothing() {
    same_for_streams(async |log, one, other| {
        log.add(said(one.write(b"").await));
        log.add(said(one.write(b"there").await));
        log.add(said(other.read(&mut []).await));
        log.add(said(other.read(&mut [0; 8]).await));
    });
}

#[test]
fn addresses_that_are_taken_free_and_nobodys() {
    same(async |log: Log| {
        let listener = TcpListener::bind(ANYWHERE).await.unwrap();
        let address = listener.local_addr().unwrap();
        log.add((address.port() != 0).to_string());
        log.add(said(TcpListener::bind(address).await));
        log.add(said(TcpListener::bind(([0, 0, 0, 0], address.port())).await));
        let all = TcpListener::bind("0.0.0.0:0").await.unwrap();
        log.add(said(TcpListener::bind(([127, 0, 0, 1], all.local_addr().unwrap().port())).await));
        let client = TcpStream::connect(([127, 0, 0, 1], all.local_addr().unwrap().port())).await.unwrap();
        let (server, from) = all.accept().await.unwrap();
        log.add((from == client.local_addr().unwrap()).to_string());
        log.add((server.local_addr().unwrap() == client.peer_addr().unwrap()).to_string());
        // It keeps the address from those who want any that is free.
        let _connection = (TcpStream::connect(address).await.unwrap(), listener.accept().await.unwrap());
        // Those that came go on, and the address can be used again.
        drop(all);
        log.add(said(server.write(b"on").await));
        drop(listener);
        log.add(said(TcpStream::connect(address).await));
        log.add(TcpListener::bind(address).await.is_ok().to_string());
    });
}

/// Some machines have no IPv6, and some have been told to keep the two apart.
fn ipv6_takes_ipv4() -> bool {
    let Ok(all) = std::net::TcpListener::bind("[::]:0") else { return false };
    std::net::TcpStream::connect(("127.0.0.1", all.local_addr().unwrap().port())).is_ok()
}

#[test]
fn a_listener_of_all_addresses_of_ipv6_takes_those_of_ipv4() {
    same_if(ipv6_takes_ipv4(), async |log: Log| {
        let all = TcpListener::bind("[::]:0").await.unwrap();
        let port = all.local_addr().unwrap().port();
        let client = TcpStream::connect(([127, 0, 0, 1], port)).await.unwrap();
        let (server, from) = all.accept().await.unwrap();
        log.add(format!("{} {}", from.ip(), server.local_addr().unwrap().ip()));
        log.add(client.local_addr().unwrap().ip().to_string());
        let old = UdpSocket::bind(ANYWHERE).await.unwrap();
        log.add(old.send_to(b"over", ([0, 0, 0, 0, 0, 0, 0, 1], 9).into()).await.is_err().to_string());
        let new = UdpSocket::bind("[::]:0").await.unwrap();
        new.send_to(b"to the old", old.local_addr().unwrap()).await.unwrap();
        let (_, from) = old.recv_from(&mut [0; 9]).await.unwrap();
        log.add(from.ip().to_string());
        old.send_to(b"to the new", from).await.unwrap();
        log.add(new.recv_from(&mut [0; 9]).await.unwrap().1.ip().to_string());
    });
}

#[test]
fn who_was_not_accepted_is_reset_and_who_is_gone_can_be() {
    same(async |log: Log| {
        let mut buffer = [0; 8];
        let listener = TcpListener::bind(ANYWHERE).await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"gone").await.unwrap();
        drop(client);
        let (server, _) = listener.accept().await.unwrap();
        log.add(said(server.read(&mut buffer).await));
        log.add(said(server.read(&mut buffer).await));
        let waiting = TcpStream::connect(address).await.unwrap();
        drop(listener);
        log.add(said(waiting.read(&mut buffer).await));
        log.add(said(waiting.peer_addr().map(drop)));
        log.add(said(waiting.shutdown().await));
    });
}

#[test]
fn paths_of_unix_sockets() {
    let path = std::env::temp_dir().join(format!("antiphon-network-{}", std::process::id()));
    // One of that number may have been killed before.
    let _ = std::fs::remove_file(&path);
    same(async |log: Log| {
        log.add(said(UnixStream::connect(&path).await));
        let listener = UnixListener::bind(&path).unwrap();
        log.add(said(UnixListener::bind(&path).map(drop)));
        let client = UnixStream::connect(&path).await.unwrap();
        client.write_all(b"first").await.unwrap();
        let server = listener.accept().await.unwrap();
        log.add(said(server.read(&mut [0; 8]).await));
        let waiting = UnixStream::connect(&path).await.unwrap();
        drop(listener);
        log.add(said(waiting.read(&mut [0; 8]).await));
        let _ = std::fs::remove_file(&path);
    });
}

#[test]
fn unix_sockets_know_where_they_are() {
    let path = std::env::temp_dir().join(format!("antiphon-addresses-{}", std::process::id()));
    same(async |log: Log| {
        let at_path = |address: io::Result<SocketAddr>| address.unwrap().as_pathname() == Some(&*path);
        let listener = UnixListener::bind(&path).unwrap();
        let client = UnixStream::connect(&path).await.unwrap();
        // Also before it was accepted.
        assert!(at_path(client.peer_addr()));
        let server = listener.accept().await.unwrap();
        assert!(at_path(listener.local_addr()) && at_path(client.peer_addr()) && at_path(server.local_addr()));
        assert!(client.local_addr().unwrap().is_unnamed() && server.peer_addr().unwrap().is_unnamed());
        drop((listener, server));
        let _ = std::fs::remove_file(&path);
        log.add(format!("{}", at_path(client.peer_addr())));
        let (one, other) = UnixStream::pair().unwrap();
        assert!(
            [one.local_addr(), one.peer_addr(), other.peer_addr()]
                .map(Result::unwrap)
                .iter()
                .all(SocketAddr::is_unnamed)
        );
        log.add(said(UnixListener::bind("long".repeat(100)).map(drop)));
    });
}

#[test]
fn datagrams() {
    same(async |log: Log| {
        let (one, other) = (UdpSocket::bind(ANYWHERE).await.unwrap(), UdpSocket::bind(ANYWHERE).await.unwrap());
        let (mut buffer, address) = ([0; 4], other.local_addr().unwrap());
        log.add(said(UdpSocket::bind(address).await));
        log.add(one.send(b"to whom?").await.is_err().to_string());
        log.add(said(one.send_to(b"too long for the buffer", address).await));
        log.add(said(one.send_to(b"", address).await));
        let (length, from) = other.recv_from(&mut buffer).await.unwrap();
        log.add(format!("{length} {buffer:?} {}", from == one.local_addr().unwrap()));
        log.add(said(other.recv(&mut buffer).await));
        log.add(one.send_to(&[0; 65_508], address).await.is_err().to_string());
        // Who is connected hears from there only, and is told when nobody is there.
        let third = UdpSocket::bind(ANYWHERE).await.unwrap();
        one.connect(address).await.unwrap();
        third.send_to(b"stranger", one.local_addr().unwrap()).await.unwrap();
        other.send_to(b"known", one.local_addr().unwrap()).await.unwrap();
        log.add(said(one.recv(&mut buffer).await));
        drop(other);
        log.add(said(one.send(b"anybody?").await));
        log.add(said(one.recv(&mut buffer).await));
        log.add(said(third.send_to(b"anybody?", address).await));
        log.add(said(third.send_to(b"anybody?", address).await));
    });
}
