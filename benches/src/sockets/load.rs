//! Connections to an echo server.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::histogram::Histogram;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came of a run.
#[derive(Debug, Default)]
pub struct Measured {
    /// How long each answer took.
    pub answers: Histogram,
    /// How long all took.
    pub elapsed: Duration,
    /// Questions that nobody could be found for, since all who were asked to still waited.
    pub late: u64,
}

/// Connections, each with a question on its way at most.
#[derive(Debug)]
pub struct Load {
    poll: Poll,
    events: Events,
    connections: Vec<Connection>,
    message: Vec<u8>,
    buffer: Vec<u8>,
    answers: Histogram,
}

#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    asked: Option<Instant>,
    unsent: usize,
    missing: usize,
}

impl Load {
    /// Connects `n` times, and has each connection's first question, of `size` bytes, answered before the next connects: so the
    /// server knows all of them, and its list of those who wait to be accepted is short.
    ///
    /// # Errors
    ///
    /// The system's, and if the server ends a connection.
    pub fn connect(address: SocketAddr, n: usize, size: usize) -> io::Result<Self> {
        let poll = Poll::new()?;
        let message = vec![b'x'; size];
        let mut connections = Vec::with_capacity(n);
        for place in 0..n {
            let mut stream = std::net::TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            // The first byte alone, which cannot fill both directions however long the message is.
            stream.write_all(&message[..1])?;
            stream.read_exact(&mut [0])?;
            stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(stream);
            poll.registry().register(&mut stream, Token(place), Interest::READABLE | Interest::WRITABLE)?;
            connections.push(Connection { stream, asked: None, unsent: 0, missing: 0 });
        }
        let events = Events::with_capacity(1024);
        Ok(Load { poll, events, connections, message, buffer: vec![0; 1 << 16], answers: Histogram::default() })
    }

    /// Each connection asks again as soon as it is answered. At the end questions may be on their way, for the next run.
    ///
    /// # Errors
    ///
    /// The system's, and if the server ends a connection.
    pub fn run(&mut self, time: Duration) -> io::Result<Measured> {
        self.answers = Histogram::default();
        let start = Instant::now();
        for connection in self.connections.iter_mut().filter(|connection| connection.asked.is_none()) {
            connection.ask(Instant::now(), &self.message)?;
        }
        while start.elapsed() < time {
            self.turn(PATIENCE, |connection, message| connection.ask(Instant::now(), message))?;
        }
        Ok(self.measured(start, 0))
    }

    /// All connections ask at once, and when all are answered they rest for that time, so often.
    ///
    /// # Errors
    ///
    /// The system's, and if the server ends a connection.
    pub fn run_bursts(&mut self, bursts: u32, rest: Duration) -> io::Result<Measured> {
        self.answers = Histogram::default();
        let start = Instant::now();
        for _ in 0..bursts {
            self.all_answer()?;
            thread::sleep(rest);
        }
        Ok(self.measured(start, 0))
    }

    /// Any of the connections asks, so many times a second, and all rest otherwise.
    ///
    /// # Errors
    ///
    /// The system's, and if the server ends a connection.
    pub fn run_paced(&mut self, each_second: u32, time: Duration) -> io::Result<Measured> {
        self.answers = Histogram::default();
        let start = Instant::now();
        let mut late = 0;
        for n in 0.. {
            let when = start + Duration::from_secs(1) / each_second * n;
            if when >= start + time {
                break;
            }
            loop {
                let rest = when.saturating_duration_since(Instant::now());
                if rest.is_zero() {
                    break;
                }
                // mio waits for whole milliseconds, and rounds up: it is asked to wait for less.
                let rest =
                    if rest < Duration::from_millis(1) { Duration::ZERO } else { rest - Duration::from_millis(1) };
                self.turn(rest, |_, _| Ok(()))?;
            }
            // Somewhere else each time.
            let places = self.connections.len();
            let first = (n as usize).wrapping_mul(7_919) % places;
            let rests =
                (0..8).map(|next| (first + next) % places).find(|place| self.connections[*place].asked.is_none());
            match rests {
                Some(place) => self.connections[place].ask(Instant::now(), &self.message)?,
                None => late += 1,
            }
        }
        self.await_answers()?;
        Ok(self.measured(start, late))
    }

    /// Waits for the answers that are on their way, and has each connection answered once more: so none was lost.
    ///
    /// # Errors
    ///
    /// The system's, and if the server has ended a connection.
    pub fn all_answer(&mut self) -> io::Result<()> {
        for place in 0..self.connections.len() {
            while self.connections[place].asked.is_some() {
                self.turn(PATIENCE, |_, _| Ok(()))?;
            }
            self.connections[place].ask(Instant::now(), &self.message)?;
        }
        self.await_answers()
    }

    fn await_answers(&mut self) -> io::Result<()> {
        while self.connections.iter().any(|connection| connection.asked.is_some()) {
            self.turn(PATIENCE, |_, _| Ok(()))?;
        }
        Ok(())
    }

    fn measured(&mut self, start: Instant, late: u64) -> Measured {
        Measured { answers: std::mem::take(&mut self.answers), elapsed: start.elapsed(), late }
    }

    fn turn(
        &mut self,
        limit: Duration,
        mut answered: impl FnMut(&mut Connection, &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        match self.poll.poll(&mut self.events, Some(limit)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            result => result?,
        }
        if limit == PATIENCE && self.events.is_empty() {
            return Err(io::Error::new(ErrorKind::TimedOut, "the server does not answer"));
        }
        for event in &self.events {
            let connection = &mut self.connections[event.token().0];
            if connection.unsent > 0 {
                connection.send(&self.message)?;
            }
            if let Some(asked) = connection.receive(&mut self.buffer)? {
                self.answers.record(asked.elapsed());
                answered(connection, &self.message)?;
            }
        }
        Ok(())
    }
}

impl Connection {
    fn ask(&mut self, now: Instant, message: &[u8]) -> io::Result<()> {
        self.asked = Some(now);
        self.unsent = message.len();
        self.missing = message.len();
        self.send(message)
    }

    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        while self.unsent > 0 {
            match self.stream.write(&message[message.len() - self.unsent..]) {
                Ok(n) => self.unsent -= n,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// When the question was asked to which this completed the answer.
    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<Option<Instant>> {
        while self.missing > 0 {
            match self.stream.read(buffer) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(n) => {
                    self.missing -= n;
                    if self.missing > 0 && n < buffer.len() {
                        return Ok(None);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(self.asked.take())
    }
}
