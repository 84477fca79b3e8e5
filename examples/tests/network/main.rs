//! The examples that serve, run as programs: with guests who behave, and others.
#![cfg(unix)]

mod chat;
mod echo;
mod fetch;
mod gateway;
#[path = "../programs/mod.rs"]
mod programs;
mod resp;

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use programs::{Client, Served, program};

/// `cargo run --example …` with a server, and with an address that is taken.
#[test]
fn a_port_in_use_is_a_message() {
    let taken = Served::start("echo", &["127.0.0.1:0"]);
    for arguments in [
        &["echo"][..],
        &["chat", "serve"],
        &["gateway", "threads"],
        &["gateway", "await"],
        &["fetch", "serve"],
        &["resp", "server"],
    ] {
        let output = Command::new(program(arguments[0])).args(&arguments[1..]).arg(&taken.address).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stderr).unwrap();
        let expected = format!("{}: cannot listen at {}: Address", arguments[0], taken.address);
        assert!(said.starts_with(&expected), "{said}");
    }
}
