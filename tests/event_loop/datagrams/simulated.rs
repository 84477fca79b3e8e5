//! What of datagrams can be said on a simulated network only: how much room there is, who comes first, where they are cut.

use std::io;
use std::rc::Rc;

use antiphon::event_loop::{Network, UnixDatagram, UnixStream, gather, set_network, spawn, time, timeout};

use super::waits;
use crate::cutting::everywhere;
use crate::network::conditions::{on, slow};
use crate::{seconds, settle};

#[test]
fn a_simulated_network_is_as_fast_as_a_machine_and_has_as_much_room_as_it_was_told() {
    on(slow().buffers(1..=1).datagrams_lost(1.0), async || {
        let (one, other) = UnixDatagram::pair().unwrap();
        // What there is no room for is longer than all room, so there is always room for one.
        one.send(b"longer than the room").await.unwrap();
        assert!(waits(one.send(b"")).await);
        set_network(Network::ideal());
        assert!(waits(one.send(b"")).await);
        assert_eq!(other.recv(&mut [0; 64]).await.unwrap(), 20);
        one.send(b"").await.unwrap();
        assert_eq!(time(), seconds(0));
        let log = format!("{one:?} {:?}", UnixDatagram::bind("here").unwrap());
        assert!(log.contains("(unnamed)") && log.contains("\"here\""), "{log}");
    })
    .unwrap();
}

#[test]
fn a_pair_is_two_open_files_or_none() {
    on(Network::ideal().open_files(1), async || {
        assert!(UnixDatagram::pair().is_err());
        assert!(UnixStream::pair().is_err());
        let one = UnixDatagram::bind("one").unwrap();
        assert!(UnixDatagram::bind("two").is_err());
        drop(one);
        UnixDatagram::bind("two").unwrap();
        UnixDatagram::bind("one").unwrap();
    })
    .unwrap();
}

#[test]
fn who_waits_for_the_same_room_takes_turns() {
    on(Network::ideal().buffers(1..=1), async || {
        let server = UnixDatagram::bind("server").unwrap();
        let clients = (0..3_u8).map(|n| async move {
            let socket = UnixDatagram::unbound().unwrap();
            for _ in 0..5 {
                socket.send_to(&[n], "server").await.unwrap();
            }
        });
        // All have to wait, and do before anything is received.
        UnixDatagram::unbound().unwrap().send_to(&[9], "server").await.unwrap();
        let clients = Vec::from_iter(clients.map(spawn));
        settle().await;
        let (mut came, mut buffer) = (Vec::new(), [0]);
        for _ in 0..16 {
            server.recv(&mut buffer).await.unwrap();
            came.push(buffer[0]);
        }
        gather(clients).await.into_iter().for_each(|client| client.unwrap().unwrap());
        assert_eq!(came[0], 9);
        assert_eq!(came[1..], [0, 1, 2].repeat(5));
    })
    .unwrap();
}

#[test]
fn a_receiver_is_cut_and_no_datagram_is_lost() {
    everywhere(|run| {
        let (one, other) = run.event_loop.run_until_complete(async { UnixDatagram::pair().unwrap() }).unwrap();
        let other = Rc::new(other);
        let receive = || {
            let other = other.clone();
            async move {
                let mut buffer = [0];
                other.recv(&mut buffer).await.unwrap();
                buffer[0]
            }
        };
        let pair = run.begin(receive(), receive());
        let send = async {
            one.send(b"a").await.unwrap();
            one.send(b"b").await.unwrap();
        };
        run.event_loop.run_until_complete(send).unwrap();
        run.settle();
        let mut came = Vec::from_iter([pair.victim(), pair.witness()].into_iter().flatten());
        while came.len() < 2 {
            came.push(run.event_loop.run_until_complete(receive()).unwrap());
        }
        came.sort_unstable();
        assert_eq!(came, b"ab", "{:?}", run.when);
    });
}

#[test]
fn a_sender_is_cut_and_has_sent_all_or_nothing() {
    everywhere(|run| {
        run.event_loop.set_network(Network::ideal().buffers(1..=1));
        let server = run.event_loop.run_until_complete(async { UnixDatagram::bind("server").unwrap() }).unwrap();
        let send = |datagram: &'static [u8]| async move {
            let socket = UnixDatagram::unbound()?;
            socket.send_to(datagram, "server").await?;
            // What it has sent is there, also if it is gone.
            io::Result::Ok(datagram[0])
        };
        run.event_loop.run_until_complete(send(b"first")).unwrap().unwrap();
        let pair = run.begin(send(b"victim"), send(b"witness"));
        let mut came = Vec::new();
        for _ in 0..3 {
            let receive = async {
                let mut buffer = [0];
                timeout(seconds(0), server.recv(&mut buffer)).await.ok().map(|_| buffer[0])
            };
            came.extend(run.event_loop.run_until_complete(receive).unwrap());
            run.settle();
        }
        let sent = [pair.victim(), pair.witness()].into_iter().flatten().map(Result::unwrap);
        assert_eq!(came, Vec::from_iter([b'f'].into_iter().chain(sent)), "{:?}", run.when);
    });
}
