//! What each operation says while it waits, since when, and the way there.

use std::future::{Future, pending};
use std::pin::Pin;
use std::time::Duration;

use crate::seconds;
use antiphon::event_loop::{
    AwaitLevel, Awaited, Barrier, ByteStream, CancelScope, Condition, ContextVar, Dump, Event, EventLoop, Lock,
    Promise, Queue, Reader, ReturnWhen, RwLock, Semaphore, Server, TaskGroup, TcpListener, TcpStream, UdpSocket,
    as_completed, cancellable, channel, gather, interval_at, oneshot, race, run_in_executor, shield, sleep,
    sleep_until, spawn, task_group, thread_channel, timeout, try_gather, wait, yield_now,
};
use antiphon::prelude::*;

/// A loop in debug mode.
fn watched() -> EventLoop {
    let event_loop = EventLoop::simulated();
    event_loop.set_debug(true);
    event_loop
}

fn turns(event_loop: &EventLoop) -> Dump {
    for _ in 0..4 {
        event_loop.turn(Duration::ZERO).unwrap();
    }
    event_loop.dump()
}

/// The line's number and what is on it, from where the needle is.
fn line_of(needle: &str) -> u32 {
    let lines = include_str!("awaits.rs").lines();
    let found: Vec<_> = (1..).zip(lines).filter(|(_, line)| line.trim_end().ends_with(needle)).collect();
    assert_eq!(found.len(), 1, "{needle}");
    found[0].0
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap()
}

/// What a level says, without the paths.
fn shown(level: &AwaitLevel) -> (&'static str, Option<&'static str>, u32) {
    assert!(level.at.file().ends_with("event_loop/awaits.rs"), "{}", level.at);
    (last(level.what), level.body.map(last), level.at.line())
}

fn only(dump: &Dump) -> &Awaited {
    assert_eq!((dump.tasks.len(), dump.tasks[0].awaits.len()), (1, 1), "{dump}");
    &dump.tasks[0].awaits[0]
}

/// One of each, with the line that it is awaited in.
#[rustfmt::skip]
fn operations(event_loop: &EventLoop) -> Vec<(&'static str, u32, Pin<Box<dyn Future<Output = ()>>>)> {
    let handle = event_loop.handle();
    let forever = || async { pending::<Result<(), ()>>().await };
    vec![
        ("sleep", line!(), Box::pin(async { sleep(seconds(1)).await })),
        ("sleep", line!(), Box::pin(async { sleep_until(seconds(1)).await })),
        ("Interval::tick", line!(), Box::pin(async { _ = interval_at(seconds(1), seconds(1)).tick().await })),
        ("promise", line!(), Box::pin(async { _ = Promise::<()>::new().await })),
        ("task", line!(), Box::pin(async { spawn(pending::<()>()).await.unwrap() })),
        ("wait", line!(), Box::pin(async { _ = wait(&mut vec![spawn(pending::<()>())], ReturnWhen::ALL_COMPLETED).await })),
        ("as_completed", line!(), Box::pin(async { _ = as_completed([spawn(pending::<()>())]).next().await })),
        ("gather", line!(), Box::pin(async move { _ = gather([forever()]).await })),
        ("try_gather", line!(), Box::pin(async move { _ = try_gather([forever()]).await })),
        ("task_group", line!(), Box::pin(async { _ = task_group(async |group: TaskGroup| drop(group.spawn(pending::<()>()))).await })),
        ("Queue::get", line!(), Box::pin(async { _ = Queue::<()>::new(1).get().await })),
        ("Queue::put", line!(), Box::pin(async { let full = Queue::new(1); full.put(1).await.unwrap(); full.put(2).await.unwrap() })),
        ("Queue::reserve", line!(), Box::pin(async { let full = Queue::new(1); full.put(1).await.unwrap(); drop(full.reserve().await) })),
        ("Queue::join", line!(), Box::pin(async { let full = Queue::new(1); full.put(1).await.unwrap(); full.join().await })),
        ("Sender::send", line!(), Box::pin(async { let (full, _kept) = channel(1); full.send(1).await.unwrap(); full.send(2).await.unwrap() })),
        ("Receiver::recv", line!(), Box::pin(async { let (_kept, empty) = channel::<()>(1); empty.recv().await.unwrap() })),
        ("oneshot", line!(), Box::pin(async { let (_kept, empty) = oneshot::<()>(); empty.await.unwrap() })),
        ("OneshotSender::closed", line!(), Box::pin(async { let (mut sender, _kept) = oneshot::<()>(); sender.closed().await })),
        ("ThreadReceiver::recv", line!(), Box::pin(async move { let (_kept, mut empty) = thread_channel::<()>(&handle, 1); _ = empty.recv().await })),
        ("Lock::acquire", line!(), Box::pin(async { let lock = Lock::new(()); let _held = lock.try_acquire(); drop(lock.acquire().await) })),
        ("RwLock::read", line!(), Box::pin(async { let lock = RwLock::new(()); let _held = lock.try_write(); drop(lock.read().await) })),
        ("RwLock::write", line!(), Box::pin(async { let lock = RwLock::new(()); let _held = lock.try_read(); drop(lock.write().await) })),
        ("Semaphore::acquire", line!(), Box::pin(async { drop(Semaphore::new(0).acquire().await) })),
        ("Condition::wait", line!(), Box::pin(async { let lock = Lock::new(0); drop(Condition::new().wait(lock.try_acquire().unwrap()).await) })),
        ("Condition::wait_for", line!(), Box::pin(async { let lock = Lock::new(0); drop(Condition::new().wait_for(lock.try_acquire().unwrap(), |n| *n > 0).await) })),
        ("Event::wait", line!(), Box::pin(async { Event::new().wait().await })),
        ("Barrier::wait", line!(), Box::pin(async { _ = Barrier::new(2).wait().await })),
        ("TaskGroup::start", line!(), Box::pin(async { task_group(async |group: TaskGroup| _ = group.start(async |started| { pending::<()>().await; drop::<Option<antiphon::event_loop::Started<()>>>(Some(started)) }).await).await.unwrap() })),
    ]
}

#[test]
fn each_operation_says_what_it_is_and_where_it_is_awaited() {
    let event_loop = watched();
    for (what, line, operation) in operations(&event_loop) {
        let task = event_loop.spawn(operation);
        let dump = turns(&event_loop);
        let told = dump.tasks.iter().find(|told| Some(told.id) == task.id()).unwrap();
        let told: Vec<_> = told.awaits.iter().map(|told| (told.what, told.at.line(), told.since)).collect();
        assert_eq!(told, [(what, line, Duration::ZERO)], "{dump}");
        task.cancel();
        turns(&event_loop);
    }
}

#[antiphon::coroutine]
async fn innermost(queue: Queue<u8>) -> u8 {
    queue.get().await.unwrap() // innermost
}

#[antiphon::coroutine]
async fn delegated(queue: Queue<u8>) -> u8 {
    yield_now().await;
    yield_!(());
    yield_from!(innermost(queue)) // delegated
}

#[antiphon::coroutine]
async fn limited(queue: Queue<u8>) -> u8 {
    timeout(seconds(9), delegated(queue)).await.unwrap() // limited
}

#[antiphon::coroutine]
async fn recursive(queue: Queue<u8>, depth: u8) -> u8 {
    match depth {
        0 => yield_from!(Box::pin(delegated(queue))), // the end of the recursion
        _ => yield_from!(box recursive(queue, depth - 1)), // the recursion
    }
}

#[test]
fn the_way_through_coroutines_is_told() {
    #[antiphon::coroutine]
    async fn outermost(queue: Queue<u8>) -> u8 {
        limited(queue).await // outermost
    }

    let event_loop = watched();
    let queue = Queue::new(1);
    let task = event_loop.spawn(outermost(queue.clone()));
    let dump = turns(&event_loop);
    let awaited = only(&dump);
    assert_eq!((awaited.what, awaited.at.line()), ("Queue::get", line_of("// innermost")));
    let levels: Vec<_> = awaited.chain.iter().map(shown).collect();
    let expected = [
        ("limited", None, line_of("// outermost")),
        ("timeout", Some("delegated"), line_of("// limited")),
        ("innermost", None, line_of("// delegated")),
    ];
    assert_eq!(levels, expected, "{dump}");
    queue.put_nowait(7).unwrap();
    assert_eq!(event_loop.run_until_complete(task).unwrap().unwrap(), 7);
}

#[test]
fn the_way_down_a_recursion_is_told() {
    let event_loop = watched();
    let queue = Queue::new(1);
    let task = event_loop.spawn(recursive(queue.clone(), 2));
    let dump = turns(&event_loop);
    let lines: Vec<_> = only(&dump).chain.iter().map(|level| level.at.line()).collect();
    let (down, end, on) =
        (line_of("// the recursion"), line_of("// the end of the recursion"), line_of("// delegated"));
    assert_eq!(lines, [down, down, end, on], "{dump}");
    queue.put_nowait(7).unwrap();
    assert_eq!(event_loop.run_until_complete(task).unwrap().unwrap(), 7);
}

#[test]
fn ordinary_functions_are_seen_where_they_await_a_coroutine_or_an_operation_with_a_body() {
    async fn outer(queue: Queue<u8>) -> u8 {
        middle(queue).await
    }
    async fn middle(queue: Queue<u8>) -> u8 {
        let scope = CancelScope::new();
        static VARIABLE: ContextVar<u8> = ContextVar::new();
        let within = scope.run(VARIABLE.scope(1, shield(cancellable(inner(queue))))); // not where it is awaited
        within.await.unwrap().unwrap() // middle
    }
    async fn inner(queue: Queue<u8>) -> u8 {
        let value = innermost(queue);
        value.await // inner
    }

    let event_loop = watched();
    let _task = event_loop.spawn(outer(Queue::new(1)));
    let dump = turns(&event_loop);
    let levels: Vec<_> = only(&dump).chain.iter().map(shown).collect();
    let middle = line_of("// middle");
    let expected = [
        ("run", Some("inner"), middle),
        ("scope", Some("inner"), middle),
        ("shield", Some("inner"), middle),
        ("cancellable", Some("inner"), middle),
        ("innermost", None, line_of("// inner")),
    ];
    assert_eq!(levels, expected, "{dump}");
    assert_eq!(last(dump.tasks[0].body), "outer");
}

#[test]
fn each_branch_of_a_race_has_its_way() {
    #[antiphon::coroutine]
    async fn both(queue: Queue<u8>) -> u8 {
        race((innermost(queue.clone()), limited(queue))).await.value // both
    }

    let event_loop = watched();
    let queue = Queue::new(1);
    let task = event_loop.spawn(both(queue.clone()));
    let dump = turns(&event_loop);
    let race = line_of("// both");
    let awaits = &dump.tasks[0].awaits;
    assert_eq!(awaits.len(), 2, "{dump}");
    assert_eq!(awaits[0].chain.iter().map(shown).collect::<Vec<_>>(), [("race", Some("innermost"), race)]);
    let names: Vec<_> = awaits[1].chain.iter().map(|level| last(level.what)).collect();
    assert_eq!(names, ["race", "timeout", "innermost"], "{dump}");
    // As text: whose way it is.
    let text = dump.to_string();
    let at = |line| format!("tests/event_loop/awaits.rs:{line}:");
    assert_eq!(text.lines().count(), 2 + 2 + 4, "{text}");
    assert!(text.contains(&format!("\n  Queue::get at {}", at(line_of("// innermost")))), "{text}");
    assert!(text.contains(" in race of "), "{text}");
    // And as JSON.
    let json: serde_json::Value = serde_json::from_str(&dump.to_json()).unwrap();
    let level = &json["tasks"][0]["awaits"][1]["chain"][1];
    assert_eq!((&level["what"], last(level["body"].as_str().unwrap())), (&"timeout".into(), "delegated"));
    assert!(level["at"].as_str().unwrap().contains(&at(line_of("// limited"))));
    drop(task);
}

#[test]
fn a_race_that_is_over_is_not_told() {
    let event_loop = watched();
    let _task = event_loop.spawn(async {
        let _ = race((sleep(seconds(1)), async {})).await;
        assert!(timeout(seconds(1), pending::<()>()).await.is_err());
        pending::<()>().await
    });
    let dump = turns(&event_loop);
    assert_eq!(dump.tasks[0].awaits.len(), 1, "{dump}");
    assert_eq!(dump.tasks[0].awaits[0].what, "timeout");
    event_loop.run_until_complete(sleep(seconds(2))).unwrap();
    assert!(event_loop.dump().tasks[0].awaits.is_empty());
}

#[test]
fn what_is_cancelled_and_goes_on_is_told_once() {
    let event_loop = watched();
    let task = event_loop.spawn(async {
        let cleanup = async {
            assert!(cancellable(pending::<()>()).await.is_err());
            shield(sleep(seconds(1))).await;
        };
        timeout(seconds(1), cleanup).await
    });
    event_loop.run_until_complete(sleep(seconds(1))).unwrap();
    let dump = turns(&event_loop);
    let awaited = only(&dump);
    let names: Vec<_> = awaited.chain.iter().map(|level| level.what).collect();
    assert_eq!((awaited.what, awaited.since, names), ("sleep", seconds(1), vec!["timeout", "shield"]), "{dump}");
    event_loop.run_until_complete(task).unwrap().unwrap().unwrap();
}

#[test]
fn of_somebody_elses_future_a_coroutine_tells_the_place_and_the_type() {
    #[antiphon::coroutine]
    async fn foreign() {
        pending::<()>().await // foreign
    }

    let event_loop = watched();
    let _task = event_loop.spawn(foreign());
    let dump = turns(&event_loop);
    let awaited = only(&dump);
    assert_eq!((awaited.what, awaited.at.line()), ("core::future::pending::Pending<()>", line_of("// foreign")));
    assert!(awaited.chain.is_empty(), "{dump}");
}

#[test]
fn what_goes_on_waiting_has_waited_since_it_began() {
    let event_loop = watched();
    let queue = Queue::<u8>::new(1);
    let other = queue.clone();
    let _task = event_loop.spawn(async move {
        let mut ticks = interval_at(seconds(1), seconds(1));
        let ticking = async {
            loop {
                ticks.tick().await;
            }
        };
        futures::join!(ticking, sleep(seconds(9)), async { other.get().await.unwrap() });
    });
    event_loop.run_until_complete(sleep_until(seconds(3))).unwrap();
    let dump = turns(&event_loop);
    let since: Vec<_> = dump.tasks[0].awaits.iter().map(|told| (told.what, told.since.as_secs())).collect();
    assert_eq!(since, [("Interval::tick", 3), ("sleep", 0), ("Queue::get", 0)]);
    assert_eq!(dump.tasks[0].since, Some(seconds(3)));
}

#[test]
fn a_coroutine_that_yields_waits_for_nothing() {
    #[antiphon::coroutine(yield = u8)]
    async fn inner() {
        sleep(seconds(1)).await;
        yield_!(1);
        sleep(seconds(9)).await;
    }
    #[antiphon::coroutine(yield = u8)]
    async fn items() {
        yield_from!(inner())
    }

    let event_loop = watched();
    let _task = event_loop.spawn(async {
        let mut items = std::pin::pin!(items());
        assert_eq!(items.next().await, Some(1));
        Event::new().wait().await;
    });
    let dump = turns(&event_loop);
    assert_eq!((only(&dump).what, only(&dump).chain.len()), ("sleep", 1), "{dump}");
    event_loop.run_until_complete(sleep(seconds(2))).unwrap();
    let dump = turns(&event_loop);
    assert_eq!((only(&dump).what, only(&dump).chain.len()), ("Event::wait", 0), "{dump}");
}

#[test]
fn what_the_loop_was_asked_to_complete_is_told_too() {
    let event_loop = watched();
    let ended = event_loop.run_until_complete(innermost(Queue::new(1)));
    assert!(ended.is_err());
    let dump = event_loop.dump();
    assert_eq!((dump.main.len(), dump.main[0].what), (1, "Queue::get"));
    assert!(dump.to_string().contains("\nmain waits for Queue::get at "), "{dump}");
    let json: serde_json::Value = serde_json::from_str(&dump.to_json()).unwrap();
    assert_eq!(json["main"][0]["what"], "Queue::get");
}

#[test]
fn work_that_is_waited_for_is_told_with_the_line() {
    let event_loop = watched();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let task = event_loop.spawn(async {
        run_in_executor(move || wait.recv().unwrap()).await.unwrap() // work
    });
    let dump = turns(&event_loop);
    assert_eq!((only(&dump).what, only(&dump).at.line()), ("executor", line_of("// work")));
    go.send(()).unwrap();
    event_loop.run_until_complete(task).unwrap().unwrap();
    event_loop.shutdown();
}

#[rustfmt::skip]
fn of_sockets() -> Vec<(&'static str, u32, Pin<Box<dyn Future<Output = ()>>>)> {
    const LISTENER: ([u8; 4], u16) = ([10, 0, 0, 1], 80);
    let pair = async || {
        let listener = TcpListener::bind(LISTENER).await.unwrap();
        let client = TcpStream::connect(LISTENER).await.unwrap();
        (client, listener.accept().await.unwrap().0)
    };
    vec![
        ("TcpListener::accept", line!(), Box::pin(async { _ = TcpListener::bind(LISTENER).await.unwrap().accept().await })),
        ("ByteStream::read", line!(), Box::pin(async move { let (client, _server) = pair().await; _ = client.read(&mut [0]).await })),
        ("Reader::read_line", line!(), Box::pin(async move { let (client, _server) = pair().await; _ = Reader::new(client).read_line().await })),
        ("ByteStream::write_all", line!(), Box::pin(async move { let (client, _server) = pair().await; _ = client.write_all(&[0; 9_999_999]).await })),
        ("UdpSocket::recv_from", line!(), Box::pin(async { _ = UdpSocket::bind(LISTENER).await.unwrap().recv_from(&mut [0]).await })),
        ("Server::serve", line!(), Box::pin(async { Server::new(TcpListener::bind(LISTENER).await.unwrap()).serve(async |_| ()).await.unwrap() })),
    ]
}

#[test]
fn sockets_tell_their_addresses() {
    for (what, line, operation) in of_sockets() {
        let event_loop = watched();
        let _task = event_loop.spawn(operation);
        let ran = event_loop.run_until_complete(sleep(seconds(1)));
        ran.unwrap();
        let dump = event_loop.dump();
        let awaited = only(&dump);
        assert_eq!((awaited.what, awaited.at.line()), (what, line), "{dump}");
        if what != "Server::serve" {
            assert!(awaited.about.as_ref().unwrap().contains("10.0.0.1:80"), "{dump}");
            assert!(dump.to_string().contains(" of "), "{dump}");
            let json: serde_json::Value = serde_json::from_str(&dump.to_json()).unwrap();
            assert_eq!(json["tasks"][0]["awaits"][0]["about"], awaited.about.as_deref().unwrap());
        }
    }
}

#[test]
fn a_panic_within_a_group_leaves_the_others_ways_whole() {
    let event_loop = watched();
    event_loop.set_report_handler(|_| ());
    let _task = event_loop.spawn(async {
        let failed = task_group(async |_: TaskGroup| timeout(seconds(1), async { panic!("oh") }).await.unwrap());
        let failed = futures::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(failed)).await;
        assert!(failed.is_err());
        timeout(seconds(9), limited(Queue::new(1))).await
    });
    let dump = turns(&event_loop);
    let names: Vec<_> = only(&dump).chain.iter().map(|level| last(level.what)).collect();
    assert_eq!(names, ["timeout", "timeout", "innermost"], "{dump}");
}
