//! Without any tasks: a loop around mio's `Poll`, and for each connection what could not be written yet.

use std::io::{self, ErrorKind, Read, Write};

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use super::{ANY, say};

const LISTENER: Token = Token(usize::MAX);

pub(super) fn echo<const BUFFER: usize>() {
    serve(&mut vec![0; BUFFER]).expect("a listener");
}

fn serve(buffer: &mut [u8]) -> io::Result<()> {
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(1024);
    let mut listener = TcpListener::bind(ANY.parse().expect("an address"))?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    say(listener.local_addr()?);
    let mut connections: Vec<Option<Connection>> = Vec::new();
    let mut vacant = Vec::new();
    loop {
        if let Err(error) = poll.poll(&mut events, None) {
            if error.kind() != ErrorKind::Interrupted {
                return Err(error);
            }
            continue;
        }
        for event in &events {
            if event.token() == LISTENER {
                accept(&listener, &poll, &mut connections, &mut vacant)?;
                continue;
            }
            let place = event.token().0;
            let Some(connection) = &mut connections[place] else { continue };
            let over = event.is_error() || event.is_read_closed() || event.is_write_closed();
            if !connection.go_on(buffer, over).unwrap_or(false) {
                connections[place] = None;
                vacant.push(place);
            }
        }
    }
}

fn accept(
    listener: &TcpListener,
    poll: &Poll,
    connections: &mut Vec<Option<Connection>>,
    vacant: &mut Vec<usize>,
) -> io::Result<()> {
    loop {
        let mut stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        stream.set_nodelay(true)?;
        let place = vacant.pop().unwrap_or_else(|| {
            connections.push(None);
            connections.len() - 1
        });
        poll.registry().register(&mut stream, Token(place), Interest::READABLE | Interest::WRITABLE)?;
        connections[place] = Some(Connection { stream, unsent: Vec::new() });
    }
}

struct Connection {
    stream: TcpStream,
    unsent: Vec<u8>,
}

impl Connection {
    /// Echoes until it would block. `false` when the other side is done.
    fn go_on(&mut self, buffer: &mut [u8], over: bool) -> io::Result<bool> {
        loop {
            while !self.unsent.is_empty() {
                match self.stream.write(&self.unsent) {
                    Ok(n) => drop(self.unsent.drain(..n)),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
                    Err(error) => return Err(error),
                }
            }
            let n = match self.stream.read(buffer) {
                Ok(0) => return Ok(false),
                Ok(n) => n,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
                Err(error) => return Err(error),
            };
            match self.stream.write(&buffer[..n]) {
                Ok(written) if written < n => self.unsent.extend(&buffer[written..n]),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.unsent.extend(&buffer[..n]),
                Err(error) => return Err(error),
            }
            // A short read has emptied the socket, so the next byte is an edge. The end may have been told already.
            if n < buffer.len() && self.unsent.is_empty() && !over {
                return Ok(true);
            }
        }
    }
}
