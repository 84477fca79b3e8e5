//! Clients that come and go, for as long as one likes: `cargo bench -p antiphon-benches --bench soak -- --minutes 10`.
//!
//! * `--minutes 1`, `--clients 500`, `--each-second 300`, `--kilobytes 2000`
//!
//! There are about as many clients as that at a time, and so many come each second. Each says some lines and waits for the
//! answers, and then goes in one of the ways there are: in order; in the middle of a line; without reading what it asked for; by
//! ending its sending and reading to the end. Some are silent until the server closes them. The memory of the server is printed
//! over time. From the end of the first fifth on it must not grow by more than that many kilobytes, and no answer may be wrong.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use antiphon_benches::sockets::{Args, Process, commands, keep_to_core};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

fn main() -> ExitCode {
    match soak(&Args::new()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

fn soak(args: &Args) -> io::Result<bool> {
    let measures = args.measures();
    let minutes: f64 = args.get("--minutes", if measures { 1.0 } else { 0.01 });
    let clients: usize = args.get("--clients", if measures { 500 } else { 20 });
    let each_second: u32 = args.get("--each-second", if measures { 300 } else { 100 });
    let bound = args.get("--kilobytes", 2_000.0) * 1e3;
    let (_, command) = commands(Path::new(env!("CARGO_BIN_EXE_serve")), "lines", &[]).remove(0);
    let server = Process::start("antiphon", &command)?;
    keep_to_core(1);

    let mut crowd = Crowd::new(server.address, clients)?;
    let start = Instant::now();
    let whole = Duration::from_secs_f64(minutes * 60.0);
    let mut least = None;
    let mut most: f64 = 0.0;
    let mut told = Duration::ZERO;
    println!("{:>6} {:>9} {:>9} {:>9} {:>13} {:>7}", "s", "came", "here", "lines", "anonymous, kB", "CPU, s");
    while start.elapsed() < whole {
        crowd.turn()?;
        let elapsed = start.elapsed();
        while crowd.came < u64::from(each_second) * elapsed.as_millis() as u64 / 1_000 && crowd.has_room() {
            crowd.come()?;
        }
        let now = server.memory().anonymous as f64;
        if elapsed >= whole / 5 {
            least = Some(least.unwrap_or(now).min(now));
            most = most.max(now);
        }
        if elapsed >= told {
            told += (whole / 20).max(Duration::from_secs(1));
            let (seconds, here) = (elapsed.as_secs(), crowd.here());
            println!(
                "{seconds:>6} {:>9} {here:>9} {:>9} {:>13.0} {:>7.2}",
                crowd.came,
                crowd.lines,
                now / 1e3,
                server.cpu().as_secs_f64()
            );
        }
    }
    let grew = most - least.unwrap_or(most);
    println!("{} came, {} lines were answered, {} wrongly", crowd.came, crowd.lines, crowd.wrong);
    println!("from the first fifth on the server's memory went up and down by {:.0} kB at most", grew / 1e3);
    let flat = grew <= bound;
    if !flat {
        println!("that is more than {:.0} kB", bound / 1e3);
    }
    Ok(flat && crowd.wrong == 0)
}

/// How a client goes.
#[derive(Clone, Copy)]
enum Leave {
    InOrder,
    InTheMiddleOfALine,
    Unread,
    HalfClosed,
    /// When the server has had enough of the silence.
    Silent,
}

struct Client {
    stream: TcpStream,
    /// Lines that it still wants to say.
    left: u32,
    leave: Leave,
    line: Vec<u8>,
    heard: Vec<u8>,
    /// Has said something.
    began: bool,
    ending: bool,
}

/// Those who are here.
struct Crowd {
    address: SocketAddr,
    poll: Poll,
    events: Events,
    places: Vec<Option<Client>>,
    vacant: Vec<usize>,
    came: u64,
    lines: u64,
    wrong: u64,
    random: u64,
}

impl Crowd {
    fn new(address: SocketAddr, clients: usize) -> io::Result<Self> {
        let (poll, events) = (Poll::new()?, Events::with_capacity(1024));
        let places = (0..clients).map(|_| None).collect();
        let vacant = (0..clients).collect();
        Ok(Crowd { address, poll, events, places, vacant, came: 0, lines: 0, wrong: 0, random: 0x2545_f491_4f6c_dd1d })
    }

    fn here(&self) -> usize {
        self.places.len() - self.vacant.len()
    }

    fn has_room(&self) -> bool {
        !self.vacant.is_empty()
    }

    /// By xorshift: the same in each run.
    fn random(&mut self, below: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % below
    }

    fn come(&mut self) -> io::Result<()> {
        let Some(place) = self.vacant.pop() else { return Ok(()) };
        let mut stream = TcpStream::connect(self.address)?;
        self.poll.registry().register(&mut stream, Token(place), Interest::READABLE | Interest::WRITABLE)?;
        let leave = match self.random(100) {
            0 => Leave::Silent,
            1..=20 => Leave::InTheMiddleOfALine,
            21..=40 => Leave::Unread,
            41..=60 => Leave::HalfClosed,
            _ => Leave::InOrder,
        };
        let left = 1 + self.random(40) as u32;
        let length = 1 + self.random(2_000) as usize;
        let mut line = vec![b'a' + (self.came % 26) as u8; length];
        line.push(b'\n');
        self.places[place] = Some(Client { stream, left, leave, line, heard: Vec::new(), began: false, ending: false });
        self.came += 1;
        Ok(())
    }

    fn turn(&mut self) -> io::Result<()> {
        match self.poll.poll(&mut self.events, Some(Duration::from_millis(2))) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            result => result?,
        }
        for event in &self.events {
            let place = event.token().0;
            let Some(client) = &mut self.places[place] else { continue };
            let stays = match client.go_on(event.is_writable()) {
                Ok(Went::On { answered }) => {
                    self.lines += answered;
                    true
                }
                Ok(Went::Away { answered }) => {
                    self.lines += answered;
                    false
                }
                Err(_) => {
                    self.wrong += 1;
                    false
                }
            };
            if !stays {
                self.places[place] = None;
                self.vacant.push(place);
            }
        }
        Ok(())
    }
}

enum Went {
    On { answered: u64 },
    Away { answered: u64 },
}

impl Client {
    /// Says its first line when it is connected, and each other one when the one before has come back.
    fn go_on(&mut self, writable: bool) -> io::Result<Went> {
        let mut answered = 0;
        if writable && !self.began {
            self.began = true;
            self.say()?;
        }
        loop {
            let mut buffer = [0; 4096];
            match self.stream.read(&mut buffer) {
                Ok(0) if self.ending && self.heard.is_empty() => return Ok(Went::Away { answered }),
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(n) => self.heard.extend(&buffer[..n]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Went::On { answered }),
                Err(error) => return Err(error),
            }
            if self.heard.len() >= self.line.len() {
                if self.heard != self.line {
                    return Err(ErrorKind::InvalidData.into());
                }
                self.heard.clear();
                answered += 1;
                if !self.ending && self.say()? {
                    return Ok(Went::Away { answered });
                }
            }
        }
    }

    /// Says the next line, or goes. `true` if it is gone.
    fn say(&mut self) -> io::Result<bool> {
        if self.left > 0 {
            self.left -= 1;
            let whole = self.write(self.line.len())?;
            if self.left == 0 && whole && matches!(self.leave, Leave::HalfClosed) {
                self.ending = true;
                self.stream.shutdown(Shutdown::Write)?;
            }
            return Ok(false);
        }
        match self.leave {
            Leave::InOrder | Leave::HalfClosed => Ok(true),
            Leave::InTheMiddleOfALine => self.write(self.line.len() / 2).map(|_| true),
            Leave::Unread => self.write(self.line.len()).map(|_| true),
            Leave::Silent => {
                self.ending = true;
                Ok(false)
            }
        }
    }

    /// Lines are short, so there is always room for them; a server that takes none is in the wrong.
    fn write(&mut self, length: usize) -> io::Result<bool> {
        let n = self.stream.write(&self.line[..length])?;
        if n < length { Err(ErrorKind::WriteZero.into()) } else { Ok(true) }
    }
}
