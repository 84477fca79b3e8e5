//! As much of a client as it takes to download.

use std::error::Error;
use std::time::Duration;

use antiphon::event_loop::{ByteStream, Elapsed, Reader, TcpStream, timeout};

/// How long a server may send nothing.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many bytes there were.
pub(crate) async fn get(url: &str) -> Result<u64, Box<dyn Error>> {
    let rest = url.strip_prefix("http://").ok_or("only http:// is understood")?;
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let port = if host.contains(':') { "" } else { ":80" };
    let stream = in_time(TcpStream::connect(format!("{host}{port}"))).await??;
    let path = if path.is_empty() { "/" } else { path };
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes()).await?;

    let mut answer = Reader::with_limit(1 << 14, stream);
    let status = in_time(answer.read_line()).await??.ok_or("the server has closed the connection")?;
    match status.split_once(' ') {
        Some(("HTTP/1.1" | "HTTP/1.0", answer)) if answer.starts_with("200 ") => {}
        Some(("HTTP/1.1" | "HTTP/1.0", answer)) => return Err(format!("the server says {answer:?}").into()),
        _ => return Err("that is no HTTP".into()),
    }
    let mut length = None;
    loop {
        let header = in_time(answer.read_line()).await??.ok_or("the server has closed the connection")?;
        let Some((name, value)) = header.split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = Some(value.trim().parse::<u64>()?),
            "transfer-encoding" => return Err(format!("{}: that is not understood", header.trim()).into()),
            _ => {}
        }
    }
    let mut got = 0;
    loop {
        let some = in_time(answer.read_some()).await??.len() as u64;
        got += some;
        match length {
            Some(length) if got >= length => return Ok(length),
            Some(length) if some == 0 => return Err(format!("{got} of {length} bytes, and no more").into()),
            None if some == 0 => return Ok(got),
            _ => {}
        }
    }
}

async fn in_time<F: Future>(future: F) -> Result<F::Output, String> {
    timeout(PATIENCE, future).await.map_err(|Elapsed| format!("nothing for {PATIENCE:?}"))
}
