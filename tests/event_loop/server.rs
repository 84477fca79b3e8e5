//! Servers. Those who come are numbers, at a door of our own: so it all is on simulated time.

mod network;
#[cfg(unix)]
mod several;

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use antiphon::event_loop::{
    self, Cancelled, EventLoop, Listener, Queue, Server, ServerHandle, cancellable, shield, sleep, spawn, timeout,
};

use crate::sweep::{Open, at_every_step};
use crate::{Log, seconds, settle, tasks, tidy};

const EMFILE: i32 = 24;

/// Numbers come to it, and errors.
#[derive(Clone)]
struct Door(Queue<io::Result<u64>>);

impl Door {
    fn new(comers: impl IntoIterator<Item = u64>) -> Self {
        let door = Door(Queue::unbounded());
        comers.into_iter().for_each(|comer| door.come(comer));
        door
    }

    fn come(&self, comer: u64) {
        self.0.put_nowait(Ok(comer)).unwrap();
    }

    fn fail(&self, error: impl Into<io::Error>) {
        self.0.put_nowait(Err(error.into())).unwrap();
    }

    fn waiting(&self) -> usize {
        self.0.len()
    }
}

impl Listener for Door {
    type Stream = u64;

    async fn accept(&self) -> io::Result<u64> {
        self.0.get().await.unwrap_or_else(|_| Err(io::Error::other("the door is walled up")))
    }
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("in a destructor");
    }
}

/// A simulated loop whose reports go into the log.
fn reported(log: &Log) -> EventLoop {
    let event_loop = EventLoop::simulated();
    let log = log.clone();
    event_loop.set_report_handler(move |report| {
        let text = report.to_string();
        // Without the place.
        log.add(text.split_once(".rs:").map_or(text.as_str(), |(_, rest)| rest.split_once(' ').unwrap().1));
    });
    event_loop
}

async fn close_after(server: ServerHandle, time: u64) {
    sleep(seconds(time)).await;
    server.close();
}

#[test]
fn nobody_comes() {
    let event_loop = EventLoop::simulated();
    let server = Server::new(Door::new([])).grace(seconds(100));
    let handle = server.handle();
    assert!(!handle.is_closing());
    drop(event_loop.spawn(close_after(handle.clone(), 3)));
    event_loop.run_until_complete(server.serve(async |_| panic!("somebody came"))).unwrap().unwrap();
    assert!(handle.is_closing());
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(3), 0));
}

#[test]
fn a_server_that_is_closed_before_it_serves_serves_nobody() {
    let event_loop = EventLoop::simulated();
    let server = Server::new(Door::new([1]));
    server.handle().close();
    event_loop.run_until_complete(server.serve(async |_| panic!("somebody was served"))).unwrap().unwrap();
}

#[test]
fn what_fails_in_one_connection_is_reported_and_hurts_nobody_else() {
    let log = Log::default();
    let event_loop = reported(&log);
    let server = Server::new(Door::new(1..=4)).grace(seconds(1));
    let handle = server.handle();
    drop(event_loop.spawn(close_after(handle, 5)));
    let served = log.clone();
    let handler = move |comer| {
        let log = served.clone();
        async move {
            let _bomb = (comer == 3).then(|| PanicsWhenDropped);
            sleep(seconds(comer)).await;
            match comer {
                1 => return Err(format!("{comer} has no manners")),
                2 => panic!("{comer} is too much"),
                _ => log.add(format!("{comer} was served")),
            }
            Ok(())
        }
    };
    event_loop.run_until_complete(server.serve(handler)).unwrap().unwrap();
    log.assert(&[
        "failed: 1 has no manners",
        "failed: panicked: 2 is too much",
        "3 was served",
        "failed: panicked: in a destructor",
        "4 was served",
    ]);
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(5), 0));
}

#[test]
fn a_destructor_that_panics_when_the_connection_is_cancelled_hurts_nobody_else() {
    let log = Log::default();
    let event_loop = reported(&log);
    let server = Server::new(Door::new(1..=2));
    drop(event_loop.spawn(close_after(server.handle(), 1)));
    let served = log.clone();
    let handler = async move |comer| {
        let _bomb = (comer == 1).then(|| PanicsWhenDropped);
        tidy(served.clone(), if comer == 1 { "one" } else { "two" }, 9, 1).await;
        if comer == 1 {
            std::future::pending().await
        }
    };
    event_loop.run_until_complete(server.serve(handler)).unwrap().unwrap();
    log.assert(&["one tidied up", "failed: panicked: in a destructor", "two tidied up"]);
}

#[test]
fn no_more_than_the_limit_at_a_time_and_none_is_lost() {
    let event_loop = EventLoop::simulated();
    let door = Door::new([4, 2, 3, 1]);
    let server = Server::new(door.clone()).limit(2);
    let handle = server.handle();
    let serving = event_loop.spawn(server.serve(async |comer| sleep(seconds(comer)).await));
    let seen = Rc::new(RefCell::new(Vec::new()));
    let see = seen.clone();
    event_loop
        .run_until_complete(async move {
            for _ in 0..6 {
                settle().await;
                see.borrow_mut().push((handle.connections(), door.waiting()));
                sleep(seconds(1)).await;
            }
            handle.close();
            serving.await
        })
        .unwrap()
        .unwrap()
        .unwrap();
    // 4 and 2 until 2; then 3 until 5; 1 from 4 to 5.
    assert_eq!(*seen.borrow(), [(2, 2), (2, 2), (2, 1), (2, 1), (2, 0), (0, 0)]);
}

#[test]
#[should_panic(expected = "a limit of 0 connections serves nobody")]
fn a_limit_of_none() {
    let _ = Server::new(Door::new([])).limit(0);
}

#[test]
fn closed_it_accepts_nobody_and_waits_for_those_who_end_in_time() {
    let event_loop = EventLoop::simulated();
    let (log, door) = (Log::default(), Door::new([2, 90]));
    let server = Server::new(door.clone()).grace(seconds(5));
    drop(event_loop.spawn(close_after(server.handle(), 1)));
    event_loop.call_later(seconds(2), move || door.come(3));
    let served = log.clone();
    let handler = async move |time| tidy(served.clone(), if time == 2 { "quick" } else { "slow" }, time, 1).await;
    event_loop.run_until_complete(server.serve(handler)).unwrap().unwrap();
    // Until 6 they may go on; then the slow one is told.
    log.assert(&["quick done", "slow tidied up"]);
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(7), 0));
}

#[test]
fn cancelled_it_is_closed_and_then_cut() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let serve = |log: Log| async move {
        let (served, server) = (log.clone(), Server::new(Door::new([2, 90])).grace(seconds(5)));
        let handler = async move |time| tidy(served.clone(), if time == 2 { "quick" } else { "slow" }, time, 1).await;
        let outcome = cancellable(server.serve(handler)).await;
        log.add(if matches!(outcome, Err(Cancelled)) { "told" } else { "not told" });
        std::future::pending::<()>().await;
        log.add("not cut");
    };
    event_loop
        .run_until_complete(async {
            let task = spawn(serve(log.clone()));
            sleep(seconds(1)).await;
            task.cancel();
            assert!(task.await.unwrap_err().is_cancelled());
        })
        .unwrap();
    log.assert(&["quick done", "slow tidied up", "told"]);
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(7), 0));
}

#[test]
fn who_closed_it_gets_its_value_though_a_scope_around_is_cancelled() {
    let event_loop = EventLoop::simulated();
    let served = event_loop.run_until_complete(async {
        let server = Server::new(Door::new([3])).grace(seconds(9));
        let handle = server.handle();
        let serving = timeout(seconds(2), server.serve(async |comer| sleep(seconds(comer)).await));
        drop(spawn(close_after(handle, 1)));
        serving.await
    });
    served.unwrap().unwrap().unwrap();
    assert_eq!(event_loop.time(), seconds(3));
}

#[test]
fn dropped_its_connections_end_by_themselves() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    event_loop
        .run_until_complete(async {
            let served = log.clone();
            let mut serving = Box::pin(
                Server::new(Door::new([90])).serve(async move |time| tidy(served.clone(), "it", time, 1).await),
            );
            assert!(futures::poll!(serving.as_mut()).is_pending());
            settle().await;
            drop(serving);
            log.add("dropped");
            sleep(seconds(3)).await;
        })
        .unwrap();
    log.assert(&["dropped", "it tidied up"]);
    assert_eq!(tasks(&event_loop), 0);
}

#[test]
fn without_descriptors_it_waits_and_loses_nobody() {
    let log = Log::default();
    let event_loop = reported(&log);
    let door = Door::new([]);
    let full = || io::Error::from_raw_os_error(EMFILE);
    door.come(1);
    // Until the first has ended.
    door.fail(full());
    door.come(2);
    // Nobody ends: it asks again after a while, and says nothing more.
    (0..3).for_each(|_| door.fail(full()));
    door.come(3);
    door.fail(full());
    let server = Server::new(door);
    let handle = server.handle();
    let served = log.clone();
    let serving = event_loop.spawn(server.serve(async move |comer: u64| {
        let log = &served;
        log.add(format!("{comer} after {:?}", event_loop::time()));
        sleep(if comer == 1 { seconds(1) / 20 } else { seconds(9) }).await;
    }));
    drop(event_loop.spawn(close_after(handle, 2)));
    event_loop.run_until_complete(serving).unwrap().unwrap().unwrap();
    let full = format!("has no room for another connection: {}; who comes waits", full());
    log.assert(&[&full, "1 after 0ns", &full, "2 after 50ms", &full, "3 after 350ms"]);
}

#[test]
fn a_connection_that_was_given_up_is_passed_over() {
    let log = Log::default();
    let event_loop = reported(&log);
    let door = Door::new([]);
    for kind in [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset, io::ErrorKind::PermissionDenied] {
        door.fail(kind);
    }
    door.come(1);
    let server = Server::new(door);
    let handle = server.handle();
    let served = log.clone();
    let serving = server.serve(async move |comer| {
        served.add(comer.to_string());
        handle.close();
    });
    event_loop.run_until_complete(serving).unwrap().unwrap();
    log.assert(&["1"]);
}

#[test]
fn a_listener_that_fails_ends_it_as_if_it_were_closed() {
    let event_loop = EventLoop::simulated();
    let (log, door) = (Log::default(), Door::new([2, 90]));
    let server = Server::new(door.clone()).grace(seconds(3));
    let (served, handle) = (log.clone(), server.handle());
    event_loop.call_later(seconds(1), move || door.0.shutdown());
    let handler = async move |time| tidy(served.clone(), if time == 2 { "quick" } else { "slow" }, time, 1).await;
    let error = event_loop.run_until_complete(server.serve(handler)).unwrap().unwrap_err();
    assert_eq!(error.to_string(), "the door is walled up");
    assert!(handle.is_closing());
    log.assert(&["quick done", "slow tidied up"]);
    assert_eq!(event_loop.time(), seconds(5));
}

#[test]
fn a_handler_may_be_told_that_the_server_closes() {
    let event_loop = EventLoop::simulated();
    let server = Server::new(Door::new([1, 2])).grace(seconds(100));
    let handle = server.handle();
    drop(event_loop.spawn(close_after(server.handle(), 3)));
    let serving = server.serve(async move |comer| {
        handle.closing().await;
        sleep(seconds(comer)).await;
    });
    event_loop.run_until_complete(serving).unwrap().unwrap();
    assert_eq!(event_loop.time(), seconds(5));
}

/// Cancelled or dropped at each step: no connection is left behind.
#[test]
fn whenever_it_is_cut_its_connections_end() {
    at_every_step(0..8, |open: Open| async move {
        let door = Door::new([2, 5]);
        let server = Server::new(door.clone()).limit(2).grace(seconds(2));
        let (handle, begun) = (server.handle(), open.clone());
        let come = async {
            sleep(seconds(1)).await;
            door.come(1);
            door.fail(io::Error::from_raw_os_error(EMFILE));
            door.come(4);
            sleep(seconds(2)).await;
            handle.close();
        };
        let serving = server.serve(async move |time| _ = begun.clone().leaf(time).await);
        let _begun = open.begin();
        drop(futures::future::join(serving, come).await);
        shield(sleep(seconds(1))).await;
    });
}
