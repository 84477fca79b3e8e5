//! A guest at a terminal.

use std::error::Error;
use std::io::{self, BufRead};

use antiphon::event_loop::{ByteStream, ReadError, Reader, TcpStream, race, run_in_executor};

/// Shows what the server sends, and sends it what is typed.
pub(crate) async fn join(address: String) -> Result<(), Box<dyn Error>> {
    let connected = TcpStream::connect(&*address).await;
    let stream = connected.map_err(|error| format!("cannot connect to {address}: {error}"))?;
    let mut lines = Reader::new(&stream);
    let shown = async {
        while let Some(line) = lines.read_line().await? {
            println!("{line}");
        }
        Ok::<_, ReadError>(())
    };
    // Whoever ends first: the server, which closes the connection after `BYE!`, or a connection that is broken.
    race((shown, send_typed(&stream))).await.value?;
    println!("the server has closed the connection");
    Ok(())
}

/// Ends only if it fails.
async fn send_typed(stream: &TcpStream) -> Result<(), ReadError> {
    loop {
        // The standard input blocks, so it is read on a thread.
        let read = run_in_executor(|| {
            let mut line = Vec::new();
            io::stdin().lock().read_until(b'\n', &mut line).map(|_| line)
        });
        let line = read.await.map_err(io::Error::other)??;
        if line.is_empty() {
            stream.shutdown().await?;
            return std::future::pending().await;
        }
        stream.write_all(&line).await?;
    }
}
