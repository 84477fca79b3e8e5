//! The simulated network: it is as this machine's own, and beyond that as it was told to be.

use std::fmt::Debug;
use std::io;
use std::time::Duration;

use antiphon::event_loop::{
    self, ByteStream, EventLoop, Network, RunError, Server, TcpListener, TcpStream, UdpSocket, UnixDatagram,
    UnixListener, UnixStream, for_each_seed, gather, sleep, spawn, time, timeout, yield_now,
};

use crate::{Log, seconds};

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

/// A network on which all takes a second, and nothing else happens.
pub(crate) fn slow() -> Network {
    Network::ideal().latency(seconds(1)..=seconds(1))
}

/// Runs it on a simulated loop with a network.
pub(crate) fn on<T>(network: Network, test: impl AsyncFnOnce() -> T) -> Result<T, RunError> {
    let event_loop = EventLoop::simulated();
    event_loop.set_network(network);
    event_loop.run_until_complete(test())
}

#[test]
fn what_is_on_its_way_is_something_that_can_happen() {
    on(slow(), async || {
        let (client, server) = tcp().await;
        assert_eq!(time(), seconds(2));
        client.write_all(b"slow").await.unwrap();
        assert_eq!(server.read(&mut [0; 8]).await.unwrap(), 4);
        assert_eq!(time(), seconds(3));
        drop(client);
        assert_eq!(server.read(&mut [0; 8]).await.unwrap(), 0);
        assert_eq!(time(), seconds(4));
    })
    .unwrap();
    let stuck = on(slow(), async || {
        let (client, _server) = tcp().await;
        client.read(&mut [0; 8]).await
    });
    assert!(matches!(stuck, Err(RunError::Stuck)));
}

#[test]
fn a_second_has_so_many_bytes() {
    on(Network::ideal().bandwidth(100..=100), async || {
        let (client, server) = tcp().await;
        client.write_all(&[0; 250]).await.unwrap();
        client.write_all(&[0; 50]).await.unwrap();
        client.shutdown().await.unwrap();
        let mut read = 0;
        loop {
            match server.read(&mut [0; 1000]).await.unwrap() {
                0 => break,
                n => read += n,
            }
        }
        assert_eq!((read, time()), (300, seconds(3)));
    })
    .unwrap();
}

#[test]
fn a_full_buffer_blocks_the_writer_until_somebody_reads() {
    on(Network::ideal().buffers(10..=10), async || {
        let (client, server) = tcp().await;
        assert_eq!(client.write(&[0; 25]).await.unwrap(), 10);
        assert!(timeout(seconds(1), client.write(&[0; 15])).await.is_err());
        let writer = spawn(async move { client.write(&[0; 15]).await });
        yield_now().await;
        assert!(!writer.is_finished());
        assert_eq!(server.read(&mut [0; 4]).await.unwrap(), 4);
        assert_eq!(writer.await.unwrap().unwrap(), 4);
    })
    .unwrap();
}

#[test]
fn a_connection_is_lost_and_both_sides_are_told() {
    on(Network::varied().lost(1.0), async || {
        let (client, server) = tcp().await;
        assert!(client.write(b"the last words").await.unwrap() > 0);
        let mut read = 0;
        let error = loop {
            match server.read(&mut [0; 100]).await {
                Ok(n) => read += n,
                Err(error) => break error,
            }
        };
        assert!(read < 15);
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(client.read(&mut [0; 100]).await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(client.write(b"more").await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    })
    .unwrap();
}

#[test]
fn a_connect_is_refused_or_waits_for_room_or_gives_up() {
    on(Network::ideal().refused(1.0), async || {
        let listener = TcpListener::bind(ANYWHERE).await.unwrap();
        let refused = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    })
    .unwrap();
    on(Network::ideal().backlog(1), async || {
        let listener = TcpListener::bind(ANYWHERE).await.unwrap();
        let address = listener.local_addr().unwrap();
        let _first = TcpStream::connect(address).await.unwrap();
        let second = TcpStream::connect(address).await.unwrap_err();
        assert_eq!((second.kind(), time()), (io::ErrorKind::TimedOut, seconds(127)));
        let third = spawn(TcpStream::connect(address));
        sleep(seconds(2)).await;
        assert!(!third.is_finished());
        listener.accept().await.unwrap();
        assert!(third.await.unwrap().is_ok());
        assert_eq!(time(), seconds(130));
    })
    .unwrap();
}

#[test]
fn too_many_open_files_lose_nobody() {
    on(Network::ideal().open_files(4), async || {
        let listener = TcpListener::bind(ANYWHERE).await.unwrap();
        let address = listener.local_addr().unwrap();
        let clients = gather([TcpStream::connect(address), TcpStream::connect(address)]).await;
        let clients: Vec<_> = clients.into_iter().map(|client| client.unwrap().unwrap()).collect();
        let first = listener.accept().await.unwrap().0;
        let full = io::Error::from_raw_os_error(24);
        for refused in [
            listener.accept().await.map(drop),
            UdpSocket::bind(ANYWHERE).await.map(drop),
            TcpStream::connect(address).await.map(drop),
            UnixStream::pair().map(drop),
            UnixDatagram::unbound().map(drop),
            UnixDatagram::bind("full").map(drop),
            UnixDatagram::pair().map(drop),
            UnixListener::bind("full").map(drop),
        ] {
            assert_eq!(refused.unwrap_err().to_string(), full.to_string());
        }
        drop(first);
        let (second, from) = listener.accept().await.unwrap();
        assert_eq!(from, clients[1].local_addr().unwrap());
        drop(second);
    })
    .unwrap();
}

#[test]
fn a_server_without_descriptors_serves_all_who_come() {
    for_each_seed(0..20, |event_loop| {
        // Those of ten clients, the listener, and three for the server.
        event_loop.set_network(Network::varied().open_files(14));
        let reports = Log::default();
        let kept = reports.clone();
        event_loop.set_report_handler(move |report| kept.add(report.to_string()));
        let whole = async {
            let listener = TcpListener::bind(ANYWHERE).await.unwrap();
            let address = listener.local_addr().unwrap();
            let server = Server::new(listener);
            let handle = server.handle();
            let serving = spawn(server.serve(async |stream: TcpStream| {
                let mut buffer = [0; 1];
                stream.read(&mut buffer).await?;
                sleep(seconds(1)).await;
                stream.write_all(&buffer).await
            }));
            let clients = (0..10).map(|n| async move {
                let stream = TcpStream::connect(address).await.unwrap();
                stream.write_all(&[n]).await.unwrap();
                let mut answer = [0; 1];
                stream.read(&mut answer).await.unwrap();
                assert_eq!(answer, [n]);
                // Its own descriptor is not to help.
                sleep(seconds(60)).await;
            });
            gather(clients).await.into_iter().for_each(Result::unwrap);
            handle.close();
            serving.await.unwrap().unwrap();
        };
        event_loop.run_until_complete(whole).unwrap();
        assert!(reports.0.borrow().iter().any(|report| report.contains("open files")), "{reports:?}");
    });
}

#[test]
fn names_are_those_that_it_was_given() {
    let network = slow().name("db", ["10.0.0.2".parse().unwrap(), "10.0.0.1".parse().unwrap()]);
    on(network, async || {
        let _listener = TcpListener::bind("10.0.0.1:80").await.unwrap();
        // All addresses are tried.
        let client = TcpStream::connect("DB:80").await.unwrap();
        assert_eq!(client.peer_addr().unwrap().to_string(), "10.0.0.1:80");
        // The second was begun while the first had not answered, a quarter of a second later.
        assert_eq!(time(), Duration::from_millis(3250));
        let unknown = TcpStream::connect(("nobody", 80)).await.unwrap_err();
        assert_eq!(unknown.to_string(), "the simulated network has no name `nobody`; add it by `Network::name`");
        for nonsense in ["10.0.0.1", "db:http", "db:65536"] {
            assert_eq!(TcpStream::connect(nonsense).await.unwrap_err().kind(), io::ErrorKind::InvalidInput);
        }
        TcpListener::bind("localhost:80").await.unwrap();
    })
    .unwrap();
}

#[test]
fn datagrams_are_lost_and_doubled_and_overtake_each_other() {
    let received = |network: Network| {
        on(network, async || {
            let (one, other) = (UdpSocket::bind(ANYWHERE).await.unwrap(), UdpSocket::bind(ANYWHERE).await.unwrap());
            for n in 0..100 {
                one.send_to(&[n], other.local_addr().unwrap()).await.unwrap();
            }
            let (mut came, mut buffer) = (Vec::new(), [0]);
            while timeout(seconds(9), other.recv(&mut buffer)).await.is_ok() {
                came.push(buffer[0]);
            }
            came
        })
        .unwrap()
    };
    let all: Vec<u8> = (0..100).collect();
    assert_eq!(received(Network::ideal()), all);
    assert_eq!(received(Network::ideal().datagrams_doubled(1.0)).len(), 200);
    assert!(received(Network::ideal().datagrams_lost(1.0)).is_empty());
    let mut mixed = received(Network::varied());
    assert_ne!(mixed, all);
    mixed.sort_unstable();
    assert_eq!(mixed, all);
    let some = received(Network::rough());
    assert!(some.iter().any(|n| some.iter().filter(|other| *other == n).count() == 2));
    assert!(all.iter().any(|n| !some.contains(n)));
}

/// An exchange of everything that sockets can do, with all that a network may do.
async fn exchange() {
    let listener = TcpListener::bind(ANYWHERE).await.unwrap();
    let address = listener.local_addr().unwrap();
    let echoing = async {
        let (stream, _) = listener.accept().await?;
        let mut buffer = [0; 64];
        loop {
            match stream.read(&mut buffer).await? {
                0 => return stream.shutdown().await,
                n => stream.write_all(&buffer[..n]).await?,
            }
        }
    };
    let asking = async {
        let stream = TcpStream::connect(address).await?;
        stream.write_all(&[1; 100]).await?;
        stream.shutdown().await?;
        while stream.read(&mut [0; 64]).await? > 0 {}
        io::Result::Ok(())
    };
    let telling = async {
        let (one, other) = (UdpSocket::bind(ANYWHERE).await?, UdpSocket::bind(ANYWHERE).await?);
        one.send_to(b"datagram", other.local_addr()?).await?;
        let _ = timeout(seconds(1), other.recv(&mut [0; 64])).await;
        let (one, other) = UnixStream::pair()?;
        one.write_all(b"here").await?;
        other.read(&mut [0; 64]).await.map(drop)
    };
    let passing_on = async {
        let (one, other) = (UnixDatagram::bind("one")?, UnixDatagram::unbound()?);
        let sending = async {
            for _ in 0..3 {
                other.send_to(b"datagram", "one").await?;
            }
            io::Result::Ok(())
        };
        let receiving = async {
            for _ in 0..3 {
                one.recv(&mut [0; 64]).await?;
                yield_now().await;
            }
            io::Result::Ok(())
        };
        futures::try_join!(sending, receiving)
    };
    let _ = futures::join!(timeout(seconds(30), echoing), asking, telling, passing_on);
}

#[test]
fn wherever_it_is_cut_no_socket_is_left() {
    let mut cuts = 0;
    for seed in 0..8 {
        for steps in 0.. {
            let event_loop = EventLoop::simulated_with_seed(seed);
            event_loop.set_network(Network::rough().buffers(16..=64));
            let task = event_loop.spawn(exchange());
            for _ in 0..steps {
                if !task.is_finished() {
                    event_loop.turn(seconds(100)).unwrap();
                }
            }
            let cut = task.cancel();
            event_loop.run_until_complete(sleep(seconds(600))).unwrap();
            let left = format!("{event_loop:?}");
            let none = "open: 0, listeners: 0, streams: 0, datagrams: 0, under_way: 0";
            assert!(
                left.contains("tasks: 0, sockets: 0,") && left.contains(none),
                "seed {seed}, {steps} turns: {left}"
            );
            if !cut {
                break;
            }
            cuts += 1;
        }
    }
    assert!(cuts > 100, "the exchange has no steps to speak of: {cuts}");
}

/// What a run with that seed does, and when.
fn trace(seed: u64) -> Vec<String> {
    let event_loop = EventLoop::simulated_with_seed(seed);
    event_loop.set_network(Network::rough());
    let log = Log::default();
    let _ = event_loop.run_until_complete(async {
        let listener = TcpListener::bind(ANYWHERE).await.unwrap();
        let address = listener.local_addr().unwrap();
        let clients = (0..5).map(|client| {
            let log = log.clone();
            async move {
                let stream = TcpStream::connect(address).await?;
                stream.write_all(&[client; 1000]).await?;
                stream.shutdown().await?;
                while stream.read(&mut [0; 100]).await? > 0 {
                    log.add(format!("{client} at {:?}", time()));
                }
                io::Result::Ok(())
            }
        });
        let seen = log.clone();
        drop(spawn(async move {
            while let Ok((stream, from)) = listener.accept().await {
                let log = seen.clone();
                drop(spawn(async move {
                    let mut buffer = [0; 300];
                    loop {
                        let read = stream.read(&mut buffer).await;
                        let came = read.as_ref().map_err(io::Error::kind);
                        log.add(format!("{from}: {came:?} at {:?}", time()));
                        match read {
                            Ok(n) if n > 0 => drop(stream.write(&buffer[..n]).await),
                            _ => return,
                        }
                    }
                }));
            }
        }));
        for ended in gather(clients).await {
            log.add(said(ended.unwrap()));
        }
    });
    log.0.take()
}

#[test]
fn a_seed_says_all_that_happens() {
    for seed in 0..10 {
        assert_eq!(trace(seed), trace(seed));
        assert_ne!(trace(seed), trace(seed + 1));
    }
}

#[test]
#[should_panic(expected = "only a simulated event loop has a network that can be set")]
fn the_network_of_the_system_is_as_it_is() {
    EventLoop::new().unwrap().set_network(Network::ideal());
}

#[test]
#[expect(clippy::reversed_empty_ranges, reason = "they are to be refused")]
fn a_network_that_cannot_be_is_refused() {
    let refused = |make: fn() -> Network| std::panic::catch_unwind(make).is_err();
    assert!(refused(|| Network::ideal().lost(1.1)));
    assert!(refused(|| Network::ideal().refused(f64::NAN)));
    assert!(refused(|| Network::ideal().datagrams_lost(-1.0)));
    assert!(refused(|| Network::ideal().bandwidth(0..=1)));
    assert!(refused(|| Network::ideal().buffers(0..=1)));
    assert!(refused(|| Network::ideal().backlog(0)));
    // A range the wrong way round has nothing in it.
    assert!(refused(|| Network::ideal().latency(seconds(5)..=seconds(1))));
    assert!(refused(|| Network::ideal().bandwidth(5..=1)));
    assert!(refused(|| Network::ideal().buffers(5..=1)));
}

#[test]
fn a_socket_stays_with_its_network() {
    let simulated = EventLoop::simulated();
    let (client, server) = simulated.run_until_complete(tcp()).unwrap();
    // Another loop may use it while its own is there, though nobody keeps the time of that one.
    event_loop::run(async {
        client.write_all(b"across").await.unwrap();
        assert_eq!(server.read(&mut [0; 8]).await.unwrap(), 6);
    })
    .unwrap();
    drop(simulated);
    event_loop::run(async { assert!(client.write(b"late").await.is_err()) }).unwrap();
}

#[test]
fn the_seed_of_a_failure_is_said_and_repeats_it() {
    const CHILD: &str = "ANTIPHON_TEST_OF_SEEDS";
    let test = || {
        for_each_seed(0..1000, |event_loop| {
            event_loop
                .run_until_complete(async {
                    let (client, server) = tcp().await;
                    client.write_all(b"two bytes").await.unwrap();
                    let read = server.read(&mut [0; 16]).await.unwrap();
                    assert_ne!(read, 2, "a bug that needs a seed");
                })
                .unwrap();
        });
    };
    if std::env::var_os(CHILD).is_some() {
        return test();
    }
    let run = |seed: Option<&str>| {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "network::the_seed_of_a_failure_is_said_and_repeats_it", "--nocapture"]);
        command.env(CHILD, "").env_remove("ANTIPHON_SEED").envs(seed.map(|seed| ("ANTIPHON_SEED", seed)));
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (passed, said) = run(None);
    assert!(!passed);
    let seed = said.split("had the seed ").nth(1).and_then(|rest| rest.split(';').next()).unwrap();
    let (passed, again) = run(Some(seed));
    assert!(!passed && again.contains(&format!("had the seed {seed};")) && again.contains("a bug that needs a seed"));
    let passing = (0..).find(|other: &u64| other.to_string() != seed).unwrap();
    assert_eq!(passing.to_string() == "0", run(Some("0")).0);
    assert!(run(Some("seven")).1.contains("ANTIPHON_SEED is a seed, which is a number, and not `seven`"));
}
