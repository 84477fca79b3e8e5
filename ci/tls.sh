#!/usr/bin/env bash
# TLS on our sockets against the program `openssl`: its client with our server, and ours with its server.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v openssl >/dev/null; then
    apt-get update -qq
    apt-get install -y -qq openssl
fi
openssl version
cargo test --quiet --package antiphon-interop --features openssl --test tls openssl
