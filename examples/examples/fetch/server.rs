//! As much of a server as it takes to have something to download.

use std::io;
use std::time::Duration;

use antiphon::event_loop::{ByteStream, ReadError, Reader, TcpStream, sleep, timeout};

/// How long a client may take to ask.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

const PIECE: [u8; 1 << 14] = [b'x'; 1 << 14];
const HEADERS: usize = 100;

/// Why nothing is sent.
type Refused = (u16, &'static str);

/// Sends as many bytes as the path says, in pieces with pauses. One request for each connection.
pub(crate) async fn answer(stream: TcpStream) -> io::Result<()> {
    let mut request = Reader::with_limit(1 << 12, stream);
    let asked = timeout(PATIENCE, read_request(&mut request)).await.unwrap_or(Err((408, "Request Timeout")));
    let stream = request.stream();
    let mut left: usize = match asked {
        Ok(Some(length)) => length,
        Ok(None) => return Ok(()),
        Err((code, why)) => {
            let answer = format!("HTTP/1.1 {code} {why}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return stream.write_all(answer.as_bytes()).await;
        }
    };
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {left}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    while left > 0 {
        let piece = &PIECE[..left.min(PIECE.len())];
        stream.write_all(piece).await?;
        left -= piece.len();
        sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// The length that is asked for. `None` if the client has vanished.
async fn read_request(request: &mut Reader<TcpStream>) -> Result<Option<usize>, Refused> {
    let Some(line) = next_line(request).await? else { return Ok(None) };
    for _ in 0..HEADERS {
        match next_line(request).await?.as_deref() {
            Some("") => return length(&line).map(Some),
            Some(_) => {}
            None => return Ok(None),
        }
    }
    Err((431, "Request Header Fields Too Large"))
}

async fn next_line(request: &mut Reader<TcpStream>) -> Result<Option<String>, Refused> {
    match request.read_line().await {
        Ok(line) => Ok(line),
        Err(ReadError::TooLong { .. }) => Err((431, "Request Header Fields Too Large")),
        Err(ReadError::NotText(_)) => Err((400, "Bad Request")),
        Err(_) => Ok(None),
    }
}

fn length(line: &str) -> Result<usize, Refused> {
    match line.split(' ').collect::<Vec<_>>()[..] {
        ["GET", path, "HTTP/1.1" | "HTTP/1.0"] => {
            path.strip_prefix('/').and_then(|length| length.parse().ok()).ok_or((404, "Not Found"))
        }
        [_, _, "HTTP/1.1" | "HTTP/1.0"] => Err((405, "Method Not Allowed")),
        _ => Err((400, "Bad Request")),
    }
}
