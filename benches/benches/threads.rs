//! Threads and tasks that wake three times a second: `cargo bench -p antiphon-benches --bench threads`.
//!
//! * `--number 10000`, `--seconds 20`, `--stack 1048576`
//!
//! Each kind is a process of its own, one after the other.

use std::fs;
use std::io;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use antiphon::event_loop::{self, sleep, spawn};
use antiphon_benches::sockets::{Args, Memory};

const EACH_SECOND: u32 = 3;

fn main() -> ExitCode {
    let args = Args::new();
    let measures = args.measures();
    let number: u32 = args.get("--number", if measures { 10_000 } else { 20 });
    let seconds: u64 = args.get("--seconds", if measures { 20 } else { 1 });
    let stack: usize = args.get("--stack", 1 << 20);
    let time = Duration::from_secs(seconds);
    let done = match args.value("--kind") {
        Some("threads") => threads(number, time, stack),
        Some(_) => tasks(number, time),
        None => compare(number, seconds, stack),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("threads: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(number: u32, seconds: u64, stack: usize) -> io::Result<()> {
    println!("{number}, each awake {EACH_SECOND} times a second, for {seconds} s; stacks of {} KiB", stack >> 10);
    println!(
        "{:<8} {:>11} {:>11} {:>16} {:>14} {:>9} {:>7} {:>12}",
        "", "VmSize, MB", "VmRSS, MB", "kernel stack, MB", "page tables, MB", "wakes/s", "CPU, %", "CPU us/wake"
    );
    for kind in ["threads", "tasks"] {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--kind", kind, "--number", &number.to_string(), "--seconds", &seconds.to_string()]);
        let status = command.args(["--stack", &stack.to_string()]).status()?;
        if !status.success() {
            return Err(io::Error::other(format!("{kind}: {status}")));
        }
    }
    Ok(())
}

fn threads(number: u32, time: Duration, stack: usize) -> io::Result<()> {
    static OVER: AtomicBool = AtomicBool::new(false);
    static WAKES: AtomicU64 = AtomicU64::new(0);
    let before = kernel_stacks();
    let mut all = Vec::new();
    for place in 0..number {
        let body = move || {
            thread::sleep(period() * place / number);
            while !OVER.load(Ordering::Relaxed) {
                thread::sleep(period());
                WAKES.fetch_add(1, Ordering::Relaxed);
            }
        };
        all.push(thread::Builder::new().stack_size(stack).spawn(body)?);
    }
    // Until all have begun.
    thread::sleep(period() * 3);
    let start = Start::now(WAKES.load(Ordering::Relaxed));
    thread::sleep(time);
    start.print("threads", WAKES.load(Ordering::Relaxed), kernel_stacks().saturating_sub(before));
    OVER.store(true, Ordering::Relaxed);
    all.into_iter().for_each(|thread| thread.join().expect("no panic"));
    Ok(())
}

fn tasks(number: u32, time: Duration) -> io::Result<()> {
    let before = kernel_stacks();
    let wakes = std::rc::Rc::new(std::cell::Cell::new(0));
    let main = async {
        for place in 0..number {
            let wakes = std::rc::Rc::clone(&wakes);
            let body = async move {
                sleep(period() * place / number).await;
                loop {
                    sleep(period()).await;
                    wakes.set(wakes.get() + 1);
                }
            };
            drop(spawn(body));
        }
        sleep(period() * 3).await;
        let start = Start::now(wakes.get());
        sleep(time).await;
        start.print("tasks", wakes.get(), kernel_stacks().saturating_sub(before));
    };
    event_loop::run(main).map_err(io::Error::other)
}

fn period() -> Duration {
    Duration::from_secs(1) / EACH_SECOND
}

struct Start {
    at: Instant,
    cpu: Duration,
    wakes: u64,
}

impl Start {
    fn now(wakes: u64) -> Self {
        Start { at: Instant::now(), cpu: cpu(), wakes }
    }

    fn print(&self, kind: &str, wakes: u64, kernel_stacks: u64) {
        let (elapsed, cpu) = (self.at.elapsed().as_secs_f64(), (cpu() - self.cpu).as_secs_f64());
        let wakes = (wakes - self.wakes) as f64;
        let memory = Memory::of("self");
        println!(
            "{kind:<8} {:>11.1} {:>11.1} {:>16.1} {:>15.1} {:>9.0} {:>7.2} {:>12.2}",
            memory.reserved as f64 / 1e6,
            memory.resident as f64 / 1e6,
            kernel_stacks as f64 / 1e6,
            memory.page_tables as f64 / 1e6,
            wakes / elapsed,
            cpu / elapsed * 100.0,
            cpu / wakes * 1e6,
        );
    }
}

/// Of all processes, in bytes.
fn kernel_stacks() -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("KernelStack:")?.trim().strip_suffix(" kB"));
    line.and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or_default() * 1024
}

/// Of this process, in user space and in the system.
fn cpu() -> Duration {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may have spaces in it.
    let rest = text.rsplit(')').next().unwrap_or_default();
    let ticks = rest.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>();
    // Linux tells hundredths of seconds, whatever it counts in.
    Duration::from_millis(ticks * 10)
}
