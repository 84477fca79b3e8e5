#!/usr/bin/env bash
# Expands inputs by the hundred thousand, broken ones too, and checks what is promised for any: `fuzz/src/promises.rs`. Then has
# as many read by protocols, in pieces: `fuzz/src/wire.rs`.
# With arguments: ci/fuzz.sh --seed 2 --inputs 10000000
set -euo pipefail
cd "$(dirname "$0")/../fuzz"

cargo fmt --check
cargo clippy --quiet --release --all-targets -- -D warnings
[ $# -gt 0 ] || set -- --seed 1 --inputs 200000
cargo run --quiet --release --bin expand -- "$@"
cargo run --quiet --release --bin wire -- "$@"
