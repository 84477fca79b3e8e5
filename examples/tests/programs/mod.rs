//! Programs that serve, and their clients.

mod interrupt;
mod path;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

pub(crate) use path::program;

/// An example that listens. It is killed at the latest when this is dropped.
pub(crate) struct Served {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// Where it listens.
    pub(crate) address: String,
}

impl Served {
    pub(crate) fn start(name: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(program(name));
        command.args(arguments);
        Self::spawn(command)
    }

    /// With at most so many descriptors, and without those that whoever runs the tests has left open.
    pub(crate) fn start_limited(name: &str, arguments: &[&str], descriptors: usize) -> Self {
        let mut command = Command::new("sh");
        let closed: String = (3..10).map(|fd| format!(" {fd}>&-")).collect();
        command.args(["-c", &format!("exec{closed}; ulimit -n {descriptors}; exec \"$0\" \"$@\"")]);
        command.arg(program(name)).args(arguments);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening at ").unwrap_or_else(|| panic!("it said {line:?}"));
        Served { child, stdout, address: address.to_owned() }
    }

    pub(crate) fn connect(&self) -> Client {
        let stream = TcpStream::connect(&self.address).unwrap();
        // No test waits so long unless it fails.
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(60))).unwrap();
        Client { stream: BufReader::new(stream) }
    }

    /// Ctrl-c.
    pub(crate) fn interrupt(&self) {
        interrupt::interrupt(&self.child);
    }

    /// With which code it ends, and what it complains of.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "", "it said more than where it listens");
        (code, said)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }

    pub(crate) fn say(&mut self, line: &str) {
        self.send(format!("{line}\n").as_bytes());
    }

    pub(crate) fn read_exact(&mut self, length: usize) -> Vec<u8> {
        let mut read = vec![0; length];
        self.stream.read_exact(&mut read).unwrap();
        read
    }

    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) {
        assert_eq!(String::from_utf8_lossy(&self.read_exact(text.len())), text);
    }

    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        line
    }

    /// The other side has closed the connection, and sends nothing more.
    #[track_caller]
    pub(crate) fn expect_end(&mut self) {
        let mut rest = String::new();
        self.stream.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }

    /// Nobody reads any more, and nothing is sent: what is still sent here finds nobody.
    pub(crate) fn reset(self) {
        let _ = self.stream.get_ref().shutdown(Shutdown::Both);
    }
}
