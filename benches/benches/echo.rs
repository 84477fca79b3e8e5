//! Requests and answers over sockets: `cargo bench -p antiphon-benches --bench echo`.
//!
//! * `--connections 1,50,1000`, `--bytes 1024`, `--rounds 9`, `--milliseconds 700`, `--servers antiphon,tokio`
//! * `--counts`: system calls and instructions of a request in the place of times, by strace and valgrind.
//!
//! Each server is a process on the first core; this one, which asks, is on the second. Rounds are interleaved, and each has
//! servers that are started for it, since where the memory of a process happens to lie makes more than what is compared. A ratio
//! is the median of the rounds' ratios.

#[path = "echo/counts.rs"]
mod counts;

use std::io;
use std::path::Path;
use std::time::Duration;

use antiphon_benches::sockets::{Args, Load, Process, commands, keep_to_core, median, python};

const SERVE: &str = env!("CARGO_BIN_EXE_serve");

fn main() -> io::Result<()> {
    let args = Args::new();
    let wanted: Vec<String> = if args.value("--servers").is_some() { args.list("--servers", "") } else { Vec::new() };
    if args.has("--counts") {
        return counts::print(&args, &wanted);
    }
    let mut all = commands(Path::new(SERVE), "echo", &wanted);
    if args.measures() {
        all.extend(python(&wanted));
    }
    keep_to_core(1);
    let connections = args.list("--connections", if args.measures() { "1,50,1000" } else { "1,8" });
    let bytes = args.get("--bytes", 1024);
    let rounds = args.get("--rounds", if args.measures() { 9 } else { 1 });
    let time = Duration::from_millis(args.get("--milliseconds", if args.measures() { 700 } else { 10 }));
    println!(
        "{:<11} {:<9} {:>10} {:>7} {:>9} {:>8} {:>8} {:>8} {:>7} {:>8} {:>7} {:>9} {:>5}",
        "connections",
        "server",
        "requests/s",
        "/tokio",
        "/by hand",
        "p50 us",
        "p99 us",
        "p999 us",
        "p99/t",
        "CPU us/r",
        "/tokio",
        "/by hand",
        "busy"
    );
    for n in connections {
        let mut measured = vec![Vec::new(); all.len()];
        for _ in 0..rounds {
            for ((name, command), measured) in all.iter().zip(&mut measured) {
                measured.push(round(&Process::start(name, command)?, n, bytes, time)?);
            }
        }
        let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
        table(n, &names, &measured);
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Round {
    rate: f64,
    p50: f64,
    p99: f64,
    p999: f64,
    /// Microseconds of the server's for a request.
    cpu: f64,
    /// The part of the time in which it ran.
    busy: f64,
}

fn round(server: &Process, n: usize, bytes: usize, time: Duration) -> io::Result<Round> {
    let mut load = Load::connect(server.address, n, bytes)?;
    load.run(time / 5)?;
    let before = server.cpu();
    let measured = load.run(time)?;
    let cpu = (server.cpu() - before).as_secs_f64();
    let (requests, seconds) = (measured.answers.count() as f64, measured.elapsed.as_secs_f64());
    let quantile = |part| measured.answers.quantile(part);
    Ok(Round {
        rate: requests / seconds,
        p50: quantile(0.5),
        p99: quantile(0.99),
        p999: quantile(0.999),
        cpu: cpu / requests * 1e6,
        busy: cpu / seconds,
    })
}

fn table(n: usize, names: &[&str], measured: &[Vec<Round>]) {
    let of = |name: &str| names.iter().position(|known| *known == name).map(|at| &measured[at]);
    for (name, rounds) in names.iter().zip(measured) {
        let middle = |what: fn(&Round) -> f64| median(rounds.iter().map(what));
        let ratio = |what: fn(&Round) -> f64, to: &str| match of(to) {
            Some(others) => {
                format!("{:.2}", median(rounds.iter().zip(others).map(|(one, other)| what(one) / what(other))))
            }
            None => "-".to_owned(),
        };
        println!(
            "{n:<11} {name:<9} {:>10.0} {:>7} {:>9} {:>8.1} {:>8.1} {:>8.1} {:>7} {:>8.2} {:>7} {:>9} {:>4.0}%",
            middle(|round| round.rate),
            ratio(|round| round.rate, "tokio"),
            ratio(|round| round.rate, "by_hand"),
            middle(|round| round.p50),
            middle(|round| round.p99),
            middle(|round| round.p999),
            ratio(|round| round.p99, "tokio"),
            middle(|round| round.cpu),
            ratio(|round| round.cpu, "tokio"),
            ratio(|round| round.cpu, "by_hand"),
            middle(|round| round.busy) * 100.0,
        );
    }
}
