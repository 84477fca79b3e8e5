//! What a loop says of its tasks.

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use crate::{Log, seconds};
use antiphon::event_loop::{
    Awaited, Dump, EventLoop, Promise, Report, TaskDump, TaskGroup, TaskState, all_tasks, cancellable, current_task,
    dump, run_in_executor, shield, sleep, spawn, task_group, time, timeout, yield_now,
};

/// A loop in debug mode.
fn watched() -> EventLoop {
    let event_loop = EventLoop::simulated();
    event_loop.set_debug(true);
    event_loop
}

fn turn(event_loop: &EventLoop) -> Dump {
    event_loop.turn(Duration::ZERO).unwrap();
    event_loop.dump()
}

/// What a task waits for, and the lines.
fn awaits(task: &TaskDump) -> Vec<(&'static str, u32)> {
    let line = |awaited: &Awaited| {
        assert!(awaited.at.file().ends_with("event_loop/seeing.rs"), "{}", awaited.at);
        (awaited.what, awaited.at.line())
    };
    task.awaits.iter().map(line).collect()
}

fn source(line: u32) -> &'static str {
    include_str!("seeing.rs").lines().nth(line as usize - 1).unwrap().trim()
}

#[test]
fn a_loop_without_tasks() {
    let event_loop = EventLoop::simulated();
    let dump = event_loop.dump();
    assert_eq!(dump.to_string(), "0 tasks after 0ns");
    assert_eq!(dump.to_json(), r#"{"time":0,"main":[],"tasks":[]}"#);
    assert!(all_tasks().is_empty());
    assert_eq!(current_task(), None);
}

#[test]
fn states_are_told_without_debug_mode() {
    let event_loop = EventLoop::simulated();
    let waiting = event_loop.spawn(pending::<()>()).named("waiting");
    let looking = event_loop.spawn(async { (dump(), current_task()) }).named("looking");
    let ready = event_loop.spawn(async { yield_now().await }).named("ready");
    waiting.cancel_handle().unwrap();
    let id = looking.id();
    let (dump, current) = event_loop.run_until_complete(looking).unwrap().unwrap();
    assert_eq!(current, id);
    let states: Vec<_> = dump.tasks.iter().map(|task| (task.name.as_deref().unwrap(), task.state)).collect();
    assert_eq!(states, [("waiting", TaskState::Waiting), ("looking", TaskState::Running), ("ready", TaskState::Ready)]);
    assert!(dump.tasks.iter().all(|task| task.awaits.is_empty() && task.since.is_none()));
    assert!(dump.tasks[0].spawned_at.file().ends_with("event_loop/seeing.rs"));
    assert!(dump.tasks[0].body.contains("Pending"), "{}", dump.tasks[0].body);
    waiting.cancel();
    assert!(event_loop.dump().tasks.iter().any(|task| task.cancelled && task.state == TaskState::Ready));
    drop(ready);
}

#[test]
fn the_line_of_each_await_is_told() {
    let event_loop = watched();
    let base = line!();
    let slept = event_loop.spawn(async { sleep(seconds(1)).await });
    let within = event_loop.spawn(async {
        timeout(seconds(9), shield(cancellable(sleep(seconds(2))))).await.unwrap().unwrap();
        spawn(pending::<()>()).await.unwrap();
    });
    let unset = Promise::<()>::new();
    let _both = event_loop.spawn(async move {
        let _ = futures::join!(sleep(seconds(9)), async { unset.await.unwrap() });
    });
    let _joins = event_loop.spawn(slept);
    let dump = turn(&event_loop);
    assert_eq!(awaits(&dump.tasks[0]), [("sleep", base + 1)]);
    assert_eq!(awaits(&dump.tasks[1]), [("sleep", base + 3)]);
    // Somebody else's combinator is asked in its own code.
    assert_eq!(dump.tasks[2].awaits.iter().map(|awaited| awaited.what).collect::<Vec<_>>(), ["sleep", "promise"]);
    assert_eq!(dump.tasks[0].since, Some(seconds(0)));
    assert!(dump.tasks[0].body.ends_with("::the_line_of_each_await_is_told"), "{}", dump.tasks[0].body);

    event_loop.run_until_complete(sleep(seconds(3))).unwrap();
    let dump = event_loop.dump();
    let within = dump.tasks.iter().find(|task| Some(task.id) == within.id()).unwrap();
    assert_eq!((within.awaits[0].what, within.awaits[0].at.line()), ("task", base + 4));
    assert!(dump.tasks.iter().any(|task| Some(task.id) == within.awaits[0].task));
    assert_eq!(within.since, Some(seconds(2)));
}

#[test]
fn the_line_in_a_coroutine_is_told_through_delegations() {
    #[antiphon::coroutine(yield = (), send = ())]
    async fn inner() -> u8 {
        yield_!(());
        sleep(seconds(1)).await;
        7
    }

    #[antiphon::coroutine(yield = (), send = ())]
    async fn outer() -> u8 {
        yield_from!(inner())
    }

    let event_loop = watched();
    let task = event_loop.spawn(outer());
    let dump = turn(&event_loop);
    let told = &dump.tasks[0];
    assert_eq!((told.awaits.len(), told.awaits[0].what), (1, "sleep"));
    assert_eq!(source(told.awaits[0].at.line()), "sleep(seconds(1)).await;");
    assert!(told.body.ends_with("::outer"), "{}", told.body);
    assert_eq!(event_loop.run_until_complete(task).unwrap().unwrap(), 7);
}

#[test]
fn what_was_waited_for_before_is_not_told() {
    let event_loop = watched();
    let task = event_loop.spawn(async {
        sleep(seconds(1)).await;
        pending::<()>().await;
    });
    assert_eq!(turn(&event_loop).tasks[0].awaits.len(), 1);
    event_loop.run_until_complete(sleep(seconds(2))).unwrap();
    let dump = event_loop.dump();
    assert!(dump.tasks[0].awaits.is_empty());
    assert_eq!(dump.tasks[0].since, Some(seconds(1)));
    drop(task);
}

#[test]
fn to_look_changes_nothing() {
    struct Polls(Rc<RefCell<u32>>);
    impl Future for Polls {
        type Output = ();
        fn poll(self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<()> {
            *self.0.borrow_mut() += 1;
            std::task::Poll::Pending
        }
    }
    let event_loop = watched();
    let polls = Rc::new(RefCell::new(0));
    let _task = event_loop.spawn(Polls(polls.clone()));
    turn(&event_loop);
    let first = event_loop.dump().to_json();
    assert_eq!(event_loop.dump().to_json(), first);
    event_loop.turn(Duration::ZERO).unwrap();
    assert_eq!(*polls.borrow(), 1);
}

#[test]
fn groups_are_a_tree() {
    let event_loop = watched();
    let owner = event_loop.spawn(task_group(async |group: TaskGroup| {
        group.spawn(async { sleep(seconds(1)).await });
        let inner = task_group(async |group: TaskGroup| {
            group.spawn(async { sleep(seconds(2)).await });
        });
        group.spawn(async { inner.await.unwrap() });
    }));
    let other = event_loop.spawn(sleep(seconds(1)));
    event_loop.turn(Duration::ZERO).unwrap();
    event_loop.turn(Duration::ZERO).unwrap();
    let dump = turn(&event_loop);
    assert_eq!(dump.tasks.len(), 5);
    let text = dump.to_string();
    let indents: Vec<_> = text.lines().skip(1).map(|line| line.len() - line.trim_start().len()).collect();
    assert_eq!(indents.len(), 5, "{text}");
    assert_eq!(indents.iter().filter(|indent| **indent == 0).count(), 2, "{text}");
    assert_eq!(indents.iter().filter(|indent| **indent == 4).count(), 2, "{text}");
    assert_eq!(indents.iter().filter(|indent| **indent == 8).count(), 1, "{text}");
    assert_eq!(dump.tasks.iter().filter(|task| task.parent == owner.id()).count(), 2);
    drop(other);
}

#[test]
fn json_is_json_whatever_the_names() {
    let event_loop = watched();
    let name = "a \"name\"\\ with\nlines, \u{1}, and ü";
    let task = event_loop.spawn(sleep(seconds(1))).named(name);
    let waits = event_loop.spawn(task);
    let json: serde_json::Value = serde_json::from_str(&turn(&event_loop).to_json()).unwrap();
    assert_eq!(json["time"], 0.0);
    let tasks = json["tasks"].as_array().unwrap();
    assert_eq!(tasks[0]["name"], name);
    assert_eq!(tasks[0]["state"], "waiting");
    assert_eq!(tasks[0]["since"], 0.0);
    assert_eq!(tasks[1]["name"], serde_json::Value::Null);
    assert_eq!(tasks[1]["awaits"][0]["what"], "task");
    assert_eq!(tasks[1]["awaits"][0]["task"], tasks[0]["id"]);
    assert!(tasks[1]["spawned_at"].as_str().unwrap().contains("event_loop/seeing.rs:"));
    drop(waits);
}

#[test]
fn work_for_the_executor_is_told() {
    let event_loop = watched();
    let (go, wait) = std::sync::mpsc::channel();
    let task = event_loop.spawn(async { run_in_executor(move || wait.recv().unwrap()).await.unwrap() });
    assert_eq!(turn(&event_loop).tasks[0].awaits[0].what, "executor");
    go.send(()).unwrap();
    event_loop.run_until_complete(task).unwrap().unwrap();
    event_loop.shutdown();
}

#[test]
fn a_slow_step_is_reported_with_the_line_at_which_it_was_resumed() {
    let event_loop = EventLoop::new().unwrap();
    let reports = Rc::new(RefCell::new(Vec::new()));
    let kept = reports.clone();
    event_loop.set_report_handler(move |report: &Report| kept.borrow_mut().push(report.clone()));
    event_loop.set_slow_step(Duration::from_micros(500));
    let hold = || {
        let begin = time();
        while time() - begin < Duration::from_millis(1) {}
    };
    let slow = |event_loop: &EventLoop| {
        event_loop
            .spawn(async move {
                sleep(Duration::from_millis(1)).await;
                hold()
            })
            .named("hog")
    };
    event_loop.run_until_complete(slow(&event_loop)).unwrap().unwrap();
    assert!(reports.borrow().is_empty(), "not in debug mode");

    event_loop.set_debug(true);
    let task = slow(&event_loop);
    let id = task.id();
    event_loop.run_until_complete(task).unwrap().unwrap();
    event_loop.set_debug(false);
    let reports = reports.take();
    // The machine may have been slow elsewhere too, and in the task's first step.
    let of_task = |report: &&Report| matches!(report, Report::Slow { task, .. } if *task == id);
    let report = reports.iter().rfind(of_task).unwrap();
    let Report::Slow { name, resumed_at, held, .. } = report else { unreachable!() };
    assert_eq!(name.as_deref(), Some("hog"));
    assert_eq!(source(resumed_at.unwrap().line()), "sleep(Duration::from_millis(1)).await;");
    assert!(*held >= Duration::from_millis(1));
    assert!(report.to_string().contains("seeing.rs:"), "{report}");
}

#[test]
fn a_task_that_never_ran_is_reported_when_the_loop_closes() {
    let log = Log::default();
    let reports = log.clone();
    let event_loop = EventLoop::simulated();
    event_loop.set_debug(true);
    event_loop.set_report_handler(move |report| reports.add(report.to_string()));
    let ran = event_loop.spawn(pending::<()>());
    event_loop.turn(Duration::ZERO).unwrap();
    let cancelled = event_loop.spawn(async {});
    cancelled.cancel();
    let forgotten = event_loop.spawn(async {}).named("forgotten");
    drop(event_loop);
    let reports = log.0.take();
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert!(reports[0].starts_with("task `forgotten` ("), "{}", reports[0]);
    assert!(reports[0].ends_with(", never ran: the loop was closed before"), "{}", reports[0]);
    drop((ran, cancelled, forgotten));
}
