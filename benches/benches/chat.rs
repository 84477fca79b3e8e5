//! One speaks, many listen, and one never reads: `cargo bench -p antiphon-benches --bench chat`.
//!
//! * `--listeners 100`, `--lines 1000`, `--bytes 1024`, `--rounds 9`
//!
//! Each server is there twice: in one of its rooms somebody never reads. The next line is said when all who listen have the one
//! before, so no queue is ever full but that one's, and a round's time is that of its deliveries. Rounds are interleaved.

use std::io;
use std::path::Path;

use antiphon_benches::sockets::{Args, Memory, Process, Room, commands, keep_to_core, median};

struct Held {
    server: Process,
    room: Room,
    before: Memory,
    rounds: Vec<Round>,
}

struct Round {
    rate: f64,
    p50: f64,
    p99: f64,
    /// Microseconds of the server's for a delivery.
    cpu: f64,
}

fn main() -> io::Result<()> {
    let args = Args::new();
    let measures = args.measures();
    let listeners = args.get("--listeners", if measures { 100 } else { 5 });
    let lines = args.get("--lines", if measures { 1_000 } else { 10 });
    let bytes = args.get("--bytes", 1024);
    let rounds = args.get("--rounds", if measures { 9 } else { 1 });
    let wanted: Vec<String> = args.list("--servers", "antiphon,tokio");
    let mut all = Vec::new();
    for deaf in [false, true] {
        for (name, command) in commands(Path::new(env!("CARGO_BIN_EXE_serve")), "chat", &wanted) {
            let server = Process::start(&name, &command)?;
            let room = Room::enter(server.address, listeners, deaf, bytes)?;
            let before = server.memory();
            all.push(Held { server, room, before, rounds: Vec::new() });
        }
    }
    keep_to_core(1);
    for _ in 0..rounds {
        for held in &mut all {
            held.round(lines)?;
        }
    }
    println!("{listeners} listen to {rounds} x {lines} lines of {bytes} B");
    println!(
        "{:<9} {:<17} {:>12} {:>7} {:>8} {:>8} {:>7} {:>11} {:>13} {:>7} {:>11}",
        "server",
        "",
        "deliveries/s",
        "/tokio",
        "p50 us",
        "p99 us",
        "/tokio",
        "p99/without",
        "CPU us/deliv.",
        "/tokio",
        "memory grew"
    );
    for held in &all {
        let ratio = |what: fn(&Round) -> f64, other: Option<&Held>| match other {
            Some(other) => {
                let pairs = held.rounds.iter().zip(&other.rounds);
                format!("{:.2}", median(pairs.map(|(one, other)| what(one) / what(other))))
            }
            None => "-".to_owned(),
        };
        let find = |name: &str, deaf| all.iter().find(|held| held.server.name == name && held.room.has_deaf() == deaf);
        let tokio = find("tokio", held.room.has_deaf());
        let without = find(&held.server.name, false).filter(|_| held.room.has_deaf());
        let middle = |what: fn(&Round) -> f64| median(held.rounds.iter().map(what));
        let grew = (held.server.memory().anonymous as f64 - held.before.anonymous as f64) / 1e3;
        println!(
            "{:<9} {:<17} {:>12.0} {:>7} {:>8.1} {:>8.1} {:>7} {:>11} {:>13.2} {:>7} {:>8.0} kB",
            held.server.name,
            if held.room.has_deaf() { "one never reads" } else { "all read" },
            middle(|round| round.rate),
            ratio(|round| round.rate, tokio),
            middle(|round| round.p50),
            middle(|round| round.p99),
            ratio(|round| round.p99, tokio),
            ratio(|round| round.p99, without),
            middle(|round| round.cpu),
            ratio(|round| round.cpu, tokio),
            grew,
        );
    }
    Ok(())
}

impl Held {
    fn round(&mut self, lines: usize) -> io::Result<()> {
        let before = self.server.cpu();
        let measured = self.room.speak(lines)?;
        let cpu = (self.server.cpu() - before).as_secs_f64();
        let deliveries = measured.answers.count() as f64;
        self.rounds.push(Round {
            rate: deliveries / measured.elapsed.as_secs_f64(),
            p50: measured.answers.quantile(0.5),
            p99: measured.answers.quantile(0.99),
            cpu: cpu / deliveries * 1e6,
        });
        Ok(())
    }
}
