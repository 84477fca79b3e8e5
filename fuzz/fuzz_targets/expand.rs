//! The expander never panics, and what else `promises.rs` checks.
//!
//! With a nightly compiler `cargo fuzz run expand`, with any
//! `cargo run --release --manifest-path fuzz/Cargo.toml --bin expand -- --seed 1 --inputs 10000000`.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    use antiphon_fuzz::input::{self, Input};

    thread_local! {
        static CORPUS: Vec<Input> = input::corpus();
    }
    let input = CORPUS.with(|corpus| Input::of_bytes(bytes, corpus));
    if let Err(broken) = antiphon_fuzz::promises::check(&input) {
        panic!("{}\n{}\n{}", broken.promise, input.text(), broken.output);
    }
});

#[cfg(not(fuzzing))]
fn main() -> std::process::ExitCode {
    antiphon_fuzz::driver::run(std::env::args().skip(1))
}
