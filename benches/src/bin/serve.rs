//! Serves until its standard input ends. Where it listens it says on the standard output.

use std::env;
use std::io::{self, Read};
use std::process::{self, ExitCode};
use std::thread;

use antiphon_benches::SERVICES;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let [service, server] = args[..] else {
        eprintln!("usage: serve SERVICE SERVER; there are:");
        for service in SERVICES {
            service.servers.iter().for_each(|(server, _)| eprintln!("    {} {server}", service.name));
        }
        return ExitCode::from(2);
    };
    let service = SERVICES.iter().find(|known| known.name == service);
    let Some((_, serve)) = service.and_then(|known| known.servers.iter().find(|(name, _)| *name == server)) else {
        eprintln!("serve: there is no such server; without arguments it lists them");
        return ExitCode::from(2);
    };
    // Who measures may end in any way, and no server outlives him.
    thread::spawn(|| {
        let mut input = io::stdin();
        while matches!(input.read(&mut [0; 64]), Ok(1..)) {}
        process::exit(0);
    });
    serve();
    ExitCode::SUCCESS
}
