//! Bytes for the protocols, and what they promise for any of them: in whatever pieces they come, the same is made of them, and
//! it is what a slow model makes of them that sees them whole.

mod bytes;
mod model;
mod spoken;

use std::collections::BTreeMap;
use std::fs;
use std::iter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use antiphon_examples::resp::Limits;

use crate::choices::Choices;
use crate::driver::{Limits as Run, limits};
use crate::promises;

/// Small ones, so that they are met.
const LIMITS: Limits = Limits { line: 20, elements: 5, bulk: 12, request: 60, depth: 3 };

/// What was told, in order, and how it ended.
type Told = Vec<String>;

/// A name, how bytes are read in pieces, and what should come of them.
type Way = (&'static str, fn(Vec<&[u8]>) -> Told, fn(&[u8]) -> Told);

const WAYS: [Way; 5] = [
    ("requests", spoken::requests, model::requests),
    ("replies", spoken::replies, model::replies),
    ("lines of a wire", spoken::lines, model::lines),
    ("lines of a reader", spoken::reader_lines, model::reader_lines),
    ("marks of a reader", spoken::reader_marks, model::reader_marks),
];

/// Reads the bytes in all ways, in one piece, byte by byte, and in others.
///
/// # Errors
///
/// The promise that is broken.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    // The pieces are chosen by the bytes, so that an input is all that is needed.
    let seed = bytes.iter().fold(bytes.len() as u64, |seed, byte| seed.wrapping_mul(31).wrapping_add((*byte).into()));
    let mut choices = Choices::Seeded(seed);
    let mut splits = vec![vec![bytes], bytes.chunks(1).collect()];
    for longest in [3, 20] {
        let mut rest = bytes;
        let pieces = iter::from_fn(|| {
            let (piece, after) = rest.split_at((1 + choices.below(longest)).min(rest.len()));
            rest = after;
            (!piece.is_empty()).then_some(piece)
        });
        splits.push(pieces.collect());
    }
    for (name, read, model) in WAYS {
        let expected = model(bytes);
        for pieces in &splits {
            let told =
                catch_unwind(AssertUnwindSafe(|| read(pieces.clone()))).map_err(|_| format!("{name}: no panic"))?;
            if told != expected {
                return Err(format!("{name}: the same as the model\n  expected: {expected:?}\n  told: {told:?}"));
            }
        }
    }
    Ok(())
}

/// The same arguments as the other driver's.
pub fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    let Some(Run { seed, inputs, seconds }) = limits(arguments) else {
        eprintln!("the arguments are `--seed N`, `--inputs N` and `--seconds N`");
        return ExitCode::from(2);
    };
    promises::keep_quiet();
    let begin = Instant::now();
    let mut seeds = Choices::Seeded(seed);
    let chosen = iter::repeat_with(|| {
        let one = seeds.below(usize::MAX) as u64;
        bytes::chosen(&mut Choices::Seeded(one))
    });
    let (mut count, mut longest) = (0, 0);
    let mut met: BTreeMap<String, u64> = BTreeMap::new();
    for input in corpus().into_iter().chain(chosen) {
        if count == inputs || begin.elapsed().as_secs() >= seconds {
            break;
        }
        count += 1;
        longest = longest.max(input.len());
        if let Err(broken) = check(&input) {
            let input = smallest(input, promise(&broken));
            let broken = check(&input).err().unwrap_or(broken);
            println!("broken: {broken}\n  input: {}", input.escape_ascii());
            write(&input);
            return ExitCode::FAILURE;
        }
        for (name, _, model) in WAYS {
            let end = model(&input).pop().unwrap_or_default();
            let kind: String =
                end.split(' ').next().into_iter().flat_map(str::chars).filter(|c| !c.is_ascii_digit()).collect();
            *met.entry(format!("{name}: {kind}")).or_default() += 1;
        }
    }
    println!("{count} inputs of up to {longest} bytes in {} seconds; no promise broken", begin.elapsed().as_secs());
    for (end, times) in met {
        println!("{times} times: {end}");
    }
    ExitCode::SUCCESS
}

fn promise(broken: &str) -> &str {
    broken.lines().next().unwrap_or_default()
}

/// What is left when nothing can be left away.
fn smallest(mut input: Vec<u8>, promise_broken: &str) -> Vec<u8> {
    loop {
        let smaller = (0..input.len()).map(|at| [&input[..at], &input[at + 1..]].concat());
        let breaks = |input: &Vec<u8>| check(input).is_err_and(|broken| promise(&broken) == promise_broken);
        match smaller.into_iter().find(breaks) {
            Some(found) => input = found,
            None => return input,
        }
    }
}

/// Those that broke a promise once, and what starts `cargo fuzz`.
fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/wire");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a file")).collect()
}

/// Writes it where `cargo fuzz` puts such.
fn write(input: &[u8]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts/wire");
    let file = folder.join("1");
    match fs::create_dir_all(&folder).and_then(|()| fs::write(&file, input)) {
        Ok(()) => println!("  written to {}", file.display()),
        Err(error) => println!("  not written: {error}"),
    }
}
