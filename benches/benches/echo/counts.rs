//! What a request takes of what can be counted: system calls, and instructions outside of the system.
//!
//! All connections ask at once, and rest when all are answered, so that the server comes to wait; or else what it finds would
//! depend on how much a tool slows it down. Each count is the difference between two runs of different length, divided by the
//! difference of their requests, so that start-up cancels out.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::{self, Command};
use std::time::Duration;
use std::{env, fs};

use antiphon_benches::sockets::{Args, Load, Process, commands};

/// So often all connections ask.
const FEW: u32 = 50;
const MANY: u32 = 250;
/// Longer than a server takes that is watched, after it has answered.
const REST: Duration = Duration::from_millis(10);

/// How often each thing was done.
type Counts = BTreeMap<String, u64>;

pub(crate) fn print(args: &Args, wanted: &[String]) -> io::Result<()> {
    let connections: Vec<usize> = args.list("--connections", "1,50");
    let bytes = args.get("--bytes", 1024);
    println!("{:<11} {:<9} {:>12}  system calls", "connections", "server", "instructions");
    for &n in &connections {
        for (name, command) in commands(Path::new(super::SERVE), "echo", wanted) {
            let each = |tool: Tool| {
                let few = tool.count(&command, n, bytes, FEW)?;
                let many = tool.count(&command, n, bytes, MANY)?;
                let each = |(what, count): (String, u64)| {
                    let before = few.get(&what).copied().unwrap_or_default();
                    (what, (count as f64 - before as f64) / (f64::from(MANY - FEW) * n as f64))
                };
                io::Result::Ok(many.into_iter().map(each).collect::<Vec<_>>())
            };
            let instructions = each(Tool::Valgrind)?.first().map_or(f64::NAN, |(_, each)| *each);
            let calls = each(Tool::Strace)?;
            let calls = calls.iter().filter(|(_, each)| *each >= 0.005).map(|(call, each)| format!("{call} {each:.2}"));
            println!("{n:<11} {name:<9} {instructions:>12.0}  {}", calls.collect::<Vec<_>>().join(", "));
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Tool {
    Strace,
    Valgrind,
}

impl Tool {
    /// What a server does that is asked so often by all connections.
    fn count(self, server: &Command, connections: usize, bytes: usize, bursts: u32) -> io::Result<Counts> {
        let file = env::temp_dir().join(format!("antiphon-echo-{}", process::id()));
        let mut command = match self {
            Tool::Strace => Command::new("strace"),
            Tool::Valgrind => Command::new("valgrind"),
        };
        match self {
            Tool::Strace => command.args(["-f", "-c", "-o"]).arg(&file),
            Tool::Valgrind => {
                let mut out = std::ffi::OsString::from("--callgrind-out-file=");
                out.push(&file);
                command.args(["--quiet", "--tool=callgrind"]).arg(out)
            }
        };
        command.arg(server.get_program()).args(server.get_args());
        let mut process = Process::start("server", &command)?;
        Load::connect(process.address, connections, bytes)?.run_bursts(bursts, REST)?;
        process.end()?;
        let text = fs::read_to_string(&file)?;
        fs::remove_file(&file)?;
        Ok(match self {
            Tool::Strace => text.lines().filter_map(system_calls).collect(),
            Tool::Valgrind => text.lines().filter_map(instructions).collect(),
        })
    }
}

/// Of a line of a table: part of the time, seconds, microseconds for each, calls, perhaps errors, and the name.
fn system_calls(line: &str) -> Option<(String, u64)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let calls = words.get(3)?.parse().ok()?;
    let name = words.last().filter(|name| **name != "total")?;
    Some(((*name).to_owned(), calls))
}

fn instructions(line: &str) -> Option<(String, u64)> {
    let count = line.strip_prefix("summary:").or_else(|| line.strip_prefix("totals:"))?;
    Some(("instructions".to_owned(), count.split_whitespace().next()?.parse().ok()?))
}
