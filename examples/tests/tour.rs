//! Runs the example `tour` and compares what it prints with `tour.txt`; `BLESS=1 cargo test -p antiphon-examples` writes
//! that file anew. With `--test tour` cargo would not build the example, and an older one would run.

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

/// `cargo test` builds examples beside the directory of the tests.
fn tour() -> Command {
    let test = env::current_exe().unwrap();
    let target = test.parent().and_then(Path::parent).unwrap();
    let program = target.join("examples").join("tour").with_extension(env::consts::EXE_EXTENSION);
    assert!(program.exists(), "{} is absent; `cargo test -p antiphon-examples` builds it", program.display());
    Command::new(program)
}

fn output() -> String {
    let Output { status, stdout, stderr } = tour().output().unwrap();
    assert_eq!(String::from_utf8(stderr).unwrap(), "");
    assert!(status.success());
    String::from_utf8(stdout).unwrap()
}

#[test]
fn prints_what_it_printed_before() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tour.txt");
    let printed = output();
    if env::var_os("BLESS").is_some_and(|value| value == "1") {
        fs::write(&path, &printed).unwrap();
    }
    let expected = fs::read_to_string(&path).expect("`BLESS=1` writes the file");
    let (mut printed, mut expected) = (printed.lines().map(masked), expected.lines().map(masked));
    for number in 1.. {
        let (printed, expected) = (printed.next(), expected.next());
        assert_eq!(printed, expected, "line {number} differs; if that is wanted, `BLESS=1` writes the file anew");
        if printed.is_none() {
            break;
        }
    }
}

/// A line without what depends on the compiler: how many bytes it makes of a coroutine.
fn masked(line: &str) -> String {
    match line.strip_prefix("  | generator: ").and_then(|rest| rest.strip_suffix(" bytes")) {
        Some(bytes) => {
            assert!(bytes.parse::<usize>().unwrap() < 100, "{line}");
            "  | generator: a few bytes".to_owned()
        }
        None => line.to_owned(),
    }
}

#[test]
fn prints_what_the_python_programs_print() {
    let printed = output();
    for lines in [
        "  | 1\n  | 2\n  | 3\n",
        "  | 8\n  | 10\n  | 3000\n  | 6\n",
        "  | What is your name?\n  | Sir Gallahad\n  | Nice to meet you, Sir Gallahad\n",
        "  | pipe: Some(\"HI\")\n  | not_pipe: None\n",
        "  | Sum is 10\n",
    ] {
        assert!(printed.contains(lines), "the output lacks these lines:\n{lines}");
    }
}

#[test]
fn fits_a_terminal() {
    for line in output().lines() {
        assert!(line.chars().count() <= 100, "too long: {line}");
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_it_quietly() {
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    let (reader, writer) = UnixStream::pair().unwrap();
    drop(reader);
    let output = tour().stdout(OwnedFd::from(writer)).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert!(output.status.success());
}
