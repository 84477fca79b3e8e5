//! A server is a process of its own, of which the system knows what it takes.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server. It ends when this is dropped.
#[derive(Debug)]
pub struct Process {
    /// Who serves.
    pub name: String,
    /// Where.
    pub address: SocketAddr,
    child: Child,
}

/// What a process has, in bytes.
#[derive(Clone, Copy, Default, Debug)]
pub struct Memory {
    /// Address space (`VmSize`).
    pub reserved: u64,
    /// What is there (`VmRSS`).
    pub resident: u64,
    /// What is there and is no file's (`RssAnon`): heap and stacks.
    pub anonymous: u64,
    /// Page tables (`VmPTE`).
    pub page_tables: u64,
}

impl Process {
    /// Starts a server, on the first core if there are several.
    ///
    /// # Errors
    ///
    /// If there is no such program, or it does not say where it serves.
    pub fn start(name: &str, command: &Command) -> io::Result<Self> {
        let mut command = on_core(0, command);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line)?;
        match line.trim().parse() {
            Ok(address) => Ok(Process { name: name.to_owned(), address, child }),
            Err(_) => {
                let _ = child.kill();
                child.wait()?;
                Err(io::Error::other(format!("{name} does not say where it serves, but `{}`", line.trim())))
            }
        }
    }

    /// The time that its threads ran. Zero where the system does not tell.
    pub fn cpu(&self) -> Duration {
        let Ok(threads) = fs::read_dir(format!("/proc/{}/task", self.child.id())) else { return Duration::ZERO };
        let of = |thread: fs::DirEntry| fs::read_to_string(thread.path().join("schedstat")).ok();
        let texts = threads.filter_map(Result::ok).filter_map(of);
        let nanoseconds = texts.filter_map(|text| text.split(' ').next()?.parse::<u64>().ok()).sum();
        Duration::from_nanos(nanoseconds)
    }

    /// What it has now.
    pub fn memory(&self) -> Memory {
        Memory::of(&self.child.id().to_string())
    }

    /// Has it end, as it does when it is dropped, and waits for that.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn end(&mut self) -> io::Result<()> {
        drop(self.child.stdin.take());
        self.child.wait().map(drop)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

impl Memory {
    /// Of the process with that number, or of this one (`self`). Zeros where the system does not tell.
    pub fn of(process: &str) -> Self {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let line = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name))?.trim().strip_suffix(" kB")?;
            value.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
        };
        Memory {
            reserved: line("VmSize:").unwrap_or_default(),
            resident: line("VmRSS:").unwrap_or_default(),
            anonymous: line("RssAnon:").unwrap_or_default(),
            page_tables: line("VmPTE:").unwrap_or_default(),
        }
    }
}

/// The servers of one service that were asked for, or all.
///
/// # Panics
///
/// If there is no such service.
pub fn commands(serve: &Path, service: &str, wanted: &[String]) -> Vec<(String, Command)> {
    let service = crate::SERVICES.iter().find(|known| known.name == service).expect("a service");
    let names = service.servers.iter().map(|(name, _)| *name);
    let names = names.filter(|name| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name));
    let command = |name: &str| {
        let mut command = Command::new(serve);
        command.args([service.name, name]);
        (name.to_owned(), command)
    };
    names.map(command).collect()
}

/// The echo servers of Python that there are: of the interpreter in the variable `PYTHON`, or else `python3`. Says which there
/// are not.
pub fn python(wanted: &[String]) -> Vec<(String, Command)> {
    let interpreter = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut found = Vec::new();
    for name in ["asyncio", "uvloop"].into_iter().filter(|name| wanted.is_empty() || wanted.iter().any(|w| w == name)) {
        let import = Command::new(&interpreter).args(["-c", &format!("import {name}")]).stderr(Stdio::null()).status();
        if import.is_ok_and(|status| status.success()) {
            let mut command = Command::new(&interpreter);
            command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/python/echo.py")).arg(name);
            found.push((name.to_owned(), command));
        } else {
            println!("{name} takes no part: `{interpreter} -c 'import {name}'` does not work");
        }
    }
    found
}

/// The command on that core, if there are several and `taskset` is there.
fn on_core(core: usize, command: &Command) -> Command {
    let program = command.get_program();
    let mut pinned = if has_cores() {
        let mut pinned = Command::new("taskset");
        pinned.args(["-c", &core.to_string()]).arg(program);
        pinned
    } else {
        Command::new(program)
    };
    pinned.args(command.get_args());
    pinned
}

/// Keeps this process, and what it starts from now on, to that core, if there are several and `taskset` is there.
pub fn keep_to_core(core: usize) {
    if has_cores() {
        let this = std::process::id().to_string();
        let _ = Command::new("taskset").args(["-c", "-p", &core.to_string(), &this]).stdout(Stdio::null()).status();
    }
}

fn has_cores() -> bool {
    static SEVERAL: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *SEVERAL.get_or_init(|| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let taskset = Command::new("taskset").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        cores > 1 && taskset.is_ok_and(|status| status.success())
    })
}

/// The middle one. Not a number if there is none.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
