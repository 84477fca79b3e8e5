//! A stopwatch that runs in the terminal.
//!
//! ```text
//! cargo run --example stopwatch
//! ```
//!
//! Keys, each followed by enter: `s` starts and stops, `l` takes a lap, `r` resets, `q` quits. The standard input blocks, so it
//! is read on a thread of the loop's pool; meanwhile the display goes on.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use antiphon::event_loop::{Job, run_in_executor, time, timeout};
use antiphon_examples::{event_loop, run};

const KEYS: &str = "keys, then enter: s start or stop, l lap, r reset, q quit";

/// What it shows without a clock: it is told the time.
#[derive(Default)]
struct Stopwatch {
    /// When it was started, if it runs.
    since: Option<Duration>,
    /// What had passed before.
    before: Duration,
    laps: Vec<Duration>,
}

impl Stopwatch {
    fn shown(&self, now: Duration) -> Duration {
        self.before + self.since.map_or(Duration::ZERO, |since| now - since)
    }

    fn start_or_stop(&mut self, now: Duration) -> &'static str {
        self.before = self.shown(now);
        match self.since.take() {
            Some(_) => "stopped",
            None => {
                self.since = Some(now);
                "started"
            }
        }
    }

    /// How long the lap took.
    fn lap(&mut self, now: Duration) -> Duration {
        let total = self.shown(now);
        let lap = total - self.laps.iter().sum::<Duration>();
        self.laps.push(lap);
        lap
    }
}

fn text(time: Duration) -> String {
    let tenths = time.as_millis() / 100;
    format!("{:02}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

/// The next line of the input; `None` at its end.
fn next_key() -> Job<io::Result<Option<String>>> {
    run_in_executor(|| {
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line)?;
        Ok((read > 0).then(|| line.trim().to_owned()))
    })
}

async fn stopwatch(live: bool) {
    println!("{KEYS}");
    let mut watch = Stopwatch::default();
    let mut key = next_key();
    loop {
        if live {
            print!("\r{}  ", text(watch.shown(time())));
            let _ = io::stdout().flush();
        }
        // The display moves on every tenth; the key that is waited for stays.
        let Ok(pressed) = timeout(Duration::from_millis(100), &mut key).await else { continue };
        let now = time();
        match pressed.expect("reading does not panic") {
            Ok(Some(pressed)) => match pressed.as_str() {
                "s" => println!("{} at {}", watch.start_or_stop(now), text(watch.shown(now))),
                "l" => println!("lap {}: {}", watch.laps.len() + 1, text(watch.lap(now))),
                "r" => watch = Stopwatch::default(),
                "q" => break,
                _ => println!("{KEYS}"),
            },
            Ok(None) => break,
            Err(error) => {
                eprintln!("stopwatch: standard input: {error}");
                break;
            }
        }
        key = next_key();
    }
    println!("{} in all", text(watch.shown(time())));
}

fn main() -> io::Result<ExitCode> {
    run(&event_loop()?, stopwatch(io::stdout().is_terminal()))
}
