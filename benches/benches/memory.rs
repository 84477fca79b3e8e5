//! How much memory tasks take at most: `cargo bench -p antiphon-benches --bench memory`.
//!
//! Each measurement is a process of its own, which says what the system counted: the peak of its resident memory.

use std::process::Command;
use std::time::{Duration, Instant};

use antiphon_benches::{SLEEPERS, TASKS};

/// All are asleep before the first wakes.
fn sleep_of(n: u64) -> Duration {
    Duration::from_secs(if n < 1_000_000 { 2 } else { 10 })
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    if let ["child", workload, competitor, n, sleep] = args[..] {
        child(workload, competitor, n.parse().expect("a number"), sleep.parse().expect("milliseconds"));
        return;
    }
    // `cargo test --all-targets` runs this too, without the flag, to see that it works.
    let measures = args.contains(&"--bench");
    let numbers: &[u64] = if measures { &[1, 10_000, 100_000, 1_000_000] } else { &[100] };
    let sleep = |n| if measures { sleep_of(n) } else { Duration::from_millis(1) };

    println!("{:<16} {:>8} {:<12} {:>10} {:>12} {:>9}", "workload", "n", "competitor", "peak, MB", "B/operation", "s");
    let sleepers: Vec<&str> = SLEEPERS.iter().map(|sleeper| sleeper.name).collect();
    for workload in ["sleepers", "sleepers_in_one"] {
        for n in numbers {
            sleepers.iter().for_each(|competitor| measure(workload, competitor, *n, sleep(*n)));
        }
    }
    for workload in TASKS.iter().filter(|workload| workload.name == "skynet") {
        for (competitor, _) in workload.competitors {
            measure(workload.name, competitor, *numbers.last().expect("a number"), Duration::ZERO);
        }
    }
}

fn measure(workload: &str, competitor: &str, n: u64, sleep: Duration) {
    let this = std::env::current_exe().expect("this program");
    let (n_text, sleep) = (n.to_string(), sleep.as_millis().to_string());
    let output = Command::new(this).args(["child", workload, competitor, &n_text, &sleep]).output();
    let output = output.expect("a process");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("a text");
    let (kilobytes, seconds) = text.trim().split_once(' ').expect("two numbers");
    match kilobytes.parse::<f64>() {
        Ok(kilobytes) => {
            let (megabytes, each) = (kilobytes * 1024.0 / 1e6, kilobytes * 1024.0 / n as f64);
            println!("{workload:<16} {n:>8} {competitor:<12} {megabytes:>10.1} {each:>12.0} {seconds:>9}");
        }
        // There is no /proc here.
        Err(_) => println!("{workload:<16} {n:>8} {competitor:<12} {:>10} {:>12} {seconds:>9}", "-", "-"),
    }
}

fn child(workload: &str, competitor: &str, n: u64, sleep: u64) {
    let sleep = Duration::from_millis(sleep);
    let start = Instant::now();
    let sleeper = SLEEPERS.iter().find(|sleeper| sleeper.name == competitor);
    match (workload, sleeper) {
        ("sleepers", Some(sleeper)) => (sleeper.sleepers)(n, sleep),
        ("sleepers_in_one", Some(sleeper)) => (sleeper.sleepers_in_one)(n, sleep),
        _ => {
            let workload = TASKS.iter().find(|known| known.name == workload).expect("a workload");
            workload.competitor(competitor).expect("a competitor")(n);
        }
    }
    println!("{} {:.2}", peak().unwrap_or("-".to_owned()), start.elapsed().as_secs_f64());
}

/// In units of 1,024 bytes.
fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches("kB").trim().to_owned())
}
