//! What a benchmark is told.

use std::fmt::Debug;
use std::str::FromStr;

/// The arguments of a benchmark: `--name value`, and words without a value.
#[derive(Clone, Debug)]
pub struct Args(Vec<String>);

impl Args {
    /// Those of the process.
    pub fn new() -> Self {
        Args(std::env::args().skip(1).collect())
    }

    /// Whether to measure. `cargo test --all-targets` runs benchmarks without the flag, to see that they work.
    pub fn measures(&self) -> bool {
        self.has("--bench")
    }

    /// Whether the word is there.
    pub fn has(&self, word: &str) -> bool {
        self.0.iter().any(|arg| arg == word)
    }

    /// What stands behind `name`.
    pub fn value(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|arg| arg == name)?;
        let value = self.0.get(at + 1).filter(|value| !value.starts_with("--"));
        Some(value.unwrap_or_else(|| panic!("`{name}` wants a value")))
    }

    /// The value behind `name`, or else `otherwise`.
    ///
    /// # Panics
    ///
    /// If what is there is no such value.
    pub fn get<T: FromStr<Err: Debug>>(&self, name: &str, otherwise: T) -> T {
        let parse = |value: &str| value.parse().unwrap_or_else(|error| panic!("`{name} {value}`: {error:?}"));
        self.value(name).map_or(otherwise, parse)
    }

    /// The values behind `name`, with commas between them, or else those in `otherwise`.
    ///
    /// # Panics
    ///
    /// If one of them is no such value.
    pub fn list<T: FromStr<Err: Debug>>(&self, name: &str, otherwise: &str) -> Vec<T> {
        let parse = |value: &str| value.parse().unwrap_or_else(|error| panic!("`{name} {value}`: {error:?}"));
        self.value(name).unwrap_or(otherwise).split(',').map(parse).collect()
    }
}

impl Default for Args {
    fn default() -> Self {
        Args::new()
    }
}
