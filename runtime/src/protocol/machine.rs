//! A protocol and its wire, to be driven by hand.

use core::fmt;
use core::mem;

use super::ask::{Ask, Want};
use super::wire::Wire;
use crate::{Coroutine, CoroutineState};

/// A coroutine that speaks on a wire, and gives it back in the end: every pinned coroutine with these types.
pub trait Protocol: Coroutine<Yield = Ask<Self::Event>, Send = Wire, Return = (Wire, Self::Output)> + Unpin {
    /// What it tells the application.
    type Event;
    /// What it returns, beside the wire.
    type Output;
}

impl<C, E, R> Protocol for C
where
    C: Coroutine<Yield = Ask<E>, Send = Wire, Return = (Wire, R)> + Unpin + ?Sized,
{
    type Event = E;
    type Output = R;
}

/// A [protocol](super) and its wire, which is here whenever the protocol does not run.
///
/// Here one is driven over a blocking socket, or whatever can be read and written:
///
/// ```
/// use antiphon::prelude::*;
/// use antiphon::protocol::{Ask, Machine, Protocol, Want, Wire, WireError};
/// use std::io::{self, Read, Write};
///
/// /// Answers in capitals.
/// #[antiphon::coroutine(yield = Ask, send = Wire)]
/// fn loud(mut wire: Wire) -> (Wire, ()) {
///     while yield_from!(wire.any()) == Ok(true) {
///         let (bytes, output) = wire.split();
///         output.extend(bytes.iter().map(u8::to_ascii_uppercase));
///         let length = bytes.len();
///         wire.consume(length);
///     }
///     (wire, ())
/// }
///
/// fn drive<P: Protocol>(mut machine: Machine<P>, mut stream: impl Read + Write) -> io::Result<P::Output> {
///     loop {
///         let state = machine.resume();
///         let wire = machine.wire();
///         stream.write_all(wire.unsent())?;
///         wire.sent(wire.unsent().len());
///         match state {
///             Complete(output) => return Ok(output),
///             Yielded(Want::More) => match stream.read(wire.room(4096))? {
///                 0 => wire.end(),
///                 n => wire.fed(n),
///             },
///             Yielded(_) => {}
///         }
///     }
/// }
///
/// # struct Both<'a>(&'a [u8], &'a mut Vec<u8>);
/// # impl Read for Both<'_> {
/// #     fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> { self.0.read(buffer) }
/// # }
/// # impl Write for Both<'_> {
/// #     fn write(&mut self, bytes: &[u8]) -> io::Result<usize> { self.1.write(bytes) }
/// #     fn flush(&mut self) -> io::Result<()> { Ok(()) }
/// # }
/// # let mut answer = Vec::new();
/// # let stream = Both(b"hello", &mut answer);
/// drive(Machine::new(|wire| Box::pin(loud(wire))), stream)?;
/// # assert_eq!(answer, b"HELLO");
/// # Ok::<(), io::Error>(())
/// ```
pub struct Machine<P: Protocol> {
    protocol: P,
    wire: Wire,
    /// How far it came when it was started, until somebody asks.
    started: Option<CoroutineState<Want<P::Event>, P::Output>>,
}

impl<P: Protocol> Machine<P> {
    /// A protocol on a new wire.
    ///
    /// # Panics
    ///
    /// As [`with_wire`](Self::with_wire).
    #[track_caller]
    pub fn new(protocol: impl FnOnce(Wire) -> P) -> Self {
        Self::with_wire(Wire::new(), protocol)
    }

    /// A protocol on a wire that another one has left, or that has been told the time. It runs until it wants something, and
    /// leaves the wire then.
    ///
    /// # Panics
    ///
    /// If the protocol has been started before.
    #[track_caller]
    pub fn with_wire(wire: Wire, protocol: impl FnOnce(Wire) -> P) -> Self {
        let mut protocol = protocol(wire);
        let (wire, state) = parts(protocol.start());
        Machine { protocol, wire, started: Some(state) }
    }

    /// The wire: to be fed, and relieved of what is unsent.
    #[inline]
    pub const fn wire(&mut self) -> &mut Wire {
        &mut self.wire
    }

    /// What the protocol wants now, or what it returned. It goes on as far as it comes with what is on the wire.
    ///
    /// # Panics
    ///
    /// If it has returned before.
    #[inline]
    #[track_caller]
    pub fn resume(&mut self) -> CoroutineState<Want<P::Event>, P::Output> {
        if let Some(state) = self.started.take() {
            return state;
        }
        let (wire, state) = parts(self.protocol.send(mem::take(&mut self.wire)));
        self.wire = wire;
        state
    }

    /// The wire, for another protocol to go on with. If this one has not returned, it is dropped.
    pub fn into_wire(self) -> Wire {
        self.wire
    }
}

#[inline]
fn parts<E, R>(state: CoroutineState<Ask<E>, (Wire, R)>) -> (Wire, CoroutineState<Want<E>, R>) {
    match state {
        CoroutineState::Yielded(Ask { wire, want }) => (wire, CoroutineState::Yielded(want)),
        CoroutineState::Complete((wire, output)) => (wire, CoroutineState::Complete(output)),
    }
}

impl<P: Protocol> fmt::Debug for Machine<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine").field("status", &self.protocol.status()).field("wire", &self.wire).finish()
    }
}
