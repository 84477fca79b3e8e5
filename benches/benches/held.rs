//! Many connections of which few say anything: `cargo bench -p antiphon-benches --bench held`.
//!
//! * `--connections 19500`, `--seconds 60`, `--servers antiphon,tokio`
//!
//! A second of the whole, one connection of a hundred asks, 64 bytes, each time others. All servers are held all the time, each
//! by a process of its own, since a process has 20,000 descriptors; and they take turns of ten seconds to be asked. At the
//! end each connection must answer.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::time::Duration;

use antiphon_benches::sockets::{Args, Load, Memory, Process, commands, keep_to_core};

const SIZE: usize = 64;
/// In turns of so many seconds.
const TURN: u64 = 10;

fn main() -> ExitCode {
    let args = Args::new();
    let done = if args.has("--hold") { hold(&args) } else { compare(&args) };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("held: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A server, and who holds its connections.
struct Held {
    server: Process,
    holder: Holder,
    before: Memory,
    cpu: Duration,
    answers: u64,
    late: u64,
    lost: Option<String>,
    /// Of each turn.
    p99: Vec<f64>,
    p50: Vec<f64>,
    longest: f64,
}

fn compare(args: &Args) -> io::Result<bool> {
    let measures = args.measures();
    let wanted: Vec<String> = args.list("--servers", "antiphon,tokio");
    let connections: usize = args.get("--connections", if measures { 19_500 } else { 50 });
    let seconds: u64 = args.get("--seconds", if measures { 60 } else { 1 });
    let turn = TURN.min(seconds);
    keep_to_core(1);
    let mut all = Vec::new();
    for (name, command) in commands(Path::new(env!("CARGO_BIN_EXE_serve")), "held", &wanted) {
        let server = Process::start(&name, &command)?;
        // What the first of them allocate once and for all is not theirs.
        drop(Load::connect(server.address, 10, SIZE)?);
        let before = server.memory();
        let holder = Holder::start(&server, connections)?;
        all.push(Held {
            server,
            holder,
            before,
            cpu: Duration::ZERO,
            answers: 0,
            late: 0,
            lost: None,
            p99: Vec::new(),
            p50: Vec::new(),
            longest: 0.0,
        });
    }
    for held in &all {
        let now = held.server.memory();
        let each = |now: u64, before: u64| (now as f64 - before as f64) / connections as f64;
        println!(
            "{:<9} holds {connections} connections: {:.0} B of heap and stack each, {:.0} B of resident memory",
            held.server.name,
            each(now.anonymous, held.before.anonymous),
            each(now.resident, held.before.resident),
        );
    }
    let mut asked = 0;
    while asked < seconds {
        for held in all.iter_mut().filter(|held| held.lost.is_none()) {
            held.turn(turn, connections)?;
        }
        asked += turn * all.len() as u64;
    }
    println!(
        "\n{:<9} {:>8} {:>6} {:>9} {:>9} {:>11} {:>13}  lost",
        "server", "answers", "late", "p50 us", "p99 us", "longest us", "CPU us/answer"
    );
    let mut kept = true;
    for held in &mut all {
        if held.lost.is_none() {
            held.lost = held.holder.ask("all")?.strip_prefix("lost ").map(str::to_owned);
        }
        let after = held.server.memory();
        println!(
            "{:<9} {:>8} {:>6} {:>9.1} {:>9.1} {:>11.1} {:>13.1}  {}; {:.0} B each at the end",
            held.server.name,
            held.answers,
            held.late,
            antiphon_benches::sockets::median(held.p50.iter().copied()),
            antiphon_benches::sockets::median(held.p99.iter().copied()),
            held.longest,
            held.cpu.as_secs_f64() * 1e6 / held.answers as f64,
            held.lost.as_deref().unwrap_or("none"),
            (after.anonymous as f64 - held.before.anonymous as f64) / connections as f64,
        );
        kept &= held.lost.is_none();
    }
    Ok(kept)
}

impl Held {
    fn turn(&mut self, seconds: u64, connections: usize) -> io::Result<()> {
        let before = self.server.cpu();
        let answer = self.holder.ask(&format!("run {} {seconds}", (connections / 100).max(1)))?;
        self.cpu += self.server.cpu() - before;
        if let Some(lost) = answer.strip_prefix("lost ") {
            self.lost = Some(lost.to_owned());
            return Ok(());
        }
        let numbers: Vec<f64> = answer.split(' ').filter_map(|number| number.parse().ok()).collect();
        let [answers, late, p50, p99, longest] = numbers[..] else {
            return Err(io::Error::other(format!("who holds the connections says `{answer}`")));
        };
        self.answers += answers as u64;
        self.late += late as u64;
        self.p50.push(p50);
        self.p99.push(p99);
        self.longest = self.longest.max(longest);
        Ok(())
    }
}

/// A process that has connections, and does with them what it is told by lines.
struct Holder {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Holder {
    fn start(server: &Process, connections: usize) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--hold", "--address", &server.address.to_string(), "--connections", &connections.to_string()]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let to = child.stdin.take();
        let from = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut holder = Holder { child, to, from };
        match holder.line()?.as_str() {
            "all are here" => Ok(holder),
            other => Err(io::Error::other(format!("{}: `{other}`", server.name))),
        }
    }

    fn ask(&mut self, what: &str) -> io::Result<String> {
        let mut to = self.to.as_ref().expect("it has not ended");
        writeln!(to, "{what}")?;
        self.line()
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        drop(self.to.take());
        let _ = self.child.wait();
    }
}

/// The process that holds.
fn hold(args: &Args) -> io::Result<bool> {
    let address = args.get("--address", "127.0.0.1:0".parse().expect("an address"));
    let mut load = match Load::connect(address, args.get("--connections", 0), SIZE) {
        Ok(load) => load,
        Err(error) => {
            println!("not all connect: {error}");
            return Ok(false);
        }
    };
    println!("all are here");
    for line in io::stdin().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let answer = match words[..] {
            ["run", each_second, seconds] => {
                let number = |text: &str| text.parse::<u32>().map_err(io::Error::other);
                let time = Duration::from_secs(number(seconds)?.into());
                load.run_paced(number(each_second)?, time).map(|measured| {
                    let of = &measured.answers;
                    format!(
                        "{} {} {:.1} {:.1} {:.1}",
                        of.count(),
                        measured.late,
                        of.quantile(0.5),
                        of.quantile(0.99),
                        of.longest()
                    )
                })
            }
            ["all"] => load.all_answer().map(|()| "all answer".to_owned()),
            _ => Ok("what?".to_owned()),
        };
        println!("{}", answer.unwrap_or_else(|error| format!("lost {error}")));
    }
    Ok(true)
}
