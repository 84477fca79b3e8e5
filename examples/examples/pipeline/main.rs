//! Reports on the lines, words and numbers of a text of any size, in constant memory.
//!
//! ```text
//! cargo run --release --example pipeline -- FILE [WORD]
//! journalctl | cargo run --release --example pipeline -- - error
//! ```
//!
//! Every stage is a coroutine. `lines`, `matching` and `records` are pulled: each takes the one before it as an
//! argument and resumes it when it is itself asked for more, so one line is in memory at a time. `summary` is pushed:
//! it is sent the records. Results are return values: that of `lines`, which the stages behind it hand on, tells what
//! was read and what was skipped; that of `summary` what the records amount to.
//!
//! ```text
//! input ──▶ lines ──Line──▶ matching ──Line──▶ records ──Record──▶ report ──Option<Record>──▶ summary
//!             └────────────────────────────────── Tally ─────────────▶ ◀────────── Summary ──────┘
//! ```

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::path::Path;
use std::pin::pin;
use std::process::ExitCode;

use antiphon::prelude::*;

mod stages;

use stages::{LONGEST_LINE, Summary, Tally, lines, matching, records, summary};

struct Report(Tally, Summary);

fn report(input: impl BufRead, word: &str) -> io::Result<Report> {
    let lines = pin!(lines(input));
    let matching = pin!(matching(lines, word));
    let mut records = pin!(records(matching));
    let mut summary = pin!(summary());

    summary.start();
    let tally = loop {
        match records.resume() {
            Yielded(record) => summary.send(Some(record)),
            Complete(tally) => break tally?,
        };
    };
    let summary = summary.send(None).complete().expect("`None` ends it");
    Ok(Report(tally, summary))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report(tally, summary) = self;
        writeln!(f, "lines read      {}", tally.lines)?;
        writeln!(f, "lines skipped   {} not UTF-8, {} over {LONGEST_LINE} bytes", tally.not_utf8, tally.too_long)?;
        writeln!(f, "lines matched   {}", summary.lines)?;
        if let Some((characters, number)) = summary.longest {
            writeln!(f, "longest         {characters} characters, line {number}")?;
        }
        writeln!(f, "words           {}", summary.words)?;
        writeln!(f, "numbers         {}", summary.numbers)?;
        if summary.numbers > 0 {
            writeln!(f, "  sum           {}", summary.sum)?;
            writeln!(f, "  mean          {}", summary.sum / summary.numbers as f64)?;
            writeln!(f, "  least         {}", summary.least)?;
            writeln!(f, "  greatest      {}", summary.greatest)?;
        }
        Ok(())
    }
}

const USAGE: &str = "\
usage: pipeline [FILE [WORD]]

Reports on the lines of FILE that contain WORD, and on their words and numbers; on all lines without WORD.
Reads standard input when FILE is absent or `-`.
";

struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    fn usage(mistake: &str) -> Failure {
        Failure { code: 2, message: format!("{mistake}\n{USAGE}") }
    }

    fn at(place: impl fmt::Display, error: io::Error) -> Failure {
        Failure { code: 1, message: format!("{place}: {error}\n") }
    }
}

fn run(arguments: &[OsString]) -> Result<(), Failure> {
    let (file, word) = match arguments {
        [flag] if flag == "--help" => return print(USAGE),
        [flag, ..] if flag != "-" && flag.as_encoded_bytes().starts_with(b"-") => {
            return Err(Failure::usage(&format!("unknown option `{}`", flag.to_string_lossy())));
        }
        [] => (OsStr::new("-"), OsStr::new("")),
        [file] => (file.as_os_str(), OsStr::new("")),
        [file, word] => (file.as_os_str(), word.as_os_str()),
        _ => return Err(Failure::usage("too many arguments")),
    };
    let Some(word) = word.to_str() else {
        return Err(Failure::usage("WORD is not UTF-8"));
    };
    let report = if file == "-" {
        report(io::stdin().lock(), word).map_err(|error| Failure::at("standard input", error))
    } else {
        File::open(file)
            .and_then(|file| report(BufReader::new(file), word))
            .map_err(|error| Failure::at(Path::new(file).display(), error))
    };
    print(&report?.to_string())
}

/// A reader who has gone away, as in `pipeline | head -0`, wants no more and no complaint.
fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::at("standard output", error)),
        _ => Ok(()),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { code, message }) => {
            // `eprint!` would panic if standard error is closed.
            let _ = write!(io::stderr(), "pipeline: {message}");
            ExitCode::from(code)
        }
    }
}
