//! A chat: a server with rooms, and a client.
//!
//! ```text
//! cargo run --release --example chat -- serve [ADDRESS [PLACES]]
//! cargo run --release --example chat -- join [ADDRESS]
//! nc 127.0.0.1 7000
//! ```
//!
//! The first line that a guest sends is the guest's name. The others are told to all in the same room, and `BYE!` leaves. Who reads too
//! slowly misses lines, and is told how many; the others do not notice.
//!
//! Each guest is a coroutine, all on one thread. It is the gateway of the threads, read line by line, with nothing blocked:
//! see the example `gateway`.

mod client;
mod hall;

use std::process::ExitCode;

use antiphon_examples::run_program;

const USAGE: &str = "usage: chat serve [ADDRESS [PLACES]]\n       chat join [ADDRESS]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut arguments = arguments.iter().map(String::as_str);
    let what = arguments.next();
    let address = arguments.next().unwrap_or("127.0.0.1:7000").to_owned();
    match (what, arguments.next().unwrap_or("1000").parse()) {
        (Some("serve"), Ok(places)) => run_program("chat", hall::serve(address, places)),
        (Some("join"), Ok(_)) => run_program("chat", client::join(address)),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
