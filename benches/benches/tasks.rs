//! What tasks cost, beside other executors: `cargo bench -p antiphon-benches --bench tasks`, and the names of workloads
//! after `--` for less than all.

use std::hint::black_box;
use std::time::Instant;

use antiphon_benches::{Run, SLEEPERS, TASKS};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs this too, without the flag, to see that it works.
    let measures = args.iter().any(|arg| arg == "--bench");
    let named: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |name: &str| named.is_empty() || named.iter().any(|wanted| *wanted == name);

    println!("{:<12} {:<14} {:>12} {:>10} {:>10}", "workload", "competitor", "ns/operation", "/ tokio", "/ naive");
    for workload in TASKS.iter().filter(|workload| wanted(workload.name)) {
        let n = match workload.name {
            _ if !measures => 1_000,
            "spawn_join" => 300_000,
            "ring" => 450_000,
            _ => 1_000_000,
        };
        // A leaf of the tree is a task, and every ten of anything have one above them.
        let operations = if workload.name == "skynet" { (n * 10 - 1) / 9 } else { n };
        let rounds = if measures { 9 } else { 1 };
        let names: Vec<&str> = workload.competitors.iter().map(|(name, _)| *name).collect();
        let measure = |i: usize| nanoseconds(workload.competitors[i].1, n, operations);
        table(workload.name, &names, &best_of(rounds, names.len(), measure));
    }
    let lives: &[u64] = if measures { &[0, 64, 4_096, 1_000_000] } else { &[64] };
    for &live in lives.iter().filter(|_| wanted("timers")) {
        let n = if measures { 200_000 } else { 1_000 };
        let names: Vec<&str> = SLEEPERS.iter().map(|sleeper| sleeper.name).collect();
        let rounds = if live > 100_000 || !measures { 3 } else { 9 };
        let measure = |i: usize| (SLEEPERS[i].arm_and_cancel)(live, n).as_secs_f64() * 1e9 / n as f64;
        table(&format!("timer {live}"), &names, &best_of(rounds, names.len(), measure));
    }
}

/// The rounds are interleaved so that a change of clock speed meets all alike, and the best one is kept because noise only
/// ever adds.
fn best_of(rounds: usize, competitors: usize, measure: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut best = vec![f64::INFINITY; competitors];
    for _ in 0..rounds {
        for (i, best) in best.iter_mut().enumerate() {
            *best = best.min(measure(i));
        }
    }
    best
}

fn table(workload: &str, names: &[&str], times: &[f64]) {
    let of = |name: &str| names.iter().position(|known| *known == name).map(|i| times[i]);
    let ratio = |time: f64, to: Option<f64>| to.map_or("-".to_owned(), |to| format!("{:.2}", time / to));
    for (name, &time) in names.iter().zip(times) {
        let (tokio, naive) = (ratio(time, of("tokio")), ratio(time, of("naive")));
        println!("{workload:<12} {name:<14} {time:>12.1} {tokio:>10} {naive:>10}");
    }
}

fn nanoseconds(run: Run, n: u64, operations: u64) -> f64 {
    let start = Instant::now();
    black_box(run(black_box(n)));
    start.elapsed().as_secs_f64() * 1e9 / operations as f64
}
