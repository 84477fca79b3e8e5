//! Members of a room in a chat.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::histogram::Histogram;
use super::load::Measured;

/// One who speaks, others who listen, and perhaps one who never reads.
#[derive(Debug)]
pub struct Room {
    poll: Poll,
    events: Events,
    speaker: std::net::TcpStream,
    listeners: Vec<Listener>,
    deaf: Option<std::net::TcpStream>,
    line: Vec<u8>,
    buffer: Vec<u8>,
}

#[derive(Debug)]
struct Listener {
    stream: TcpStream,
    missing: usize,
}

impl Room {
    /// Enters the room: `n` who listen, and, if `deaf`, one who never reads, before them all. Lines have `size` bytes.
    ///
    /// # Errors
    ///
    /// The system's, and if the server ends a connection.
    pub fn enter(address: SocketAddr, n: usize, deaf: bool, size: usize) -> io::Result<Self> {
        let deaf = if deaf { Some(std::net::TcpStream::connect(address)?) } else { None };
        let poll = Poll::new()?;
        let mut listeners = Vec::with_capacity(n);
        for place in 0..n {
            let stream = std::net::TcpStream::connect(address)?;
            stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(stream);
            poll.registry().register(&mut stream, Token(place), Interest::READABLE)?;
            listeners.push(Listener { stream, missing: 0 });
        }
        let speaker = std::net::TcpStream::connect(address)?;
        speaker.set_nodelay(true)?;
        let mut line = vec![b'x'; size - 1];
        line.push(b'\n');
        let events = Events::with_capacity(1024);
        let mut room = Room { poll, events, speaker, listeners, deaf, line, buffer: vec![0; 1 << 16] };
        // All are in when all have heard something. The server takes them in one after the other, so a line may be too early
        // for the last of them.
        let mut greeted = false;
        while !greeted {
            room.speaker.write_all(&room.line)?;
            room.listeners.iter_mut().for_each(|listener| listener.missing = room.line.len());
            let start = Instant::now();
            while room.listeners.iter().any(|listener| listener.missing > 0) && start.elapsed() < Duration::from_secs(1)
            {
                room.turn(Duration::from_millis(10), |_| ())?;
            }
            greeted = room.listeners.iter().all(|listener| listener.missing == 0);
        }
        Ok(room)
    }

    /// Says so many lines, each when all who listen have the one before. An answer is one line to one who listens.
    ///
    /// # Errors
    ///
    /// The system's, if the server ends a connection, and if a line does not come.
    pub fn speak(&mut self, lines: usize) -> io::Result<Measured> {
        let mut answers = Histogram::default();
        let start = Instant::now();
        for _ in 0..lines {
            let size = self.line.len();
            self.listeners.iter_mut().for_each(|listener| listener.missing = size);
            let mut left = self.listeners.len();
            let said = Instant::now();
            self.speaker.write_all(&self.line)?;
            while left > 0 {
                self.turn(Duration::from_secs(30), |heard| {
                    answers.record(said.elapsed());
                    left -= heard;
                })?;
                if said.elapsed() > Duration::from_secs(20) {
                    return Err(io::Error::new(ErrorKind::TimedOut, "a line does not come"));
                }
            }
        }
        Ok(Measured { answers, elapsed: start.elapsed(), late: 0 })
    }

    /// Whether one of them never reads.
    pub fn has_deaf(&self) -> bool {
        self.deaf.is_some()
    }

    fn turn(&mut self, limit: Duration, mut heard: impl FnMut(usize)) -> io::Result<()> {
        match self.poll.poll(&mut self.events, Some(limit)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            result => result?,
        }
        for event in &self.events {
            let listener = &mut self.listeners[event.token().0];
            loop {
                match listener.stream.read(&mut self.buffer) {
                    Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                    Ok(n) => {
                        if listener.missing > 0 && n >= listener.missing {
                            heard(1);
                        }
                        listener.missing = listener.missing.saturating_sub(n);
                        if n < self.buffer.len() {
                            break;
                        }
                    }
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}
