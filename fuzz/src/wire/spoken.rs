//! What the protocols make of bytes that come in pieces.

use std::cell::RefCell;
use std::future::Future;
use std::io::{self, IoSlice};
use std::ops::ControlFlow;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::vec::IntoIter;

use antiphon::event_loop::{ByteStream, ReadError, Reader};
use antiphon::generator;
use antiphon::prelude::*;
use antiphon::protocol::{Ask, Machine, Protocol, Want, Wire, WireError};
use antiphon_examples::resp;

use super::{LIMITS, Told};

/// Feeds all pieces, tells of all events, and says how it ended.
fn speak<P>(pieces: Vec<&[u8]>, mut machine: Machine<P>, tell: impl Fn(P::Event)) -> P::Output
where
    P: Protocol,
{
    let mut pieces = pieces.into_iter();
    loop {
        match machine.resume() {
            Complete(output) => return output,
            Yielded(Want::Event(event)) => tell(event),
            Yielded(_) => match pieces.next() {
                Some(piece) => machine.wire().feed(piece),
                None => machine.wire().end(),
            },
        }
    }
}

fn end<E: std::fmt::Debug>(result: Result<(), E>) -> String {
    result.map_or_else(|error| format!("{error:?}"), |()| "end".to_owned())
}

pub(super) fn requests(pieces: Vec<&[u8]>) -> Told {
    let told = Rc::new(RefCell::new(Vec::new()));
    let tell = Rc::clone(&told);
    let answer = move |request: resp::Request<'_>, _, _: &mut Vec<u8>| {
        tell.borrow_mut().push(format!("{:?}", request.iter().collect::<Vec<_>>()));
        ControlFlow::Continue(())
    };
    let machine = Machine::new(|wire| Box::pin(resp::serve(wire, LIMITS, answer)));
    let result = speak(pieces, machine, |never| match never {});
    told.borrow_mut().push(end(result));
    told.take()
}

pub(super) fn replies(pieces: Vec<&[u8]>) -> Told {
    let told = RefCell::new(Vec::new());
    let machine = Machine::new(|wire| Box::pin(resp::replies(wire, LIMITS)));
    let result = speak(pieces, machine, |value| told.borrow_mut().push(format!("{value:?}")));
    let mut told = told.into_inner();
    told.push(end(result));
    told
}

#[antiphon::coroutine(yield = Ask<Vec<u8>>, send = Wire)]
fn all_lines(wire: &mut Wire) -> Result<(), WireError> {
    while yield_from!(wire.any())? {
        let length = yield_from!(wire.until(0, b'\n', LIMITS.line))?;
        let line = wire.bytes()[..length - 1].to_vec();
        wire.consume(length);
        yield_from!(wire.event(line));
    }
    Ok(())
}

pub(super) fn lines(pieces: Vec<&[u8]>) -> Told {
    let told = RefCell::new(Vec::new());
    let machine = Machine::new(|mut wire: Wire| {
        Box::pin(generator!(yield = Ask<Vec<u8>>, send = Wire => move {
            let result = yield_from!(all_lines(&mut wire));
            (wire, result)
        }))
    });
    let result = speak(pieces, machine, |line| told.borrow_mut().push(format!("{line:?}")));
    let mut told = told.into_inner();
    told.push(end(result));
    told
}

/// A stream that has one piece after the other.
struct Pieces<'a>(RefCell<IntoIter<&'a [u8]>>);

impl ByteStream for Pieces<'_> {
    fn poll_read(&self, _: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let piece = self.0.borrow_mut().next().unwrap_or_default();
        buffer[..piece.len()].copy_from_slice(piece);
        Poll::Ready(Ok(piece.len()))
    }

    fn poll_write(&self, _: &mut Context<'_>, _: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::ErrorKind::Unsupported.into()))
    }

    fn poll_shutdown(&self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The value of a future that has nothing to wait for.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for what is there"),
    }
}

pub(super) fn reader_lines(pieces: Vec<&[u8]>) -> Told {
    let mut reader = Reader::with_limit(LIMITS.line, Pieces(RefCell::new(pieces.into_iter())));
    let mut told = Vec::new();
    loop {
        told.push(match now(reader.read_line()) {
            Ok(Some(line)) => format!("{line:?}"),
            Err(ReadError::TooLong { .. }) => "TooLong".to_owned(),
            Err(ReadError::NotText(line)) => format!("NotText {line:?}"),
            Ok(None) => "end".to_owned(),
            Err(error) => panic!("{error}"),
        });
        if told.last().is_some_and(|last| last == "end") {
            return told;
        }
    }
}

pub(super) fn reader_marks(pieces: Vec<&[u8]>) -> Told {
    let mut reader = Reader::with_limit(LIMITS.line, Pieces(RefCell::new(pieces.into_iter())));
    let mut told = Vec::new();
    loop {
        told.push(match now(reader.read_until(b"\r\n")) {
            Ok(Some(part)) => format!("{part:?}"),
            Err(ReadError::Ended(rest)) => format!("Ended {rest:?}"),
            Err(ReadError::TooLong { .. }) => "TooLong".to_owned(),
            Ok(None) => "end".to_owned(),
            Err(error) => panic!("{error}"),
        });
        if told.last().is_some_and(|last| last == "end" || last == "TooLong") {
            return told;
        }
    }
}
