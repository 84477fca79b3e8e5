#!/usr/bin/env bash
# Our RESP beside Redis itself, whose Debian packages it installs: our client and redis-cli show the same on both servers, both
# servers answer the same bytes by the same bytes, and redis-benchmark is content with ours.
set -euo pipefail
cd "$(dirname "$0")/.."

source ci/need.sh
need redis-server redis-server
need redis-cli redis-tools

cargo build --quiet --release --package antiphon-examples --example resp
target=$(cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
resp=$target/release/examples/resp

scratch=$(mktemp -d)
servers=()
trap 'for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; done; wait; rm -rf "$scratch"' EXIT

# Waits until something is true, for a minute at most.
until_true() {
    for _ in $(seq 600); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.1
    done
    echo "$0: not so: $*" >&2
    exit 1
}

"$resp" server 127.0.0.1:0 >"$scratch/ours" 2>"$scratch/reports" &
servers+=($!)
until_true grep -q 'listening at' "$scratch/ours"
ours=$(sed -n 's/.*listening at 127.0.0.1:\([0-9]*\).*/\1/p' "$scratch/ours")

# One after the other until a port is free.
is_ready() { grep -q 'Ready to accept' "$scratch/redis"; }
is_ready_or_gone() { is_ready || ! kill -0 "${servers[-1]}"; }
for theirs in $(seq 16379 16399); do
    redis-server --port "$theirs" --bind 127.0.0.1 --save '' --dir "$scratch" >"$scratch/redis" 2>&1 &
    servers+=($!)
    until_true is_ready_or_gone
    ! is_ready || break
done
is_ready || { echo "$0: redis-server does not run" >&2; cat "$scratch/redis" >&2; exit 1; }

failed=0
same() { # WHAT EXPECTED ACTUAL
    if ! diff "$2" "$3" >"$scratch/difference"; then
        echo "not the same: $1"
        cat "$scratch/difference"
        failed=1
    fi
}

echo '== commands, by two clients on two servers'
commands() {
    cat <<'COMMANDS'
PING
PING hello
ECHO "a \"quoted\" text\r\n\x00\xff"
SET color blue
GET color
GET nothing
set 'single quoted' 'it\'s'
get "single quoted"
SET color red NX
SET color red XX
SET n 1 EX 100
TTL n
SET n 2 KEEPTTL
TTL n
PERSIST n
TTL n
TTL nothing
SET n 3 EX 0
SET n 3 EX x
SET n 3 WHAT
SET n 3 NX XX
INCR n
INCRBY n 40
DECR n
DECRBY n 2
INCR color
INCRBY n 9223372036854775807
DECRBY n -9223372036854775808
INCRBY n 1x
APPEND color dish
APPEND new start
STRLEN color
STRLEN nothing
SETNX color green
SETNX fresh green
MSET a 1 b 2 c 3
MSET a 1 b
MGET a b nothing c
EXISTS a b nothing a
DEL a nothing b
UNLINK c
EXPIRE color 100
PEXPIRE color 100000
EXPIRE nothing 100
EXPIRE color x
EXPIRE color -1
GET color
TYPE n
TYPE nothing
DBSIZE
SELECT 0
SELECT 99
SELECT x
CONFIG GET save
GET
GET a b
nonsense
nonsense with "some arguments"
FLUSHALL
DBSIZE
COMMANDS
}
# redis-cli adds how long something took, if that was half a second or more. On a slow machine less than 100 seconds are left
# when that is asked.
by_cli() { commands | redis-cli -p "$1" --no-raw | sed '/^([0-9.]*s)$/d' | lines; }
by_ours() { commands | "$resp" client "127.0.0.1:$1" | lines; }
lines() { grep -v '^$' | sed 's/^(integer) \([5-9][0-9]\|100\)$/(integer) nearly 100/'; }
by_cli "$theirs" >"$scratch/expected"
test "$(grep -c nearly "$scratch/expected")" = 2
test "$(wc -l <"$scratch/expected")" -ge 60
by_ours "$theirs" >"$scratch/actual"
same 'our client on redis-server' "$scratch/expected" "$scratch/actual"
by_cli "$ours" >"$scratch/actual"
same 'redis-cli on our server' "$scratch/expected" "$scratch/actual"
by_ours "$ours" >"$scratch/actual"
same 'our client on our server' "$scratch/expected" "$scratch/actual"

echo '== replies of all kinds'
replies() {
    cat <<'REPLIES'
EVAL "return {1, {2, {'three', {}}, false}, {}, {ok='fine'}, {err='ERR no'}}" 0
COMMAND INFO get nothing
RPUSH list a b c d e f g h i j k
LRANGE list 0 -1
XRANGE nothing - +
XADD stream 1-1 field value
XRANGE stream - +
LRANGE list x y
BLPOP nothing 0.01
REPLIES
}
replies | redis-cli -p "$theirs" --no-raw | grep -v '^$' >"$scratch/expected"
sed -i 's/ *$//; /^([0-9.]*s)$/d' "$scratch/expected"
replies | sed 's/^RPUSH list.*/DEL list\n&/; s/^XADD/DEL stream\n&/' | "$resp" client "127.0.0.1:$theirs" | grep -v '^$' |
    sed 's/ *$//' | grep -v '^(integer) 1$' >"$scratch/actual"
same 'our client, replies of all kinds' "$scratch/expected" "$scratch/actual"

echo '== bytes'
answer() { # PORT BYTES
    local status=0
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    # Who refuses what it has read may be gone before the rest is written. The connection is reset then, by both servers, and the
    # answer can be read all the same.
    (printf '%b' "$2" >&3) 2>/dev/null || true
    timeout 60 cat <&3 2>/dev/null || status=$?
    if [ "$status" = 124 ]; then echo 'the connection was not closed'; fi
    exec 3>&-
}
while read -r bytes; do
    answer "$theirs" "$bytes" >"$scratch/expected"
    answer "$ours" "$bytes" >"$scratch/actual"
    same "$bytes" "$scratch/expected" "$scratch/actual"
done <<'BYTES'
PING\r\nQUIT\r\n
PING\nping\n\n\r\n  \r\nQUIT\n
*1\r\n$4\r\nPING\r\n*0\r\n*-1\r\n*-10\r\n*1\r\n$4\r\nQUIT\r\n
*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\na\r\nb\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\nQUIT\r\n
*2\r\n$3\r\nGET\r\n$0\r\n\r\nQUIT\r\n
SET k "with \\x41, \\t and \\q"\r\nGET k\r\nQUIT\r\n
SET k 'it\\'s'\r\nGET k\r\nQUIT\r\n
GET "k\r\n
GET 'k'x\r\n
GET "k"x\r\n
*x\r\n
*3000000000\r\n
*99999999999999999999\r\n
PING\r\n*1\r\nPING\r\n
*1\r\n:1\r\n
*3\r\n$3\r\nSET\r\n$1\r\nx\r\nfooz\r\n
*1\r\n$-1\r\n
*1\r\n$-10\r\n
*1\r\n$x\r\n
*1\r\n$01\r\n
*1\r\n$+1\r\n
*1\r\n$2000000000\r\n
*1\r\n$4\r\nPING\r\nQUIT now\r\nPING\r\n
BYTES
for kind in '' '*' '*1\r\n$'; do
    # Without an end of the line.
    long=$kind$(head -c 70000 /dev/zero | tr '\0' 1)
    answer "$theirs" "$long" >"$scratch/expected"
    answer "$ours" "$long" >"$scratch/actual"
    same "70,000 bytes after '$kind'" "$scratch/expected" "$scratch/actual"
done

echo '== redis-benchmark'
for pipeline in 1 16; do
    redis-benchmark -p "$ours" -n 20000 -P "$pipeline" -c 50 -d 100 -t ping,set,get,incr,mset --csv >"$scratch/rates" 2>&1 || failed=1
    grep -i error "$scratch/rates" && failed=1
    if [ "$(grep -c '^"[A-Z]' "$scratch/rates")" -lt 6 ]; then
        echo 'redis-benchmark has not done all'
        cat "$scratch/rates"
        failed=1
    fi
done

exit "$failed"
