#!/usr/bin/env bash
# Builds the two crates, and runs the tests of the runtime, with the minimum Rust version that Cargo.toml states.
#
# The compiler is one of rustup's, or one that Debian ships as rustc-web, which is unpacked below the target folder.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
target=${CARGO_TARGET_DIR:-target}/msrv
source ci/need.sh

# Whether a compiler is of that version.
is_it() { "$1" --version 2>/dev/null | grep -q "^rustc ${version//./\\.}\."; }

# Unpacks Debian's compiler of that version into a folder, and prints its path.
debian() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    local folder=$PWD/$target/debian package candidate library
    if [ ! -x "$folder/usr/bin/rustc" ]; then
        apt_get update >&2 || return 1
        candidate=$(apt-cache madison rustc-web | awk -v v="$version." 'index($3, v) == 1 { print $3; exit }')
        [ -n "$candidate" ] || return 1
        library=$(LC_ALL=C apt-cache depends "libstd-rust-web-$version=$candidate" | awk '$1 == "Depends:" && $2 ~ /^libllvm/ { print $2 }')
        mkdir -p "$folder/packages"
        (
            cd "$folder/packages"
            apt_get download "rustc-web=$candidate" "libstd-rust-web-dev=$candidate" \
                "libstd-rust-web-$version=$candidate" ${library:+"$library"} >&2
            for package in *.deb; do dpkg-deb -x "$package" "$folder"; done
        ) || return 1
    fi
    echo "$folder/usr/bin/rustc"
}

if rustc=$(rustup which --toolchain "$version" rustc 2>/dev/null) && is_it "$rustc"; then
    :
elif is_it /usr/bin/rustc; then
    rustc=/usr/bin/rustc
elif rustc=$(debian); then
    libraries=$(dirname "$(dirname "$rustc")")/lib
    export LD_LIBRARY_PATH=$libraries:$libraries/x86_64-linux-gnu:$libraries/llvm/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    is_it "$rustc" || { echo "$0: the unpacked compiler does not run" >&2; exit 1; }
else
    echo "$0: no rustc $version to be had, neither by rustup nor from Debian" >&2
    exit 1
fi

echo "with $("$rustc" --version)"
export RUSTC=$rustc CARGO_TARGET_DIR=$target
unset RUSTC_WRAPPER
cargo test --quiet --package antiphon-tests --test it
cargo check --quiet --package antiphon --no-default-features
cargo check --quiet --package antiphon --features std,macros,futures,event-loop
