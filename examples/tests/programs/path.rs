//! Where the programs are.

use std::path::{Path, PathBuf};

/// `cargo test` builds examples beside the directory of the tests.
pub(crate) fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().and_then(Path::parent).unwrap();
    let program = target.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(program.exists(), "{} is absent; `cargo test -p antiphon-examples` builds it", program.display());
    program
}
