//! A server that speaks the protocol of Redis, and a client.
//!
//! ```text
//! cargo run --release --example resp -- server [127.0.0.1:6380]
//! cargo run --release --example resp -- client [127.0.0.1:6380]     a command in each line of the input
//! ```
//!
//! `redis-cli -p 6380` and `redis-benchmark -p 6380 -t get,set` find a server there, `nc 127.0.0.1 6380` as well; the client finds
//! real ones. The protocol itself is in `examples/src/resp.rs`, and knows of no socket.

use std::cell::RefCell;
use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use antiphon::CoroutineState::Complete;
use antiphon::event_loop::{ByteStream, Conversation, Server, TcpStream, run_in_executor, timeout};
use antiphon_examples::resp::{self, Client, Limits, RespError, Store, Value, execute, serve};
use antiphon_examples::{listen, run_program};

async fn server(address: &str) -> Result<(), Box<dyn Error>> {
    let listener = listen(address).await?;
    let store = Rc::new(RefCell::new(Store::new()));
    let answer = move |stream| {
        let store = store.clone();
        async move { client_of(stream, &store).await }
    };
    Ok(Server::new(listener).limit(10_000).serve(answer).await?)
}

/// All that one client wants.
async fn client_of(stream: TcpStream, store: &RefCell<Store>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let answer = |request: resp::Request<'_>, now: Duration, output: &mut Vec<u8>| {
        execute(&mut store.borrow_mut(), request, now, output)
    };
    let mut conversation = Conversation::new(stream, |wire| Box::pin(serve(wire, Limits::default(), answer)));
    let Complete(result) = conversation.next().await?;
    if let Err(error @ RespError::Protocol(_)) = result {
        let (stream, _) = conversation.into_parts();
        let _ = timeout(Duration::from_secs(1), see_off(&stream)).await;
        return Err(io::Error::new(io::ErrorKind::InvalidData, error));
    }
    Ok(())
}

/// If a connection is closed on which something was not read, the system takes back what was sent last: the reason.
async fn see_off(stream: &TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    let mut nowhere = [0; 4096];
    while stream.read(&mut nowhere).await? > 0 {}
    Ok(())
}

async fn client(address: &str) -> Result<(), Box<dyn Error>> {
    let refused = |error| format!("cannot connect to {address}: {error}");
    let mut client = Client::connect(address).await.map_err(refused)?;
    while let Some(line) = run_in_executor(|| io::stdin().lines().next()).await? {
        match resp::words(line?.as_bytes()) {
            Some(words) if words.is_empty() => {}
            Some(words) => println!("{}", client.call(words).await?),
            None => println!("{}", Value::Error(b"ERR unbalanced quotes".to_vec())),
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:6380".to_owned());
    match what.as_str() {
        "server" => run_program("resp", async move { server(&address).await }),
        "client" => run_program("resp", async move { client(&address).await }),
        _ => {
            eprintln!("usage: resp server|client [ADDRESS]");
            ExitCode::from(2)
        }
    }
}
