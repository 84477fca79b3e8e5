//! The permutations of the arguments, one a line, ordered by the positions that the words had at first.
//!
//! ```text
//! cargo run --release --example permutations -- do re mi
//! cargo run --release --example permutations -- a b c d e f g h i j k l m n o p | head -3
//! ```
//!
//! All levels of the recursion rearrange the same slice: each lends it to the next, which returns it as it was. A
//! coroutine may hold such a loan while it is paused. Words that are equal are still words of their own, so that there
//! are always n! lines; without arguments that is one, which is empty.

use std::env;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use antiphon::Boxed;

/// Those that begin with the first `fixed` words.
#[antiphon::coroutine(yield = String)]
fn permutations(words: &mut [String], fixed: usize) {
    if fixed == words.len() {
        yield_!(words.join(" "));
    }
    for next in fixed..words.len() {
        // A rotation, where a swap would leave the others out of order.
        words[fixed..=next].rotate_right(1);
        yield_from!(box permutations(words, fixed + 1));
        words[fixed..=next].rotate_left(1);
    }
}

fn print(lines: Boxed<'_, String>) -> io::Result<()> {
    let mut output = BufWriter::new(io::stdout().lock());
    for line in lines {
        writeln!(output, "{line}")?;
    }
    output.flush()
}

fn main() -> ExitCode {
    let mut words: Vec<String> = env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    match print(permutations(&mut words, 0).boxed()) {
        // A reader who has gone away wants no more and no complaint.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            // `eprintln!` would panic if standard error is closed.
            let _ = writeln!(io::stderr(), "permutations: standard output: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}
