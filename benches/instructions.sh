#!/usr/bin/env bash
# Counts the instructions that one resume costs, or one operation of a task.
#
#     benches/instructions.sh            prints the table
#     benches/instructions.sh --check    and exits with 1 if a promise is broken
#
# A number is the difference of two runs divided by the difference of their resumes: start-up cancels out. Unlike
# time it does not depend on what else the machine does.
set -euo pipefail

readonly FEW=100000
readonly MANY=200000

check=no
case "${1-}" in
    '') ;;
    --check) check=yes ;;
    *) echo "usage: $0 [--check]" >&2; exit 2 ;;
esac

cd "$(dirname "$0")/.."
source ci/need.sh
need valgrind valgrind

cargo=(cargo)
if rustup run nightly rustc -V >/dev/null 2>&1; then
    cargo=(cargo +nightly)
    # What a nightly warns of changes from day to day.
    unset RUSTFLAGS
fi
"${cargo[@]}" build --quiet --release --package antiphon-benches --bin count
target=$("${cargo[@]}" metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
count=$target/release/count

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# instructions WORKLOAD COMPETITOR N
instructions() {
    if ! valgrind --tool=callgrind --callgrind-out-file="$scratch/out" "$count" "$@" >/dev/null 2>"$scratch/log"; then
        cat "$scratch/log" >&2
        return 1
    fi
    awk '/^summary:|^totals:/ { print $2; exit }' "$scratch/out"
}

"$count" | while read -r workload competitor; do
    few=$(instructions "$workload" "$competitor" "$FEW")
    many=$(instructions "$workload" "$competitor" "$MANY")
    echo "$workload $competitor $few $many"
done >"$scratch/counts"

awk -v resumes=$((MANY - FEW)) -v check="$check" '
    function ratio(a, b) { return b in cost ? sprintf("%.2f", cost[a] / cost[b]) : "-" }

    # A promise: `a` costs at most `limit` times what `b` does.
    function promise(a, limit, b,    measured) {
        if (!(b in cost)) {
            printf "skipped  %s <= %.2f x %s: no nightly compiler, so no native coroutines\n", a, limit, b
            return
        }
        measured = cost[a] / cost[b]
        printf "%s  %s <= %.2f x %s: %.3f\n", measured <= limit ? "kept   " : "BROKEN ", a, limit, b, measured
        if (measured > limit) broken++
    }

    {
        order[NR] = $1 " " $2
        cost[$1 " " $2] = ($4 - $3) / resumes
    }

    END {
        printf "%-22s %-14s %20s %15s %10s %15s\n", "workload", "competitor", "instructions/resume", "/ hand_written", \
            "/ native", "/ async_stream"
        for (i = 1; i <= NR; i++) {
            split(order[i], pair, " ")
            printf "%-22s %-14s %20.2f %15s %10s %15s\n", pair[1], pair[2], cost[order[i]], \
                ratio(order[i], pair[1] " hand_written"), ratio(order[i], pair[1] " native"), \
                ratio(order[i], pair[1] " async_stream")
        }
        if (check == "no") exit 0

        print ""
        promise("fibonacci antiphon", 1.05, "fibonacci hand_written")
        promise("running_total antiphon", 1.05, "running_total hand_written")
        promise("fibonacci_boxed antiphon", 1.2, "fibonacci_boxed native")
        promise("running_total_boxed antiphon", 1.2, "running_total_boxed native")
        promise("fibonacci_called antiphon", 1.2, "fibonacci_called native")
        promise("running_total_called antiphon", 1.2, "running_total_called native")
        promise("delegation_4 antiphon", 1.10, "delegation_1 antiphon")
        promise("stream antiphon", 1.0, "stream async_stream")
        promise("stream_awaiting antiphon", 1.0, "stream_awaiting async_stream")
        promise("stream_boxed antiphon", 1.0, "stream_boxed async_stream")
        promise("stream_next antiphon", 1.0, "stream_next async_stream")
        promise("yields antiphon", 0.30, "yields tokio")
        promise("spawn_join antiphon", 0.43, "spawn_join tokio")
        promise("spawn_one antiphon", 0.24, "spawn_one tokio")
        exit broken > 0
    }
' "$scratch/counts"
