//! Checks the corpus as it is, and then as many inputs as one asks for. The same seed gives the same inputs.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use std::{fs, iter};

use crate::choices::Choices;
use crate::input::{self, Input};
use crate::promises::Outcome;
use crate::{promises, shrink};

/// `--seed N --inputs N --seconds N`, each of which may be left out; ends when it has run the one or the other.
pub fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    let Some(Limits { seed, inputs, seconds }) = limits(arguments) else {
        eprintln!("the arguments are `--seed N`, `--inputs N` and `--seconds N`");
        return ExitCode::from(2);
    };
    promises::keep_quiet();
    let begin = Instant::now();
    let corpus = input::corpus();
    let mut seeds = Choices::Seeded(seed);
    let chosen = iter::repeat_with(|| {
        let one = seeds.below(usize::MAX) as u64;
        Input::chosen(&mut Choices::Seeded(one), &corpus)
    });
    let mut broken: BTreeMap<String, u64> = BTreeMap::new();
    let mut outcomes: BTreeMap<Outcome, u64> = BTreeMap::new();
    let mut count = 0;
    for input in corpus.iter().cloned().chain(chosen) {
        if count == inputs || begin.elapsed().as_secs() >= seconds {
            break;
        }
        count += 1;
        match promises::check(&input) {
            Ok(outcome) => *outcomes.entry(outcome).or_default() += 1,
            Err(found) => {
                let times = broken.entry(found.promise.clone()).or_default();
                *times += 1;
                if *times == 1 {
                    report(&found.promise, shrink::smallest(input, &found.promise), broken.len());
                }
            }
        }
    }
    println!("{count} inputs in {} seconds: {outcomes:?}; {} promises broken", begin.elapsed().as_secs(), broken.len());
    for (promise, times) in &broken {
        println!("{times} times: {promise}");
    }
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

pub(crate) struct Limits {
    pub(crate) seed: u64,
    pub(crate) inputs: u64,
    pub(crate) seconds: u64,
}

pub(crate) fn limits(mut arguments: impl Iterator<Item = String>) -> Option<Limits> {
    let mut limits = Limits { seed: 1, inputs: u64::MAX, seconds: u64::MAX };
    while let Some(name) = arguments.next() {
        let value = arguments.next()?.parse().ok()?;
        match name.as_str() {
            "--seed" => limits.seed = value,
            "--inputs" => limits.inputs = value,
            "--seconds" => limits.seconds = value,
            _ => return None,
        }
    }
    Some(limits)
}

/// Prints the input, and writes it where `cargo fuzz` puts such.
fn report(promise: &str, input: Input, number: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts/expand");
    let file = folder.join(format!("{number}.rs"));
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&file, input.text()));
    println!("broken: {promise}\n  input: {}", input.text());
    if let Err(found) = promises::check(&input) {
        println!("  output: {}", found.output);
    }
    match written {
        Ok(()) => println!("  written to {}", file.display()),
        Err(error) => println!("  not written: {error}"),
    }
}
