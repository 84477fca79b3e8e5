//! Sets `cfg(native)` where the compiler has coroutines of its own.

use std::env;
use std::process::Command;

fn main() {
    // Cargo sees by itself when the compiler changes. The script has other users, so it names no file.
    println!("cargo::rerun-if-env-changed=RUSTC");
    println!("cargo::rustc-check-cfg=cfg(native)");
    let rustc = env::var_os("RUSTC").expect("cargo sets RUSTC for build scripts");
    let output = Command::new(rustc).arg("-vV").output().expect("rustc tells its version");
    let version = String::from_utf8(output.stdout).expect("rustc writes UTF-8");
    let release = version.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or_default();
    // A compiler built from source calls itself `-dev` and has the features too.
    if release.ends_with("-nightly") || release.ends_with("-dev") {
        println!("cargo::rustc-cfg=native");
    }
}
