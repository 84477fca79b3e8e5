//! Datagrams between Unix sockets: the system's, and those of a simulated network, which are to do the same.

mod simulated;

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::path::PathBuf;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use antiphon::event_loop::{self, UnixDatagram, UnixListener, UnixStream, spawn, timeout};

use crate::network::{said, same};
use crate::{Log, seconds, settle};

/// A folder that is there for one test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("antiphon-{name}-{}", std::process::id()));
        // One of that number may have been killed before.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).unwrap();
        Folder(folder)
    }

    fn paths<const N: usize>(&self, names: [&str; N]) -> [PathBuf; N] {
        names.map(|name| self.0.join(name))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The system leaves the file of a socket that is gone, a simulated network has none.
fn remove(path: &PathBuf) {
    let _ = std::fs::remove_file(path);
}

async fn waits(operation: impl Future) -> bool {
    timeout(seconds(0), operation).await.is_err()
}

/// Sends numbers until there is no room. How many; the one that is cut short was not sent.
async fn fill(socket: &UnixDatagram) -> u32 {
    let mut sent = 0_u32;
    while let Ok(done) = timeout(seconds(0), socket.send(&sent.to_be_bytes())).await {
        assert_eq!(done.unwrap(), 4);
        sent += 1;
    }
    assert!(sent > 0);
    sent
}

/// The same for the room there, where several find less of it than each has of its own.
async fn fill_at(path: &PathBuf) -> u32 {
    let mut sent = 0_u32;
    loop {
        let (before, socket) = (sent, UnixDatagram::unbound().unwrap());
        while let Ok(done) = timeout(seconds(0), socket.send_to(&sent.to_be_bytes(), path)).await {
            assert_eq!(done.unwrap(), 4);
            sent += 1;
        }
        if sent == before {
            return sent;
        }
    }
}

async fn receive_numbers(socket: &UnixDatagram, count: u32) {
    let mut buffer = [0; 16];
    for n in 0..count {
        assert_eq!(socket.recv(&mut buffer).await.unwrap(), 4);
        assert_eq!(buffer[..4], n.to_be_bytes());
    }
}

#[test]
fn a_sender_waits_for_room_and_nothing_is_lost_or_cut_in_two() {
    same(async |log: Log| {
        let (one, other) = UnixDatagram::pair().unwrap();
        let sent = fill(&one).await;
        let receiver = spawn(async move {
            receive_numbers(&other, sent + 1).await;
            other
        });
        log.add(said(one.send(&sent.to_be_bytes()).await));
        let other = receiver.await.unwrap();
        // A datagram that is too long for the buffer is cut, and the next is another one.
        for datagram in [&b"long one"[..], b"", b"next", b"none of it", b"last"] {
            log.add(said(one.send(datagram).await));
        }
        for length in [4, 4, 8, 0, 4] {
            let mut buffer = [0; 8];
            log.add(said(other.recv(&mut buffer[..length]).await));
            log.add(String::from_utf8_lossy(&buffer));
        }
        log.add(one.send(&[0; 100_000]).await.is_ok().to_string());
        log.add(said(other.recv(&mut vec![0; 200_000]).await));
        log.add(one.send(&[0; 100_000_000]).await.is_ok().to_string());
    });
}

#[test]
fn who_is_one_of_many_waits_for_room_too() {
    let folder = Folder::new("many");
    same(async |log: Log| {
        let [path] = folder.paths(["server"]);
        let server = UnixDatagram::bind(&path).unwrap();
        let sent = fill_at(&path).await;
        assert!(sent > 0);
        let other = UnixDatagram::unbound().unwrap();
        log.add(waits(other.send_to(b"me too", &path)).await.to_string());
        let waiting = spawn(async move { other.send_to(b"last", &path).await });
        settle().await;
        receive_numbers(&server, sent).await;
        log.add(said(waiting.await.unwrap()));
        log.add(said(server.recv(&mut [0; 8]).await));
    });
}

/// The system does not tell when there is room for somebody who is not connected. Such a one does not ask in every turn.
#[test]
fn who_is_not_connected_waits_patiently() {
    let folder = Folder::new("patience");
    let [path] = folder.paths(["server"]);
    event_loop::run(async {
        let server = UnixDatagram::bind(&path).unwrap();
        let (full, client) = (UnixDatagram::unbound().unwrap(), UnixDatagram::unbound().unwrap());
        full.connect(&path).unwrap();
        let sent = fill(&full).await;
        let polls = Cell::new(0);
        let mut sending = pin!(client.send_to(b"last", &path));
        let counted = poll_fn(|cx| {
            polls.set(polls.get() + 1);
            sending.as_mut().poll(cx)
        });
        let mut counted = pin!(counted);
        assert!(timeout(Duration::from_millis(50), &mut counted).await.is_err());
        assert!((1..200).contains(&polls.get()), "{}", polls.get());
        // Who is cut in the middle of that has sent nothing.
        assert!(waits(client.send_to(b"never", &path)).await);
        receive_numbers(&server, sent).await;
        assert_eq!(counted.await.unwrap(), 4);
        let mut buffer = [0; 8];
        assert_eq!(server.recv(&mut buffer).await.unwrap(), 4);
        assert_eq!(&buffer[..4], b"last");
        assert!(waits(server.recv(&mut buffer)).await);
    })
    .unwrap();
}

#[test]
fn who_waits_for_one_receiver_does_not_hold_up_those_for_another() {
    let folder = Folder::new("another-one");
    same(async |log: Log| {
        let [a, b] = folder.paths(["a", "b"]);
        let (full, free) = (UnixDatagram::bind(&a).unwrap(), UnixDatagram::bind(&b).unwrap());
        let sent = fill_at(&a).await;
        let socket = Rc::new(UnixDatagram::unbound().unwrap());
        let waiting = spawn({
            let socket = socket.clone();
            async move { socket.send_to(b"waited", &a).await }
        });
        settle().await;
        log.add(said(socket.send_to(b"did not", &b).await));
        log.add(said(free.recv(&mut [0; 16]).await));
        log.add(waiting.is_finished().to_string());
        receive_numbers(&full, sent).await;
        log.add(said(waiting.await.unwrap()));
        log.add(said(full.recv(&mut [0; 16]).await));
    });
}

#[test]
fn a_receive_that_is_dropped_loses_nothing() {
    same(async |log: Log| {
        let (one, other) = UnixDatagram::pair().unwrap();
        for n in 0..10_u8 {
            log.add(waits(other.recv(&mut [0; 8])).await.to_string());
            one.send(&[n]).await.unwrap();
            let mut buffer = [0; 8];
            log.add(said(other.recv(&mut buffer).await));
            assert_eq!(buffer[0], n);
        }
    });
}

#[test]
fn paths_are_addresses() {
    let folder = Folder::new("paths");
    same(async |log: Log| {
        let [a, b, nobody, listening] = folder.paths(["a", "b", "nobody", "listening"]);
        let mut buffer = [0; 16];
        let server = UnixDatagram::bind(&a).unwrap();
        log.add(said(UnixDatagram::bind(&a).map(drop)));
        log.add(said(UnixListener::bind(&a).map(drop)));
        assert_eq!(server.local_addr().unwrap().as_pathname(), Some(&*a));
        log.add(said(server.peer_addr().map(drop)));
        log.add(said(server.send(b"to whom?").await));
        let nowhere = UnixDatagram::unbound().unwrap();
        log.add(nowhere.local_addr().unwrap().is_unnamed().to_string());
        log.add(said(nowhere.send_to(b"anonymous", &a).await));
        let (n, from) = server.recv_from(&mut buffer).await.unwrap();
        log.add(format!("{n} {}", from.is_unnamed()));
        let client = UnixDatagram::bind(&b).unwrap();
        log.add(said(client.connect(&a)));
        assert_eq!(client.peer_addr().unwrap().as_pathname(), Some(&*a));
        log.add(said(client.send(b"question").await));
        let (n, from) = server.recv_from(&mut buffer).await.unwrap();
        log.add(said(server.send_to(&buffer[..n], from.as_pathname().unwrap()).await));
        log.add(said(client.recv(&mut buffer).await));
        let (one, other) = UnixDatagram::pair().unwrap();
        log.add((one.local_addr().unwrap().is_unnamed() && other.peer_addr().unwrap().is_unnamed()).to_string());
        // Where no socket for datagrams is.
        let _listener = UnixListener::bind(&listening).unwrap();
        log.add(said(UnixDatagram::bind(&listening).map(drop)));
        for path in [nobody, listening, PathBuf::new(), "long".repeat(100).into()] {
            log.add(said(nowhere.connect(&path)));
            log.add(said(nowhere.send_to(b"anybody?", &path).await));
        }
        log.add(said(UnixDatagram::bind("long".repeat(100)).map(drop)));
        log.add(said(UnixStream::connect(&a).await.map(drop)));
    });
}

#[test]
fn who_is_gone_is_noticed_by_who_sends() {
    let folder = Folder::new("gone");
    same(async |log: Log| {
        let [a, b] = folder.paths(["a", "b"]);
        let mut buffer = [0; 16];
        let (server, client) = (UnixDatagram::bind(&a).unwrap(), UnixDatagram::bind(&b).unwrap());
        let (ignorant, stranger) = (UnixDatagram::unbound().unwrap(), UnixDatagram::unbound().unwrap());
        ignorant.connect(&a).unwrap();
        client.connect(&a).unwrap();
        server.connect(&b).unwrap();
        server.send(b"last words").await.unwrap();
        server.send(b"unread").await.unwrap();
        drop(server);
        remove(&a);
        log.add(said(client.recv(&mut buffer).await));
        assert_eq!(client.peer_addr().unwrap().as_pathname(), Some(&*a));
        log.add(said(stranger.send_to(b"me", &b).await));
        log.add(said(client.send(b"late").await));
        // It is connected no more, and what it did not receive before is lost.
        log.add(said(client.send(b"later").await));
        log.add(said(client.peer_addr().map(drop)));
        log.add(waits(client.recv(&mut buffer)).await.to_string());
        log.add(said(stranger.send_to(b"me", &b).await));
        log.add(said(client.recv(&mut buffer).await));
        log.add(said(client.send_to(b"later", &a).await));
        // Who comes there later is somebody else.
        let next = UnixDatagram::bind(&a).unwrap();
        log.add(said(ignorant.send(b"hello").await));
        log.add(said(client.send_to(b"hello", &a).await));
        log.add(said(next.recv(&mut buffer).await));
    });
}

#[test]
fn who_is_connected_hears_from_there_only() {
    let folder = Folder::new("connected");
    same(async |log: Log| {
        let [a, b] = folder.paths(["a", "b"]);
        let mut buffer = [0; 16];
        let (one, other) = (UnixDatagram::bind(&a).unwrap(), UnixDatagram::bind(&b).unwrap());
        let stranger = UnixDatagram::unbound().unwrap();
        stranger.send_to(b"before", &a).await.unwrap();
        one.connect(&b).unwrap();
        log.add(said(stranger.send_to(b"after", &a).await));
        log.add(said(stranger.connect(&a)));
        log.add(said(other.send_to(b"known", &a).await));
        log.add(said(one.recv(&mut buffer).await));
        log.add(said(one.recv(&mut buffer).await));
        log.add(said(one.connect(&b)));
        log.add(said(one.connect(&a)));
        // To itself, as long as there is nobody else.
        log.add(said(other.connect(&b)));
        log.add(said(other.send(b"myself").await));
        log.add(said(other.recv(&mut buffer).await));
        log.add(said(one.send(b"known no more").await));
    });
}

#[test]
fn who_connects_to_another_loses_what_came_and_the_peer_is_told() {
    let folder = Folder::new("another");
    same(async |log: Log| {
        let [path] = folder.paths(["third"]);
        let mut buffer = [0; 16];
        let third = UnixDatagram::bind(&path).unwrap();
        let (one, other) = UnixDatagram::pair().unwrap();
        one.send(b"lost").await.unwrap();
        other.connect(&path).unwrap();
        log.add(said(one.recv(&mut buffer).await));
        log.add(said(one.send(b"late").await));
        log.add(said(other.send(b"hello").await));
        log.add(said(third.recv(&mut buffer).await));
        log.add(waits(other.recv(&mut buffer)).await.to_string());
        // If nothing was lost there is nothing to tell.
        let (one, other) = UnixDatagram::pair().unwrap();
        other.connect(&path).unwrap();
        log.add(said(one.send(b"late").await));
        log.add(waits(one.recv(&mut buffer)).await.to_string());
    });
}

#[test]
fn who_waits_to_send_is_told_what_becomes_of_the_receiver() {
    let folder = Folder::new("becomes");
    same(async |log: Log| {
        let [a, b] = folder.paths(["a", "b"]);
        let send = |socket: &Rc<UnixDatagram>| {
            let socket = socket.clone();
            spawn(async move { socket.send(b"waited").await })
        };
        // It is gone.
        let (one, other) = UnixDatagram::pair().unwrap();
        let one = Rc::new(one);
        fill(&one).await;
        let waiting = send(&one);
        settle().await;
        log.add(waiting.is_finished().to_string());
        drop(other);
        log.add(said(waiting.await.unwrap()));
        // It is another one.
        let (first, second) = (UnixDatagram::bind(&a).unwrap(), UnixDatagram::bind(&b).unwrap());
        one.connect(&a).unwrap();
        let sent = fill_at(&a).await;
        let waiting = send(&one);
        settle().await;
        one.connect(&b).unwrap();
        log.add(said(waiting.await.unwrap()));
        log.add(said(second.recv(&mut [0; 16]).await));
        receive_numbers(&first, sent).await;
        log.add(waits(first.recv(&mut [0; 16])).await.to_string());
    });
}
