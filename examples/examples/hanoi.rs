//! The moves that carry a tower of N discs from peg A to peg C, by way of B, each with the disc that is moved.
//!
//! ```text
//! cargo run --release --example hanoi -- 3
//! cargo run --release --example hanoi -- 30 | head -3
//! ```
//!
//! The coroutine `moves` reads as the textbook has it: move what lies on top out of the way, move the disc, move the
//! rest back onto it. It yields from any depth, so nobody waits for the thousand million moves of the second line.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use antiphon::Boxed;

struct Move {
    disc: u32,
    from: char,
    to: char,
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} -> {}", self.disc, self.from, self.to)
    }
}

#[antiphon::coroutine(yield = Move)]
fn moves(discs: u32, from: char, to: char, by: char) {
    if discs > 0 {
        yield_from!(box moves(discs - 1, from, by, to));
        yield_!(Move { disc: discs, from, to });
        yield_from!(box moves(discs - 1, by, to, from));
    }
}

fn print(moves: Boxed<'_, Move>) -> io::Result<()> {
    let mut output = BufWriter::new(io::stdout().lock());
    for each in moves {
        writeln!(output, "{each}")?;
    }
    output.flush()
}

/// The legend's tower; nobody has seen the end of a higher one.
const HIGHEST: u32 = 64;

fn discs(arguments: &[OsString]) -> Option<u32> {
    let [discs] = arguments else { return None };
    discs.to_str()?.parse().ok().filter(|discs| *discs <= HIGHEST)
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let Some(discs) = discs(&arguments) else {
        // `eprintln!` would panic if standard error is closed.
        let _ = writeln!(io::stderr(), "usage: hanoi N, where N is the number of discs, {HIGHEST} at most");
        return ExitCode::from(2);
    };
    match print(moves(discs, 'A', 'C', 'B').boxed()) {
        // A reader who has gone away wants no more and no complaint.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let _ = writeln!(io::stderr(), "hanoi: standard output: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}
