//! Servers that people come to by several doors.

use std::io;

use antiphon::event_loop::{
    self, ByteStream, EventLoop, Listeners, Network, Reader, Server, TcpListener, TcpSocket, TcpStream, for_each_seed,
    gather, shield, sleep, spawn,
};

use super::network::{give_back, is_given_back};
use super::{Door, EMFILE, close_after, reported};
use crate::network::{said, same};
use crate::sweep::{Open, at_every_step};
use crate::{Log, seconds, settle, tasks, tidy};

fn two(one: &Door, other: &Door) -> Listeners<Door> {
    Listeners::new([one.clone(), other.clone()])
}

#[test]
#[should_panic(expected = "nobody comes to no listeners")]
fn no_door() {
    let _ = Listeners::<Door>::new([]);
}

#[test]
fn the_limit_is_that_of_all_and_each_has_its_turn() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let (one, other) = (Door::new([1, 2, 3, 4]), Door::new([]));
    let server = Server::new(two(&one, &other)).limit(2);
    let (handle, served) = (server.handle(), log.clone());
    let serving = event_loop.spawn(server.serve(async move |comer: u64| {
        served.add(comer.to_string());
        sleep(seconds(1)).await;
    }));
    event_loop
        .run_until_complete(async move {
            settle().await;
            // Though at the first there is always somebody.
            other.come(10);
            other.come(20);
            for left in [4, 2, 0] {
                assert_eq!((handle.connections(), one.waiting() + other.waiting()), (2, left));
                sleep(seconds(1)).await;
                settle().await;
            }
            // Who waits at both is told of either.
            other.come(30);
            settle().await;
            one.come(5);
            settle().await;
            handle.close();
            serving.await
        })
        .unwrap()
        .unwrap()
        .unwrap();
    log.assert(&["1", "2", "10", "3", "20", "4", "30", "5"]);
}

#[test]
fn closed_it_leaves_all_doors() {
    let event_loop = EventLoop::simulated();
    let (log, one, other) = (Log::default(), Door::new([2]), Door::new([90]));
    let server = Server::new(two(&one, &other)).grace(seconds(5));
    drop(event_loop.spawn(close_after(server.handle(), 1)));
    let served = log.clone();
    let handler = async move |time| tidy(served.clone(), if time == 2 { "quick" } else { "slow" }, time, 1).await;
    event_loop.call_later(seconds(2), {
        let doors = [one.clone(), other.clone()];
        move || doors.iter().for_each(|door| door.come(3))
    });
    event_loop.run_until_complete(server.serve(handler)).unwrap().unwrap();
    log.assert(&["quick done", "slow tidied up"]);
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(7), 0));
    assert_eq!((one.waiting(), other.waiting()), (1, 1));
}

#[test]
fn one_that_fails_ends_it_and_one_that_is_full_holds_up_nobody_for_long() {
    let log = Log::default();
    let event_loop = reported(&log);
    let (one, other) = (Door::new([]), Door::new([]));
    one.fail(io::Error::from_raw_os_error(EMFILE));
    one.fail(io::ErrorKind::ConnectionAborted);
    other.come(1);
    let server = Server::new(two(&one, &other)).grace(seconds(3));
    let served = log.clone();
    event_loop.call_later(seconds(2), move || one.0.shutdown());
    let handler = async move |time| tidy(served.clone(), "somebody", time, 1).await;
    let error = event_loop.run_until_complete(server.serve(handler)).unwrap().unwrap_err();
    assert_eq!(error.to_string(), "the door is walled up");
    let full = io::Error::from_raw_os_error(EMFILE);
    log.assert(&[&format!("has no room for another connection: {full}; who comes waits"), "somebody done"]);
}

#[test]
fn whenever_it_is_cut_nobody_at_any_door_is_lost() {
    at_every_step(0..8, |open: Open| async move {
        let (one, other) = (Door::new([2]), Door::new([5]));
        let server = Server::new(two(&one, &other)).limit(3).grace(seconds(2));
        let (handle, begun) = (server.handle(), open.clone());
        let come = async {
            for comer in 1..4 {
                sleep(seconds(1)).await;
                one.come(comer);
                other.come(comer);
            }
            handle.close();
        };
        let serving = server.serve(async move |time| _ = begun.clone().leaf(time).await);
        let _begun = open.begin();
        drop(futures::future::join(serving, come).await);
        shield(sleep(seconds(1))).await;
    });
}

#[test]
fn at_all_addresses_of_a_name() {
    let event_loop = EventLoop::simulated();
    let ips = ["10.0.0.1", "10.0.0.2", "10.0.0.1"].map(|ip| ip.parse().unwrap());
    event_loop.set_network(Network::ideal().name("web", ips).name("nowhere", []));
    event_loop
        .run_until_complete(async {
            let listeners = Listeners::bind(["web:80", "10.0.0.2:80", "[::1]:80"]).await.unwrap();
            let shown: Vec<_> = listeners.as_slice().iter().map(|one| one.local_addr().unwrap().to_string()).collect();
            assert_eq!(shown, ["10.0.0.1:80", "10.0.0.2:80", "[::1]:80"]);
            let server = Server::new(listeners).grace(seconds(9));
            let handle = server.handle();
            let serving = spawn(server.serve(async |stream: TcpStream| stream.write_all(b"hello").await));
            for address in &shown {
                let client = TcpStream::connect(&**address).await.unwrap();
                assert_eq!(Reader::new(client).read_to_end().await.unwrap(), b"hello");
            }
            handle.close();
            serving.await.unwrap().unwrap();
            for address in &shown {
                let refused = TcpStream::connect(&**address).await.unwrap_err();
                assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
            }
            let failed = async |names: &[&str]| Listeners::bind(names.iter().copied()).await.unwrap_err().kind();
            assert_eq!(failed(&["nowhere:80"]).await, io::ErrorKind::NotFound);
            assert_eq!(failed(&["nobody:80"]).await, io::ErrorKind::NotFound);
            assert_eq!(failed(&[]).await, io::ErrorKind::InvalidInput);
            // One that is taken gives the others back.
            let taken = TcpListener::bind("10.0.0.2:80").await.unwrap();
            assert_eq!(failed(&["web:80"]).await, io::ErrorKind::AddrInUse);
            drop(taken);
            Listeners::bind(["web:80"]).await.unwrap();
        })
        .unwrap();
}

#[test]
fn all_of_ipv6_stands_beside_all_of_ipv4() {
    same(async |log: Log| {
        let old = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let port = old.local_addr().unwrap().port();
        log.add(said(TcpListener::bind(("::", port)).await.map(drop)));
        drop(old);
        let both = Listeners::bind([("::", port), ("0.0.0.0", port)]).await.unwrap();
        for (number, ip) in [(0, "::1"), (1, "127.0.0.1")] {
            let client = TcpStream::connect((ip, port)).await.unwrap();
            let (_, from) = both.as_slice()[number].accept().await.unwrap();
            log.add(format!("{} {}", from.ip(), from == client.local_addr().unwrap()));
        }
        log.add(said(TcpSocket::new_v4().unwrap().set_only_v6(true)));
    });
}

#[test]
fn an_address_that_this_machine_does_not_have() {
    event_loop::run(async {
        // Of those for documentation.
        let error = Listeners::bind(["127.0.0.1:0", "192.0.2.1:0"]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrNotAvailable);
    })
    .unwrap();
}

/// On a network that loses connections, with too few descriptors and a limit: who is connected gets all back, or an error.
#[test]
fn on_a_bad_network_all_are_served_or_told_by_whichever_door_they_come() {
    let mut served = 0;
    for_each_seed(0..50, |event_loop| {
        event_loop.set_network(Network::rough().open_files(12).backlog(32));
        event_loop.set_report_handler(|_| ());
        let whole = event_loop.run_until_complete(async {
            let server = Server::new(Listeners::bind(["10.0.0.1:80", "10.0.0.2:80"]).await.unwrap()).limit(3);
            let server = server.grace(seconds(60));
            let handle = server.handle();
            let seen = handle.clone();
            let serving = spawn(server.serve(async move |stream: TcpStream| {
                assert!(seen.connections() <= 3);
                give_back(stream).await
            }));
            let clients = gather((0..8).map(|number| is_given_back(number, [10, 0, 0, 1 + number % 2]))).await;
            handle.close();
            serving.await.unwrap().unwrap();
            clients.into_iter().filter(|echoed| matches!(echoed, Ok(Ok(true)))).count()
        });
        served += whole.unwrap();
        assert_eq!(tasks(event_loop), 0);
    });
    // Of 400.
    assert!(served > 150, "{served}");
}
