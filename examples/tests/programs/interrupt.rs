//! Ctrl-c.

use std::process::{Child, Command};

/// By the shell, since not every machine has a program for it.
pub(crate) fn interrupt(child: &Child) {
    let mut command = Command::new("sh");
    let sent = command.args(["-c", "kill -INT \"$0\"", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}
