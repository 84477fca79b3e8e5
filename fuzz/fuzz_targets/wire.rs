//! Whatever comes on a wire, in whatever pieces, the protocols make the same of it as a simple model does.
//!
//! With a nightly compiler `cargo fuzz run wire`, with any
//! `cargo run --release --manifest-path fuzz/Cargo.toml --bin wire -- --seed 1 --inputs 10000000`.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = antiphon_fuzz::wire::check(bytes) {
        panic!("{broken}\n{}", bytes.escape_ascii());
    }
});

#[cfg(not(fuzzing))]
fn main() -> std::process::ExitCode {
    antiphon_fuzz::wire::run(std::env::args().skip(1))
}
