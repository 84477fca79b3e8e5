//! Signals. Each test has one for itself: they are told to the whole process.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};
use std::rc::Rc;

use antiphon::event_loop::{
    self, EventLoop, RunError, SignalKind, cancellable, ctrl_c, shield, signal, spawn, yield_now,
};
use signal_hook::low_level::raise;

fn come(kind: SignalKind) {
    raise(kind.as_raw()).unwrap();
}

#[test]
fn all_who_wait_are_woken() {
    let woken = event_loop::run(async {
        let waiting = [0, 1].map(|_| {
            let mut listener = signal(SignalKind::USER_1).unwrap();
            spawn(async move { listener.recv().await })
        });
        yield_now().await;
        come(SignalKind::USER_1);
        for one in waiting {
            one.await.unwrap()?;
        }
        io::Result::Ok(())
    });
    woken.unwrap().unwrap();
}

#[test]
fn none_is_lost_between_two_and_many_are_one() {
    event_loop::run(async {
        let mut listener = signal(SignalKind::USER_2).unwrap();
        for _ in 0..3 {
            (0..5).for_each(|_| come(SignalKind::USER_2));
            listener.recv().await.unwrap();
            // Cut short, it loses nothing.
            assert!(futures::poll!(std::pin::pin!(listener.recv())).is_pending());
        }
    })
    .unwrap();
}

#[test]
fn nobody_can_listen_for_some() {
    event_loop::run(async {
        for number in [9, 19, 11, 0, -1, 1000, i32::MIN, i32::MAX] {
            let error = signal(SignalKind::from_raw(number)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{number}: {error}");
        }
    })
    .unwrap();
    assert_eq!(format!("{:?} {:?}", SignalKind::HANGUP, SignalKind::from_raw(1000)), "SIGHUP SignalKind(1000)");
}

#[test]
fn a_simulated_loop_has_none() {
    let error = EventLoop::simulated().run_until_complete(async { ctrl_c().await.unwrap_err() });
    assert_eq!(error.unwrap().kind(), io::ErrorKind::Unsupported);
    // It runs all the same.
    assert_eq!(EventLoop::simulated().run_interruptible(async { 7 }).unwrap(), 7);
}

#[test]
fn one_outlives_its_loop() {
    let event_loop = EventLoop::new().unwrap();
    let mut listener = event_loop.run_until_complete(async { signal(SignalKind::WINDOW).unwrap() }).unwrap();
    drop(event_loop);
    come(SignalKind::WINDOW);
    let error = event_loop::run(async { listener.recv().await.unwrap_err() });
    assert_eq!(error.unwrap().to_string(), "its event loop is closed");
}

const CASE: &str = "ANTIPHON_SIGNALS";

/// Runs this very program again, for what may end it.
fn program(case: &str) -> Output {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["--exact", "signals::as_a_program", "--nocapture"]).env(CASE, case).output().unwrap()
}

#[track_caller]
fn assert_killed(case: &str, by: SignalKind) {
    let output = program(case);
    assert_eq!(output.status.signal(), Some(by.as_raw()), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("until here\n"), "{output:?}");
}

/// The same, unless the signal was ignored when the program began, as those are that `nohup` starts.
#[track_caller]
fn assert_as_before(case: &str, kind: SignalKind) {
    let output = program(case);
    if String::from_utf8_lossy(&output.stdout).contains(IGNORED) {
        assert!(output.status.success(), "{output:?}");
    } else {
        assert_eq!(output.status.signal(), Some(kind.as_raw()), "{output:?}");
    }
    assert!(String::from_utf8_lossy(&output.stdout).contains("until here\n"), "{output:?}");
}

const IGNORED: &str = "it is ignored\n";

/// Says so if nothing happens when the signal comes. Linux tells.
fn say_if_ignored(kind: SignalKind) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).unwrap());
    if mask & (1 << (kind.as_raw() - 1)) != 0 {
        print!("{IGNORED}");
    }
}

#[track_caller]
fn assert_ends(case: &str) {
    let output = program(case);
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("as expected\n"), "{output:?}");
}

/// Runs the case that the others ask for; by itself nothing.
#[test]
fn as_a_program() {
    match std::env::var(CASE).as_deref() {
        Ok("dropped") => {
            say_if_ignored(SignalKind::HANGUP);
            event_loop::run(async {
                let one = signal(SignalKind::HANGUP).unwrap();
                drop(signal(SignalKind::HANGUP).unwrap());
                come(SignalKind::HANGUP);
                drop(one);
            })
            .unwrap();
            println!("until here");
            come(SignalKind::HANGUP);
        }
        Ok("ran") => {
            say_if_ignored(SignalKind::INTERRUPT);
            event_loop::run_interruptible(async {}).unwrap();
            println!("until here");
            come(SignalKind::INTERRUPT);
        }
        Ok("held") => {
            let ran = event_loop::run_interruptible(async {
                come(SignalKind::INTERRUPT);
                println!("until here");
                // As if it went on for ever.
                come(SignalKind::INTERRUPT);
            });
            panic!("{ran:?}");
        }
        Ok("cut") => {
            for kind in [SignalKind::INTERRUPT, SignalKind::TERMINATE] {
                let dropped = Rc::new(());
                let left = Rc::downgrade(&dropped);
                let ran = event_loop::run_interruptible(async move {
                    let _dropped = dropped;
                    come(kind);
                    std::future::pending::<()>().await;
                });
                assert!(matches!(ran, Err(RunError::Interrupted)), "{ran:?}");
                assert_eq!(left.strong_count(), 0);
            }
            println!("as expected");
        }
        Ok("told") => {
            let ran = event_loop::run_interruptible(async {
                come(SignalKind::INTERRUPT);
                cancellable(std::future::pending::<()>()).await.unwrap_err();
                shield(yield_now()).await;
                "tidied up"
            });
            assert_eq!(ran.unwrap(), "tidied up");
            println!("as expected");
        }
        Ok("twice") => {
            let ran = event_loop::run_interruptible(async {
                come(SignalKind::INTERRUPT);
                cancellable(std::future::pending::<()>()).await.unwrap_err();
                come(SignalKind::TERMINATE);
                shield(std::future::pending::<()>()).await;
            });
            assert!(matches!(ran, Err(RunError::Interrupted)), "{ran:?}");
            println!("as expected");
        }
        Ok(other) => panic!("there is no case {other}"),
        Err(_) => {}
    }
}

#[test]
fn when_nobody_listens_any_more_it_does_what_it_did_before() {
    assert_as_before("dropped", SignalKind::HANGUP);
    assert_as_before("ran", SignalKind::INTERRUPT);
}

#[test]
fn a_loop_that_is_held_does_not_keep_the_second_from_ending_the_process() {
    assert_killed("held", SignalKind::INTERRUPT);
}

#[test]
fn the_first_cancels_what_is_run() {
    assert_ends("cut");
    assert_ends("told");
}

#[test]
fn the_second_stops_at_once() {
    assert_ends("twice");
}
