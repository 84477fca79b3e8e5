//! The same servers on several runtimes, each in a module. All take one thread for everything.
//!
//! * `antiphon`: our event loop;
//! * `tokio`: a runtime of the current thread;
//! * `smol`: a `LocalExecutor`, with the sockets of smol;
//! * `by_hand`: a loop around mio's `Poll` and a state for each connection, without tasks.

mod antiphon;
mod by_hand;
mod smol;
mod tokio;

use std::net::SocketAddr;

/// Serves until the process ends. Where it does it says on the standard output, in a line.
pub type Serve = fn();

/// What is served, and by whom.
#[derive(Debug)]
pub struct Service {
    /// The name that `serve` takes.
    pub name: &'static str,
    /// Each by its name.
    pub servers: &'static [(&'static str, Serve)],
}

/// All services.
///
/// * `echo`: what comes goes back, through a buffer of 4 KiB for each connection; by hand, through one for all; `copy` is our
///   loop with its `copy`, which has one for all, too.
/// * `held`: the same through a buffer of 64 bytes, for connections that are many and have little to say.
/// * `chat`: a line that comes goes to all other connections, through a queue of 64 lines for each. For who has that many in
///   his queue, lines are dropped.
/// * `lines`: lines go back, from connections that come and go: who is silent for ten seconds is closed.
pub const SERVICES: &[Service] = &[
    Service {
        name: "echo",
        servers: &[
            ("antiphon", antiphon::echo::<4096>),
            ("copy", antiphon::echo_by_copy),
            ("tokio", tokio::echo::<4096>),
            ("tokio_copy", tokio::echo_by_copy),
            ("smol", smol::echo::<4096>),
            ("by_hand", by_hand::echo::<4096>),
        ],
    },
    Service {
        name: "held",
        servers: &[
            ("antiphon", antiphon::echo::<64>),
            ("tokio", tokio::echo::<64>),
            ("smol", smol::echo::<64>),
            ("by_hand", by_hand::echo::<64>),
        ],
    },
    Service { name: "chat", servers: &[("antiphon", antiphon::chat), ("tokio", tokio::chat)] },
    Service { name: "lines", servers: &[("antiphon", antiphon::lines)] },
];

/// Any free port of this machine, for itself only.
const ANY: &str = "127.0.0.1:0";

/// How many lines wait for one who does not read.
const QUEUE: usize = 64;

fn say(address: SocketAddr) {
    println!("{address}");
}
