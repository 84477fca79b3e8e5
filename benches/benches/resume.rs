//! Nanoseconds for one resume.

use std::hint::black_box;
use std::time::Instant;

use antiphon_benches::{Run, WORKLOADS};

const ROUNDS: usize = 7;

fn main() {
    // `cargo test --all-targets` runs this too, without the flag, to see that it works.
    let n = if std::env::args().any(|arg| arg == "--bench") { 5_000_000 } else { 1_000 };

    // The rounds are interleaved so that a change of clock speed meets all alike, and the best one is kept because
    // noise only ever adds.
    let mut best: Vec<Vec<f64>> = WORKLOADS.iter().map(|w| vec![f64::INFINITY; w.competitors.len()]).collect();
    for _ in 0..ROUNDS {
        for (workload, best) in WORKLOADS.iter().zip(&mut best) {
            for (&(_, run), best) in workload.competitors.iter().zip(best) {
                *best = best.min(nanoseconds(run, n));
            }
        }
    }

    println!("{:<22} {:<14} {:>10} {:>15}", "workload", "competitor", "ns/resume", "/ the first");
    for (workload, best) in WORKLOADS.iter().zip(&best) {
        for ((competitor, _), time) in workload.competitors.iter().zip(best) {
            println!("{:<22} {:<14} {:>10.3} {:>15.2}", workload.name, competitor, time, time / best[0]);
        }
    }
}

fn nanoseconds(run: Run, n: u64) -> f64 {
    let start = Instant::now();
    black_box(run(black_box(n)));
    start.elapsed().as_secs_f64() * 1e9 / n as f64
}
