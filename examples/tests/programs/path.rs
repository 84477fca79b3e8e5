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

/// A copy of a program in a folder, which everybody may run, wherever the program is. Another program makes it: what is being
/// written here is open in programs that are just being started, too, and cannot be run until it is closed in all of them.
#[cfg(unix)]
#[allow(dead_code, reason = "most need none")]
pub(crate) fn for_everybody(name: &str, folder: &Path) -> PathBuf {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    let copy = folder.join(name);
    assert!(Command::new("cp").arg(program(name)).arg(&copy).status().unwrap().success());
    for path in [folder, &copy] {
        set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
    copy
}
