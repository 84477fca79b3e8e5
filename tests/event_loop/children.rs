//! Child processes.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use antiphon::event_loop::{self, Child, EventLoop, Reader, SignalKind, gather, timeout};

use crate::{seconds, tasks};

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

fn piped(script: &str) -> Command {
    let mut command = shell(script);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Whether the system knows a process of that number, ended or not. The shell asks, since not every machine has a program for it.
fn exists(id: u32) -> bool {
    shell(&format!("kill -0 {id}")).stderr(Stdio::null()).status().unwrap().success()
}

/// Takes turns until no task is left, as for ever as a test may.
fn until_idle(event_loop: &EventLoop) {
    for _ in 0..1000 {
        if tasks(event_loop) == 0 {
            return;
        }
        event_loop.turn(seconds(10)).unwrap();
    }
    panic!("a task is left");
}

#[test]
fn what_it_writes_and_how_it_ends() {
    event_loop::run(async {
        let output = Child::output(&mut shell("echo said; echo complained >&2; cat; exit 3")).await?;
        assert_eq!((&*output.stdout, &*output.stderr), (&b"said\n"[..], &b"complained\n"[..]));
        assert_eq!(output.status.code(), Some(3));
        // By a signal that cannot be ignored, as others may be when this begins.
        let mut killed = Child::spawn(&mut shell("kill -KILL $$"))?;
        for _ in 0..2 {
            assert_eq!(killed.wait().await?.signal(), Some(9));
        }
        assert_eq!(killed.try_wait()?.and_then(|status| status.signal()), Some(9));
        // Too late is no mistake.
        killed.kill()
    })
    .unwrap()
    .unwrap();
}

#[test]
fn it_is_told_by_signals_until_it_has_ended() {
    event_loop::run(async {
        let mut child = Child::spawn(&mut piped("trap 'echo told' USR1; echo ready; while true; do read line; done"))?;
        // It must not find the end of its input, or it would go round without waiting.
        let _input = child.stdin.take();
        let mut lines = Reader::new(child.stdout.take().unwrap());
        assert_eq!(lines.read_line().await.unwrap().unwrap(), "ready");
        for _ in 0..2 {
            child.send_signal(SignalKind::USER_1)?;
            assert_eq!(lines.read_line().await.unwrap().unwrap(), "told");
        }
        // To ask whether it is there is a signal, too.
        child.send_signal(SignalKind::from_raw(0))?;
        let none = child.send_signal(SignalKind::from_raw(4321)).unwrap_err();
        assert_eq!(none.kind(), io::ErrorKind::InvalidInput);
        child.terminate()?;
        // Whether it has ended already or not.
        child.terminate()?;
        assert_eq!(child.wait().await?.signal(), Some(15));
        child.terminate()?;
        // To nobody: the number may be another's.
        child.send_signal(SignalKind::from_raw(4321))?;
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn who_has_ended_and_was_not_waited_for_is_sent_nothing() {
    event_loop::run(async {
        let mut child = Child::spawn(&mut piped("exit 3"))?;
        // There is no such signal, as long as there is somebody to send it to.
        while let Err(error) = child.send_signal(SignalKind::from_raw(4321)) {
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            event_loop::yield_now().await;
        }
        assert_eq!(child.wait().await?.code(), Some(3));
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn more_than_a_pipe_holds_goes_through_it_in_both_directions() {
    let input: Vec<u8> = (0..1 << 20).map(|n: u32| n as u8).collect();
    event_loop::run(async {
        let output = Child::spawn(&mut piped("cat; cat </dev/null >&2"))?.communicate(&input).await?;
        assert!(output.status.success() && output.stderr.is_empty());
        assert!(output.stdout == input, "{} bytes of {}", output.stdout.len(), input.len());
        // One that does not want it.
        let output = Child::spawn(&mut piped("exec true"))?.communicate(&input).await?;
        assert!(output.status.success());
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn a_conversation() {
    event_loop::run(async {
        let mut child = Child::spawn(&mut piped("while read line; do echo \"<$line>\"; done; echo end"))?;
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut lines = Reader::new(output);
        for word in ["one", "two"] {
            input.write_all(format!("{word}\n").as_bytes()).await?;
            assert_eq!(lines.read_line().await.unwrap().unwrap(), format!("<{word}>"));
        }
        assert!(child.try_wait()?.is_none());
        input.shutdown().await?;
        assert_eq!(input.write(b"more").await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(lines.read_line().await.unwrap().unwrap(), "end");
        assert!(lines.read_line().await.unwrap().is_none());
        assert!(child.wait().await?.success());
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn no_room_is_filled_at_once() {
    event_loop::run(async {
        let mut child = Child::spawn(&mut piped("read line"))?.kill_on_drop(true);
        let output = child.stdout.take().unwrap();
        assert_eq!(output.read(&mut []).await?, 0);
        // Even when it is known that there is nothing.
        assert!(timeout(Duration::ZERO, output.read(&mut [0])).await.is_err());
        assert_eq!(output.read(&mut []).await?, 0);
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn many_at_once_each_with_its_own_end() {
    event_loop::run(async {
        let ended = gather((0..30).map(|code| async move {
            let mut child = Child::spawn(&mut shell(&format!("exit {code}")))?;
            child.wait().await
        }));
        for (code, status) in ended.await.into_iter().enumerate() {
            assert_eq!(status.unwrap().unwrap().code(), Some(code as i32));
        }
    })
    .unwrap();
}

#[test]
fn a_wait_that_is_cut_short_loses_nothing() {
    event_loop::run(async {
        let mut child = Child::spawn(piped("read line; exit 7").stdout(Stdio::null()))?;
        let input = child.stdin.take().unwrap();
        for _ in 0..3 {
            assert!(timeout(Duration::ZERO, child.wait()).await.is_err());
        }
        input.write_all(b"\n").await?;
        assert_eq!(child.wait().await?.code(), Some(7));
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn waiting_closes_its_input() {
    let status = event_loop::run(async { Child::spawn(piped("cat").stdout(Stdio::null()))?.wait().await });
    assert!(status.unwrap().unwrap().success());
}

#[test]
fn one_that_is_to_be_killed_is_and_nothing_of_it_is_left() {
    let event_loop = EventLoop::new().unwrap();
    let ids = event_loop.run_until_complete(async {
        let dropped = Child::spawn(&mut shell("exec sleep 1000")).unwrap().kill_on_drop(true);
        let cancelled = Child::spawn(&mut piped("exec sleep 1000")).unwrap().kill_on_drop(true);
        let ids = [dropped.id(), cancelled.id()];
        drop(dropped);
        assert!(timeout(Duration::ZERO, cancelled.communicate(b"")).await.is_err());
        ids
    });
    until_idle(&event_loop);
    assert_eq!(ids.unwrap().map(exists), [false, false]);
}

#[test]
fn one_that_is_dropped_goes_on_and_nothing_of_it_is_left_in_the_end() {
    let event_loop = EventLoop::new().unwrap();
    let id = event_loop.run_until_complete(async {
        let mut child = Child::spawn(&mut piped("cat")).unwrap();
        let (id, input, output) = (child.id(), child.stdin.take().unwrap(), child.stdout.take().unwrap());
        drop(child);
        input.write_all(b"still here").await.unwrap();
        let mut buffer = [0; 16];
        assert_eq!(output.read(&mut buffer).await.unwrap(), 10);
        id
    });
    until_idle(&event_loop);
    assert!(!exists(id.unwrap()));
}

#[test]
fn a_program_that_there_is_not() {
    let none = event_loop::run(async { Child::spawn(&mut Command::new("/nowhere/nothing")).map(drop) });
    assert_eq!(none.unwrap().unwrap_err().kind(), io::ErrorKind::NotFound);
}

#[test]
fn a_simulated_loop_has_none() {
    let none = EventLoop::simulated().run_until_complete(Child::output(&mut Command::new("true")));
    let error = none.unwrap().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::Unsupported);
    assert_eq!(error.to_string(), "a simulated event loop has no child processes");
}

#[test]
fn one_outlives_its_loop() {
    let event_loop = EventLoop::new().unwrap();
    let mut child =
        event_loop.run_until_complete(async { Child::spawn(&mut shell("exec sleep 1000")).unwrap() }).unwrap();
    drop(event_loop);
    let error = event_loop::run(async { child.wait().await.unwrap_err() }).unwrap();
    assert_eq!(error.to_string(), "its event loop is closed");
    // It can still be ended.
    child.kill().unwrap();
}
