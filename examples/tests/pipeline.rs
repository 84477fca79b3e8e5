//! The example `pipeline`, run as a program.

#[path = "programs/path.rs"]
mod path;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};

use path::program;

fn start(arguments: &[impl AsRef<OsStr>], output: Stdio) -> Child {
    let mut command = Command::new(program("pipeline"));
    command.args(arguments).stdin(Stdio::piped()).stdout(output).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn run(arguments: &[impl AsRef<OsStr>], input: &[u8]) -> Output {
    finish(start(arguments, Stdio::piped()), input)
}

fn finish(mut child: Child, input: &[u8]) -> Output {
    // A program that has found a mistake in its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// A file of its own for each test, in a folder of its own, which is removed after it.
struct TestFile(PathBuf);

fn file(name: &str, content: &[u8]) -> TestFile {
    let folder = std::env::temp_dir().join(format!("antiphon-pipeline-{name}-{}", std::process::id()));
    // One of that number may have been killed before.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    let path = folder.join("file");
    fs::write(&path, content).unwrap();
    TestFile(path)
}

impl Deref for TestFile {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl AsRef<OsStr> for TestFile {
    fn as_ref(&self) -> &OsStr {
        self.0.as_ref()
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        // A panic here would hide that of the test.
        let _ = self.parent().map(fs::remove_dir_all);
    }
}

#[track_caller]
fn assert_report(output: &Output, expected: &str) {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    assert_eq!(output.status.code(), Some(0));
}

#[track_caller]
fn assert_failure(output: &Output, code: i32, message: &str) {
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert_eq!(String::from_utf8_lossy(&output.stderr), message);
    assert_eq!(output.status.code(), Some(code));
}

#[track_caller]
fn assert_misuse(output: &Output, mistake: &str) {
    let help = run(&["--help"], b"");
    assert_failure(output, 2, &format!("pipeline: {mistake}\n{}", String::from_utf8_lossy(&help.stdout)));
}

const NO_ARGUMENTS: [&str; 0] = [];

const NOTHING: &str = "\
lines read      0
lines skipped   0 not UTF-8, 0 over 1048576 bytes
lines matched   0
words           0
numbers         0
";

const LOG: &[u8] = b"GET /a 200 12.5\r\nPOST /b 404 (3),\n\nGET /c -7 1e999 inf nan \xc3\xa4";

#[test]
fn an_empty_input() {
    assert_report(&run(&NO_ARGUMENTS, b""), NOTHING);
    assert_report(&run(&[file("empty", b"")], b"not read"), NOTHING);
}

#[test]
fn all_lines() {
    let expected = "\
lines read      4
lines skipped   0 not UTF-8, 0 over 1048576 bytes
lines matched   4
longest         25 characters, line 4
words           15
numbers         5
  sum           612.5
  mean          122.5
  least         -7
  greatest      404
";
    assert_report(&run(&NO_ARGUMENTS, LOG), expected);
    assert_report(&run(&["-"], LOG), expected);
    assert_report(&run(&[file("all", LOG)], b"not read"), expected);
}

#[test]
fn lines_with_a_word() {
    let expected = "\
lines read      4
lines skipped   0 not UTF-8, 0 over 1048576 bytes
lines matched   2
longest         25 characters, line 4
words           11
numbers         3
  sum           205.5
  mean          68.5
  least         -7
  greatest      200
";
    assert_report(&run(&["-", "GET"], LOG), expected);
    assert_report(&run(&[file("some", LOG).as_os_str(), OsStr::new("GET")], b"not read"), expected);
    let none = NOTHING.replace("lines read      0", "lines read      4");
    assert_report(&run(&["-", "DELETE"], LOG), &none);
}

#[test]
fn lines_that_are_not_utf8_are_counted() {
    let expected = "\
lines read      3
lines skipped   2 not UTF-8, 0 over 1048576 bytes
lines matched   1
longest         3 characters, line 2
words           2
numbers         1
  sum           2
  mean          2
  least         2
  greatest      2
";
    assert_report(&run(&NO_ARGUMENTS, b"1 \xff\nb 2\r\n\xc3"), expected);
}

#[test]
fn a_line_at_the_limit_is_read_and_a_longer_one_is_counted() {
    let limit = 1 << 20;
    let skipped = |lengths: [usize; 3]| {
        let input = lengths.map(|length| "x".repeat(length)).join("\n");
        let output = run(&NO_ARGUMENTS, input.as_bytes());
        let report = String::from_utf8(output.stdout).unwrap();
        let skipped = report.lines().find(|line| line.starts_with("lines skipped")).map(str::to_owned);
        let longest = report.lines().find(|line| line.starts_with("longest")).map(str::to_owned);
        (skipped.unwrap(), longest.unwrap())
    };
    let expected = |skipped, characters, number| {
        (
            format!("lines skipped   0 not UTF-8, {skipped} over {limit} bytes"),
            format!("longest         {characters} characters, line {number}"),
        )
    };
    assert_eq!(skipped([limit, 3, limit]), expected(0, limit, 1));
    assert_eq!(skipped([3, 4, limit]), expected(0, limit, 3));
    assert_eq!(skipped([limit + 1, 3, 4]), expected(1, 4, 3));
    assert_eq!(skipped([5, 3 * limit, 4]), expected(1, 5, 1));
    assert_eq!(skipped([3, 4, limit + 1]), expected(1, 4, 2));
}

#[test]
fn a_missing_file() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pipeline-nowhere");
    let reason = File::open(&path).unwrap_err();
    assert_failure(&run(&[&path], b""), 1, &format!("pipeline: {}: {reason}\n", path.display()));
}

#[test]
fn a_directory() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let reason = fs::read(path).unwrap_err();
    assert_failure(&run(&[&path], b""), 1, &format!("pipeline: {}: {reason}\n", path.display()));
}

#[test]
fn wrong_arguments() {
    assert_misuse(&run(&["a", "b", "c"], b""), "too many arguments");
    assert_misuse(&run(&["--count", "a"], b""), "unknown option `--count`");
    assert_misuse(&run(&["--help", "a"], b""), "unknown option `--help`");
}

#[test]
fn help() {
    let output = run(&["--help"], b"");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.starts_with("usage: pipeline [FILE [WORD]]\n"), "{text}");
    assert_report(&output, &text);
}

#[test]
fn a_reader_who_has_gone_away() {
    for arguments in [["-"], ["--help"]] {
        let output = finish(start(&arguments, pipe_without_a_reader().into()), LOG);
        assert_report(&output, "");
    }
}

/// The input of a program that has ended.
fn pipe_without_a_reader() -> ChildStdin {
    let mut child = start(&["--help"], Stdio::null());
    let pipe = child.stdin.take().unwrap();
    child.wait().unwrap();
    pipe
}

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    use super::path::for_everybody;
    use super::*;

    #[test]
    fn a_file_without_permission() {
        let path = file("forbidden", b"1");
        fs::set_permissions(&*path, fs::Permissions::from_mode(0o000)).unwrap();
        let output = match File::open(&*path) {
            Err(_) => run(&[&path], b""),
            // We are root, whom no permission stops.
            Ok(_) => as_nobody(&path),
        };
        let reason = std::io::Error::from_raw_os_error(13);
        assert_failure(&output, 1, &format!("pipeline: {}: {reason}\n", path.display()));
    }

    fn as_nobody(file: &Path) -> Output {
        let copy = for_everybody("pipeline", file.parent().unwrap());
        Command::new(copy).arg(file).uid(65534).output().expect("nobody may run the program")
    }

    #[test]
    fn arguments_that_are_not_utf8() {
        assert_misuse(&run(&[OsStr::new("-"), OsStr::from_bytes(b"\xff")], b""), "WORD is not UTF-8");
        let path = Path::new(OsStr::from_bytes(b"no\xffwhere"));
        let reason = File::open(path).unwrap_err();
        assert_failure(&run(&[&path], b""), 1, &format!("pipeline: {}: {reason}\n", path.display()));
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use super::*;

    #[test]
    fn a_full_disk() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let reason = std::io::Error::from_raw_os_error(28);
        let output = finish(start(&NO_ARGUMENTS, full.into()), LOG);
        assert_failure(&output, 1, &format!("pipeline: standard output: {reason}\n"));
    }

    #[test]
    fn errors_that_nobody_can_read() {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pipeline-nowhere");
        let mut command = Command::new(program("pipeline"));
        let status = command.arg(path).stderr(pipe_without_a_reader()).status().unwrap();
        assert_eq!(status.code(), Some(1));
    }

    const MEGABYTE: usize = 1_000_000;
    /// Without optimization the program takes more than a second for ten of them.
    const MANY: usize = if cfg!(debug_assertions) { 16 } else { 200 };

    #[test]
    fn memory_does_not_grow_with_the_lines() {
        let lines = b"GET /index.html 200 12.5 some more words\n".repeat(MEGABYTE / 41);
        let (small, large) = (peak_memory(&lines, 1), peak_memory(&lines, MANY));
        assert!(large <= small + 512, "{large} KiB instead of {small} KiB");
    }

    #[test]
    fn memory_does_not_grow_with_the_length_of_a_line() {
        let part = vec![b'x'; MEGABYTE];
        let (small, large) = (peak_memory(&part, 2), peak_memory(&part, 200));
        assert!(large <= small + 512, "{large} KiB instead of {small} KiB");
    }

    /// What the program needed at most, in KiB, until it has read so many megabytes.
    fn peak_memory(megabyte: &[u8], megabytes: usize) -> usize {
        let mut child = start(&NO_ARGUMENTS, Stdio::piped());
        let mut input = child.stdin.take().unwrap();
        for _ in 0..megabytes {
            input.write_all(megabyte).unwrap();
        }
        // It waits for more; all but what is still in the pipe has been read.
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let peak = peak.trim().trim_end_matches(" kB").parse().unwrap();
        drop(input);
        assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
        peak
    }
}
