//! A name with several addresses: whichever answers first.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use antiphon::event_loop::{ByteStream, EventLoop, Network, TcpListener, TcpStream, time, timeout};

const FOUR: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const SIX: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

fn simulated<T>(future: impl Future<Output = T>) -> T {
    let event_loop = EventLoop::simulated();
    event_loop.set_network(Network::ideal().backlog(1).name("both", [SIX, FOUR]));
    event_loop.run_until_complete(future).unwrap()
}

/// One who has no room for another, and so does not answer.
async fn silent(ip: IpAddr, port: u16) -> (TcpListener, TcpStream) {
    let listener = TcpListener::bind((ip, port)).await.unwrap();
    let first = TcpStream::connect((ip, port)).await.unwrap();
    (listener, first)
}

#[test]
fn one_that_does_not_answer_holds_nobody_up() {
    simulated(async {
        let (_silent, _first) = silent(SIX, 80).await;
        let listener = TcpListener::bind((FOUR, 80)).await.unwrap();
        let stream = TcpStream::connect("both:80").await.unwrap();
        assert_eq!((time(), stream.peer_addr().unwrap().ip()), (Duration::from_millis(250), FOUR));
        let (server, _) = listener.accept().await.unwrap();
        stream.write_all(b"through").await.unwrap();
        assert_eq!(server.read(&mut [0; 16]).await.unwrap(), 7);
    });
}

#[test]
fn one_that_refuses_is_not_waited_for() {
    simulated(async {
        let _listener = TcpListener::bind((FOUR, 80)).await.unwrap();
        let stream = TcpStream::connect("both:80").await.unwrap();
        assert_eq!((time(), stream.peer_addr().unwrap().ip()), (Duration::ZERO, FOUR));
    });
}

#[test]
fn the_first_may_answer_after_the_second_was_begun() {
    simulated(async {
        let (six, _first) = silent(SIX, 80).await;
        let (_four, _other) = silent(FOUR, 80).await;
        let connect = antiphon::event_loop::spawn(TcpStream::connect("both:80"));
        antiphon::event_loop::sleep(Duration::from_millis(600)).await;
        // There is room now, which is found when the call is repeated after a second.
        six.accept().await.unwrap();
        let stream = connect.await.unwrap().unwrap();
        assert_eq!((time(), stream.peer_addr().unwrap().ip()), (Duration::from_secs(1), SIX));
        // The other attempt was given up.
        assert!(timeout(Duration::ZERO, six.accept()).await.unwrap().is_ok());
    });
}

#[test]
fn all_refuse() {
    let refused = simulated(TcpStream::connect("both:80")).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
}

#[test]
fn what_is_cancelled_gives_all_attempts_up() {
    let event_loop = EventLoop::simulated();
    event_loop.set_network(Network::ideal().backlog(1).open_files(6).name("both", [SIX, FOUR]));
    event_loop
        .run_until_complete(async {
            // Five descriptors, with those in the two lines of the listeners six.
            let (_six, first) = silent(SIX, 80).await;
            let (_four, _other) = silent(FOUR, 80).await;
            drop(first);
            for _ in 0..10 {
                let connect = timeout(Duration::from_millis(300), TcpStream::connect("both:80")).await;
                assert!(connect.is_err(), "{connect:?}");
            }
        })
        .unwrap();
}
