#!/usr/bin/env bash
# Compares antiphon's coroutines with native ones, which only a nightly compiler has. With --record it writes down what
# the native ones do, for the tests of a stable compiler to compare with.
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
for edition in 2021 2024; do
    package=antiphon-differential-$edition
    if [ "${1:-}" = --record ]; then
        BLESS=1 cargo +nightly test --quiet --package "$package" the_record_is_what_native_coroutines_do
    fi
    cargo +nightly test --quiet --package "$package"
done
