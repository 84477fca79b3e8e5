#!/usr/bin/env bash
# How fast our RESP server is beside redis-server, by redis-benchmark, in the same run; Debian's packages are installed.
#
#     benches/redis.sh            prints the table
#     benches/redis.sh --check    and exits with 1 if a ratio is below 0.9
#
# The servers take turns on the first core, and redis-benchmark has the second. A ratio is the median of those of the rounds: what
# else the machine does meets both.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly ROUNDS=${ROUNDS:-7}
readonly PROMISE=0.9

check=no
case "${1-}" in
    '') ;;
    --check) check=yes ;;
    *) echo "usage: $0 [--check]" >&2; exit 2 ;;
esac

source ci/need.sh
need redis-server redis-server
need redis-benchmark redis-tools

cargo build --quiet --release --package antiphon-examples --example resp
target=$(cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

# Where there are two cores, and one may choose.
on() { # CORE COMMAND…
    local core=$1
    shift
    if taskset -c "$core" true 2>/dev/null; then exec taskset -c "$core" "$@"; else exec "$@"; fi
}

scratch=$(mktemp -d)
servers=()
trap 'for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; done; wait; rm -rf "$scratch"' EXIT

touch "$scratch/ours" "$scratch/redis"

# Waits until a server says that it listens, or that it cannot.
until_told() { # FILE PATTERN
    for _ in $(seq 100); do
        grep -qE "$2" "$1" && return
        sleep 0.1
    done
    echo "$0: it does not listen" >&2
    cat "$1" >&2
    exit 1
}

on 0 "$target/release/examples/resp" server 127.0.0.1:0 >"$scratch/ours" 2>&1 &
servers+=($!)
until_told "$scratch/ours" 'listening at'
ours=$(sed -n 's/.*listening at 127.0.0.1:\([0-9]*\).*/\1/p' "$scratch/ours")

for theirs in $(seq 16379 16399); do
    on 0 redis-server --port "$theirs" --bind 127.0.0.1 --save '' --dir "$scratch" >"$scratch/redis" 2>&1 &
    until_told "$scratch/redis" 'Ready to accept|Failed listening'
    if grep -q 'Ready to accept' "$scratch/redis"; then
        servers+=($!)
        break
    fi
done

# Clock ticks of a process, in its own code and in the system's.
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

rate() { # WHO PORT PROCESS TEST PIPELINE REQUESTS
    local before after rate
    before=$(ticks "$3")
    rate=$(on 1 redis-benchmark -p "$2" -t "$4" -P "$5" -n "$6" -r 10000 -c 50 --csv 2>/dev/null | awk -F'"' '/^"(GET|SET)"/ { print $4 }')
    after=$(ticks "$3")
    echo "$1 $4 $5 $rate $6 $((after - before))"
}

# Something of each is under way before it counts.
for round in $(seq 0 "$ROUNDS"); do
    for pipeline in 1 16; do
        requests=$((pipeline == 1 ? 50000 : 600000))
        for test in set get; do
            if ((round % 2)); then
                rate ours "$ours" "${servers[0]}" "$test" "$pipeline" "$requests"
                rate redis "$theirs" "${servers[1]}" "$test" "$pipeline" "$requests"
            else
                rate redis "$theirs" "${servers[1]}" "$test" "$pipeline" "$requests"
                rate ours "$ours" "${servers[0]}" "$test" "$pipeline" "$requests"
            fi
        done
    done | if ((round)); then cat; else cat >/dev/null; fi
done >"$scratch/rates"

awk -v hertz="$(getconf CLK_TCK)" -v promise="$PROMISE" -v check="$check" '
    function median(values,    list, n, i, j, swap) {
        n = split(values, list, " ")
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && list[j] + 0 < list[j - 1] + 0; j--) { swap = list[j]; list[j] = list[j - 1]; list[j - 1] = swap }
        return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
    }
    {
        key = $2 " " $3
        rates[$1 " " key] = rates[$1 " " key] " " $4
        requests[$1 " " key] += $5
        spent[$1 " " key] += $6
        # The two of a round stand one after the other.
        if (NR % 2 == 0) ratios[key] = ratios[key] " " ($1 == "ours" ? $4 / last : last / $4)
        last = $4
    }
    END {
        printf "%-5s %9s %15s %12s %7s %22s %19s\n", "", "pipeline", "redis-server/s", "antiphon/s", "ratio", \
            "redis-server, CPU us", "antiphon, CPU us"
        for (p = 1; p <= 16; p += 15) for (t = 1; t <= 2; t++) {
            key = (t == 1 ? "set" : "get") " " p
            ours = "ours " key; redis = "redis " key
            ratio = median(ratios[key])
            printf "%-5s %9d %15d %12d %7.2f %22.2f %19.2f\n", substr(key, 1, 3), p, median(rates[redis]), \
                median(rates[ours]), ratio, spent[redis] / hertz * 1e6 / requests[redis], \
                spent[ours] / hertz * 1e6 / requests[ours]
            if (ratio < promise) broken++
        }
        if (check == "yes" && broken) { printf "BROKEN  %d below %s\n", broken, promise; exit 1 }
    }
' "$scratch/rates"
