#!/usr/bin/env bash
# Tests the feature `nightly`, and the keyword under the attribute, which only a nightly compiler has.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! rustup run nightly rustc -V >/dev/null 2>&1; then
    echo "$0: skipped: there is no nightly compiler"
    exit 0
fi
# What a nightly warns of changes from day to day.
unset RUSTFLAGS
# A folder of its own, since the other compiler's would be built anew each time.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/nightly
cargo +nightly check --quiet --package antiphon --no-default-features --features nightly
cargo +nightly check --quiet --package antiphon --all-features
# All that holds without the feature holds with it.
cargo +nightly test --quiet --package antiphon-tests --features nightly --test it --test nightly
cargo +nightly test --quiet --package antiphon --features nightly --doc
cargo +nightly doc --quiet --package antiphon --no-deps --all-features
