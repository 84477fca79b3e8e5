//! What a simulated network can be told to be like.

use std::io;
use std::time::Duration;

use antiphon::event_loop::{
    self, ByteStream, EventLoop, Network, RunError, Server, TcpListener, TcpStream, UdpSocket, UnixDatagram,
    UnixListener, UnixStream, for_each_seed, gather, sleep, spawn, time, timeout, yield_now,
};

use super::{ANYWHERE, tcp};
use crate::{Log, seconds};

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
