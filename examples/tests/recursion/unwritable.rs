//! Output that cannot be written.

use super::*;

#[test]
fn a_full_disk() {
    let reason = std::io::Error::from_raw_os_error(28);
    let runs = [("directories", "/dev/null"), ("permutations", "a"), ("hanoi", "3")];
    for (name, argument) in runs {
        assert_full(name, &[argument], &reason);
    }
    for name in ["flatten", "inorder"] {
        assert_full(name, &NO_ARGUMENTS, &reason);
    }
}

#[track_caller]
fn assert_full(name: &str, arguments: &[&str], reason: &std::io::Error) {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = finish(start(name, arguments, full.into()), b"1");
    assert_output(&output, 1, "", &format!("{name}: standard output: {reason}\n"));
}

#[test]
fn complaints_that_nobody_can_read() {
    for (name, code) in [("directories", 1), ("flatten", 1), ("inorder", 1), ("hanoi", 2)] {
        let mut command = Command::new(program(name));
        let status = command.arg("/no/where").stderr(pipe_without_a_reader()).status().unwrap();
        assert_eq!(status.code(), Some(code), "{name}");
    }
}
