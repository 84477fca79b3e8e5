//! The examples of the event loop, run as programs: on a clock that nobody waits for, where that says what they print.

#[cfg(unix)]
#[path = "programs/interrupt.rs"]
mod interrupt;
#[path = "programs/path.rs"]
mod path;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use path::program;

/// What it does with this input.
fn at_once(name: &str, input: &str) -> Output {
    let mut command = Command::new(program(name));
    command.arg("--at-once").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that reads nothing may have ended.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

#[track_caller]
fn assert_output(output: &Output, expected: &str) {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn countdown() {
    let expected = "\
T-minus 2 (A)
T-minus 3 (B)
T-minus 1 (A)
T-minus 2 (B)
lift-off (A)
T-minus 1 (B)
lift-off (B)
";
    assert_output(&at_once("countdown", ""), expected);
}

#[test]
fn call_soon() {
    let expected = "\
0.0 s: call_soon
0.0 s: call_soon, after the first
0.0 s: call_soon_threadsafe
0.2 s: call_at(now + 0.2)
0.4 s: call_later(0.4)
";
    assert_output(&at_once("call_soon", ""), expected);
}

#[test]
fn cleanup() {
    let expected = "\
written: [1, 2, 3]
written: [4, 5, 6]
enough
cancelled with 2 records in hand
written: [7, 8]
the worker has ended; 8 records are safe
";
    assert_output(&at_once("cleanup", ""), expected);
}

#[test]
fn producers() {
    let expected = concat!(
        "  3 min: Bo's loaf 1 is baked\n",
        "  3 min: Ada buys Bo's loaf 1\n",
        "  4 min: Cy's loaf 1 is baked\n",
        "  4 min: Grace buys Cy's loaf 1\n",
        "  7 min: Bo's loaf 2 is baked\n",
        "  8 min: Di's loaf 1 is baked\n",
        "  9 min: Ada buys Bo's loaf 2\n",
        " 10 min: Grace buys Di's loaf 1\n",
        " 11 min: Cy's loaf 2 is baked\n",
        " 11 min: Bo's loaf 3 is baked\n",
        " 15 min: Ada buys Cy's loaf 2\n",
        " 15 min: Cy's loaf 3 is baked\n",
        " 16 min: Grace buys Bo's loaf 3\n",
        " 16 min: Di's loaf 2 is baked\n",
        " 21 min: Ada buys Cy's loaf 3\n",
        " 21 min: Di's loaf 3 is baked\n",
        " 21 min: the bakers go home\n",
        " 22 min: Grace buys Di's loaf 2\n",
        " 27 min: Ada buys Di's loaf 3\n",
        " 33 min: 9 loaves were sold\n",
    );
    assert_output(&at_once("producers", ""), expected);
}

/// Its clock stands still while it waits for a key.
#[test]
fn stopwatch() {
    let keys = "keys, then enter: s start or stop, l lap, r reset, q quit\n";
    let pressed = "started at 00:00.0\nlap 1: 00:00.0\nlap 2: 00:00.0\nstopped at 00:00.0\n";
    let expected = format!("{keys}{pressed}{keys}lap 1: 00:00.0\n00:00.0 in all\n");
    assert_output(&at_once("stopwatch", "s\nl\n l \ns\nwhat\nr\nl\nq\nl\n"), &expected);
    assert_output(&at_once("stopwatch", ""), &format!("{keys}00:00.0 in all\n"));
}

#[cfg(unix)]
mod ctrl_c {
    use std::io::{BufRead, BufReader, Read};
    use std::time::{Duration, Instant};

    use super::interrupt::interrupt;
    use super::*;

    /// Starts it in earnest, waits for its first line, and sends the signal. What it says after that, and its code.
    ///
    /// By itself it ends after so many seconds. If this machine needs as many until the signal is sent, that is to be tried again.
    fn interrupted(name: &str, first: &str, ends_after: u64) -> (String, Option<i32>) {
        loop {
            let begun = Instant::now();
            let mut command = Command::new(program(name));
            let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            let mut output = BufReader::new(child.stdout.take().unwrap());
            let mut line = String::new();
            output.read_line(&mut line).unwrap();
            assert_eq!(line.trim_end(), first);
            interrupt(&child);
            let in_time = begun.elapsed() < Duration::from_secs(ends_after);
            let mut rest = String::new();
            output.read_to_string(&mut rest).unwrap();
            let code = child.wait().unwrap().code();
            if in_time {
                return (rest, code);
            }
        }
    }

    #[test]
    fn the_rest_is_dropped() {
        let (rest, code) = interrupted("countdown", "T-minus 2 (A)", 2);
        assert!(!rest.contains("lift-off"), "{rest}");
        assert_eq!(code, Some(0));
    }

    #[test]
    fn what_is_in_hand_is_put_in_order() {
        let (rest, code) = interrupted("cleanup", "written: [1, 2, 3]", 3);
        assert!(rest.contains("interrupted\ncancelled with "), "{rest}");
        assert!(rest.ends_with("records are safe\n"), "{rest}");
        assert_eq!(code, Some(0));
    }

    /// The thread that reads the input is not waited for.
    #[test]
    fn a_program_that_waits_for_input_ends() {
        let keys = "keys, then enter: s start or stop, l lap, r reset, q quit";
        assert_eq!(interrupted("stopwatch", keys, u64::MAX).1, Some(130));
    }
}
