//! The examples that recurse, run as programs: `directories`, `flatten`, `inorder`, `permutations` and `hanoi`.

mod directories;
mod flatten;
mod hanoi;
mod inorder;
#[path = "../programs/path.rs"]
mod path;
mod permutations;
#[cfg(target_os = "linux")]
mod unwritable;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{self, Child, ChildStdin, Command, Output, Stdio};

#[cfg(unix)]
use path::for_everybody;
use path::program;

fn start(name: &str, arguments: &[impl AsRef<OsStr>], output: Stdio) -> Child {
    let mut command = Command::new(program(name));
    command.args(arguments).stdin(Stdio::piped()).stdout(output).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn run(name: &str, arguments: &[impl AsRef<OsStr>], input: &[u8]) -> Output {
    finish(start(name, arguments, Stdio::piped()), input)
}

fn finish(mut child: Child, input: &[u8]) -> Output {
    // A program that has found a mistake in its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

#[track_caller]
fn assert_output(output: &Output, code: i32, printed: &str, complaints: &str) {
    assert_eq!(String::from_utf8_lossy(&output.stderr), complaints);
    assert_eq!(String::from_utf8_lossy(&output.stdout), printed);
    assert_eq!(output.status.code(), Some(code));
}

/// What `| head` does: reads so many lines of output, and goes away.
#[track_caller]
fn assert_head(name: &str, arguments: &[impl AsRef<OsStr>], input: &[u8], expected: &[&str]) {
    let mut child = start(name, arguments, Stdio::piped());
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let lines: Vec<String> = output.lines().take(expected.len()).map(Result::unwrap).collect();
    assert_eq!(lines, expected);
    assert_output(&child.wait_with_output().unwrap(), 0, "", "");
}

/// The input of a program that has ended.
fn pipe_without_a_reader() -> ChildStdin {
    let mut child = start("hanoi", &["0"], Stdio::null());
    let pipe = child.stdin.take().unwrap();
    child.wait().unwrap();
    pipe
}

fn lines<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string() + "\n").collect()
}

const NO_ARGUMENTS: [&str; 0] = [];

/// A folder of its own for each test, which is removed after it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("antiphon-recursion-{name}-{}", process::id()));
        // One of that number may have been killed before.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// What `directories` prints of it, and of these paths in it.
    fn with(&self, paths: &[&str]) -> String {
        self.display().to_string() + "\n" + &lines(paths.iter().map(|path| self.join(path).display().to_string()))
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A panic here would hide that of the test.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The reason for which nobody can open this.
fn missing(path: &Path) -> String {
    File::open(path).unwrap_err().to_string()
}
