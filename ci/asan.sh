#!/usr/bin/env bash
# Runs the integration tests under AddressSanitizer, which only a nightly compiler has.
set -euo pipefail
cd "$(dirname "$0")/.."

host=$(rustc -vV | sed -n 's/^host: //p')
if ! rustup run nightly rustc -V >/dev/null 2>&1 || [ "$host" != x86_64-unknown-linux-gnu ]; then
    echo "$0: skipped: there is no nightly compiler for x86_64-unknown-linux-gnu"
    exit 0
fi
# With the target named, build scripts and macros are built without the sanitizer. The memory of a task is not used again: so it
# is seen if somebody uses a task that is gone.
RUSTFLAGS='-Zsanitizer=address --cfg antiphon_keeps_no_memory' CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/asan \
    cargo +nightly test --quiet --package antiphon-tests --test it --test event_loop \
    --package antiphon-interop --tests --target "$host"
