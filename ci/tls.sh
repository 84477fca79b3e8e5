#!/usr/bin/env bash
# TLS on our sockets against the program `openssl`: its client with our server, and ours with its server.
set -euo pipefail
cd "$(dirname "$0")/.."

source ci/need.sh
need openssl openssl
openssl version
cargo test --quiet --package antiphon-interop --features openssl --test tls openssl
