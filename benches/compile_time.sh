#!/usr/bin/env bash
# What it costs to compile 500 coroutines, and antiphon itself.
#
#     benches/compile_time.sh                       the coroutines
#     benches/compile_time.sh antiphon genawaiter   only those of these peers
#     benches/compile_time.sh --dependencies        clean builds of antiphon, and of what it is compared with
#     benches/compile_time.sh --keep DIR …          leaves the crates that it generates in DIR
#
# Numbers are the CPU time, user and system, of the whole process tree. Rounds are interleaved, so that a change of clock
# speed meets all alike, and the best one is kept, because noise only ever adds. ROUNDS tells how many, 5 if unset.
set -euo pipefail

readonly COPIES=100 # of five coroutines each
readonly ROUNDS=${ROUNDS:-5}
readonly PEERS=(hand_written antiphon genawaiter genawaiter_macros next_gen async_stream diapause)

here=$(cd "$(dirname "$0")" && pwd)
what=coroutines
scratch=
peers=()
while (($#)); do
    case "$1" in
        --dependencies) what=dependencies ;;
        --keep) scratch=${2:?"--keep needs a folder"}; shift ;;
        -*) echo "usage: $0 [--dependencies] [--keep DIR] [PEER…]" >&2; exit 2 ;;
        *)
            if [[ ! -f $here/compile_time/$1.rs ]]; then
                echo "$0: no peer \`$1\`; there are ${PEERS[*]}" >&2
                exit 2
            fi
            peers+=("$1")
            ;;
    esac
    shift
done
((${#peers[@]})) || peers=("${PEERS[@]}")

if [[ -z $scratch ]]; then
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
fi
export CARGO_TERM_COLOR=never CARGO_TERM_QUIET=true
unset RUSTFLAGS CARGO_TARGET_DIR

# dependencies PEER: the lines below `[dependencies]`.
dependencies() {
    case "$1" in
        antiphon) echo "antiphon = { path = \"$here/../runtime\" }" ;;
        antiphon_with_event_loop) echo "antiphon = { path = \"$here/../runtime\", features = [\"event-loop\"] }" ;;
        genawaiter) echo 'genawaiter = { version = "=0.99.1", default-features = false }' ;;
        genawaiter_macros) echo 'genawaiter = "=0.99.1"' ;;
        next_gen) echo 'next-gen = "=0.1.1"' ;;
        async_stream) printf '%s\n' 'async-stream = "=0.3.6"' 'futures-core = "=0.3.34"' ;;
        async_stream_and_tokio_stream) printf '%s\n' 'async-stream = "=0.3.6"' 'tokio-stream = "=0.1.19"' ;;
        diapause) echo 'diapause = "=0.2.0"' ;;
        hand_written | nothing) ;;
    esac
}

# manifest PEER
manifest() {
    # Edition 2021: what was written before 2024 does not all work in that.
    printf '%s\n' '[package]' 'name = "leaf"' 'version = "0.0.0"' 'edition = "2021"' '[workspace]' '[dependencies]'
    dependencies "$1"
}

# crate PEER: with 500 coroutines, each of them driven by `main`.
crate() {
    local crate=$scratch/$1 copy
    mkdir -p "$crate/src"
    manifest "$1" >"$crate/Cargo.toml"
    for ((copy = 0; copy < COPIES; copy++)); do
        # With a constant of its own, so that no two are the same function.
        { echo "const K: u64 = $((copy * 7 + 3));"; cat "$here/compile_time/$1.rs"; } >"$crate/src/copy_$copy.rs"
    done
    {
        case "$1" in
            antiphon) cat "$here/compile_time/sum_of_generator.rs" ;;
            async_stream) cat "$here/compile_time/sum_of_stream.rs" ;;
            *) cat "$here/compile_time/sum.rs" ;;
        esac
        for ((copy = 0; copy < COPIES; copy++)); do echo "mod copy_$copy;"; done
        echo 'fn main() {'
        echo '    let n = std::env::args().count() as u64 + 3;'
        echo '    let mut checksum = 0;'
        for ((copy = 0; copy < COPIES; copy++)); do
            echo "    checksum = checksum * 3 + (copy_$copy::run(n, &[\"a\", \"bcd\", \"1,2,x\"], \"1,2,3,x,5\") & 0xFFFF) % 1009;"
            echo '    checksum &= 0xFFFF_FFFF;'
        done
        echo '    println!("{checksum}");'
        echo '}'
    } >"$crate/src/main.rs"
}

# cpu FILE COMMAND…: appends the seconds of CPU, and those of the clock, that the command takes.
cpu() {
    local file=$1 TIMEFORMAT='%3U %3S %3R'
    shift
    { time "$@" >/dev/null 2>"$scratch/log"; } 2>"$scratch/time" || { cat "$scratch/log" >&2; return 1; }
    awk '{ print $1 + $2, $3 }' "$scratch/time" >>"$file"
}

# best FILE COLUMN
best() { awk -v column="$2" 'NR == 1 || $column < best { best = $column } END { printf "%.3f", best }' "$1"; }

if [[ $what == dependencies ]]; then
    # antiphon too is built as what comes from a registry: without what is kept for the next build, and without warnings.
    export CARGO_INCREMENTAL=0 RUSTFLAGS='--cap-lints allow'
    sides=(nothing antiphon antiphon_with_event_loop async_stream_and_tokio_stream)
    for side in "${sides[@]}"; do
        mkdir -p "$scratch/deps_$side/src"
        manifest "$side" >"$scratch/deps_$side/Cargo.toml"
        echo 'fn main() {}' >"$scratch/deps_$side/src/main.rs"
        (cd "$scratch/deps_$side" && cargo fetch)
    done
    for ((round = 0; round < ROUNDS; round++)); do
        for side in "${sides[@]}"; do
            for profile in dev release; do
                cd "$scratch/deps_$side"
                cargo clean
                cpu "$scratch/$side.$profile" cargo build --offline --jobs 2 --profile "$profile"
            done
        done
    done
    printf '%-32s %10s %10s %12s %12s\n' 'clean build of' 'dev CPU s' 'dev s' 'release CPU s' 'release s'
    for side in "${sides[@]}"; do
        printf '%-32s %10s %10s %12s %12s\n' "$side" "$(best "$scratch/$side.dev" 1)" "$(best "$scratch/$side.dev" 2)" \
            "$(best "$scratch/$side.release" 1)" "$(best "$scratch/$side.release" 2)"
    done
    exit
fi

checksum=
for peer in "${peers[@]}"; do
    crate "$peer"
    rm -f "$scratch/$peer.check" "$scratch/$peer.release"
    cd "$scratch/$peer"
    cargo check
    cargo build --release
    # Whoever does something else has no place in the comparison.
    answer=$(target/release/leaf)
    if [[ ${checksum:=$answer} != "$answer" ]]; then
        echo "$0: $peer computes $answer, $checksum is expected" >&2
        exit 1
    fi
done
for ((round = 0; round < ROUNDS; round++)); do
    for peer in "${peers[@]}"; do
        cd "$scratch/$peer"
        cargo clean --package leaf
        cpu "$scratch/$peer.check" cargo check --offline
        cargo clean --release --package leaf
        cpu "$scratch/$peer.release" cargo build --offline --release
    done
done

for peer in "${peers[@]}"; do
    echo "$peer $(best "$scratch/$peer.check" 1) $(best "$scratch/$peer.release" 1)"
done | awk '
    { peer[NR] = $1; check[NR] = $2; release[NR] = $3; ours = ours || $1 == "antiphon" }
    # The fastest of those that the compiler makes state machines for.
    $1 != "hand_written" && $1 != "diapause" && (!c || $2 < c) { c = $2 }
    $1 != "hand_written" && $1 != "diapause" && (!r || $3 < r) { r = $3 }
    END {
        printf "%-20s %12s %12s %12s %12s\n", "500 coroutines", "check s", "/ fastest", "release s", "/ fastest"
        for (i = 1; i <= NR; i++) {
            printf "%-20s %12.2f %12s %12.2f %12s\n", peer[i], check[i], c ? sprintf("%.2f", check[i] / c) : "-", \
                release[i], r ? sprintf("%.2f", release[i] / r) : "-"
        }
    }
'
