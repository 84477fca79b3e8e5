#!/usr/bin/env bash
# Runs the integration tests under valgrind: no invalid access, no use of uninitialised memory, no leak.
set -euo pipefail
cd "$(dirname "$0")/.."

source ci/need.sh
need valgrind valgrind
tests=$(cargo test --no-run --package antiphon-tests --test it --test event_loop --package antiphon-interop --test attacks \
    --test closing --test combinators --test delegation --test steps --message-format=json-render-diagnostics | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')
# Those that only need a small native stack are left out: valgrind's own frames are larger. So are those of thousands of
# seeds, which would take a quarter of an hour; AddressSanitizer runs them. And so is a process that cannot be started: here the
# parent is not told.
for test in $tests; do
    valgrind --quiet --error-exitcode=1 --leak-check=full --show-leak-kinds=definite \
        --errors-for-leak-kinds=definite "$test" --test-threads=1 --skip nest_to_any_depth --skip dropped_without_recursion \
        --skip no_order_of_events_loses_a_value_or_a_wake_up \
        --skip a_chat_with_faults_loses_nothing_and_leaves_nothing --skip a_program_that_there_is_not
done
