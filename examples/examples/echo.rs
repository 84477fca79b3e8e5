//! Sends back what it receives.
//!
//! ```text
//! cargo run --release --example echo [-- ADDRESS]
//! nc 127.0.0.1 7001
//! ```
//!
//! One thread, a coroutine for each connection. When there are too many connections, or no descriptor for another, who comes waits
//! until one ends.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use antiphon::event_loop::{Server, TcpStream, copy};
use antiphon_examples::{listen, run_program};

/// Until the client has ended. While it is silent it costs no buffer: all have the one that bytes pass through.
async fn echo(stream: TcpStream) -> io::Result<()> {
    copy(&stream, &stream).await?;
    Ok(())
}

fn main() -> ExitCode {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:7001".to_owned());
    run_program("echo", async move {
        // At ctrl-c those who are there have a second to end.
        Ok(Server::new(listen(&address).await?).limit(10_000).grace(Duration::from_secs(1)).serve(echo).await?)
    })
}
