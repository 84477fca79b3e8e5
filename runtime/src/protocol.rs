//! Protocols as coroutines: a body that says what it needs, and is sent what came. It knows of no socket, no loop and no clock.
//!
//! A protocol takes a [`Wire`], where it finds the bytes that came, and leaves those that are to go. When it needs something, it
//! gives the wire away in an [`Ask`], with what it [wants](Want): more bytes, what it wrote sent, a time, or to tell the
//! application of an event. Whoever drives it does that and sends the wire back. The wire's own coroutines say all of these, so
//! a body is straight-line code, and its parts are combined by `yield_from!`:
//!
//! ```
//! use antiphon::protocol::{Ask, Machine, Wire, WireError};
//!
//! /// Answers each line with how long it is.
//! #[antiphon::coroutine(yield = Ask, send = Wire)]
//! fn lengths(wire: &mut Wire) -> Result<(), WireError> {
//!     while yield_from!(wire.any())? {
//!         let length = yield_from!(wire.until(0, b'\n', 80))?;
//!         wire.consume(length);
//!         wire.write(format!("{}\n", length - 1).as_bytes());
//!     }
//!     Ok(())
//! }
//!
//! /// The outermost one gives the wire back.
//! #[antiphon::coroutine(yield = Ask, send = Wire)]
//! fn whole(mut wire: Wire) -> (Wire, Result<(), WireError>) {
//!     let result = yield_from!(lengths(&mut wire));
//!     (wire, result)
//! }
//!
//! // In memory, a byte at a time.
//! let mut machine = Machine::new(|wire| Box::pin(whole(wire)));
//! for byte in b"four\nno" {
//!     machine.resume();
//!     machine.wire().feed(&[*byte]);
//! }
//! machine.resume();
//! assert_eq!(machine.wire().unsent(), b"4\n");
//!
//! // The second line is cut.
//! machine.wire().end();
//! assert_eq!(machine.resume().complete(), Some(Err(WireError::Ended)));
//! ```
//!
//! The same on a connection of the event loop is an `event_loop::Conversation`. On anything else it takes a
//! loop of a dozen lines: [`Machine`] has one over blocking sockets.
//!
//! # What it costs
//!
//! The protocol looks at the bytes where they were read, and takes them by their number when it has used them; so there is
//! one buffer, and nothing is copied or allocated for a message that is there whole. A protocol suspends only when there are not
//! bytes enough: what came in one piece is parsed, and what is answered is sent, in one piece.

mod ask;
mod machine;
mod wire;

pub use self::ask::{Ask, Want, WireError};
pub use self::machine::{Machine, Protocol};
pub use self::wire::Wire;
