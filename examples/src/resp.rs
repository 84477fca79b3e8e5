//! RESP, the protocol of Redis, as coroutines: [`serve`] for a server, [`Client`] for a client.
//!
//! Both are [protocols](antiphon::protocol): they know of no socket. Requests are arrays of byte strings, or lines as one types
//! them ("inline"); replies are those of version 2 of the protocol.
//!
//! ```
//! use antiphon::protocol::Machine;
//! use antiphon_examples::resp::{Limits, Request, reply, serve};
//! use std::ops::ControlFlow;
//!
//! let answer = |request: Request<'_>, _now, output: &mut Vec<u8>| {
//!     reply::bulk(output, &request[0]);
//!     ControlFlow::Continue(())
//! };
//! let mut machine = Machine::new(|wire| Box::pin(serve(wire, Limits::default(), answer)));
//! machine.wire().feed(b"*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\nPING\r\n");
//! machine.resume();
//! machine.resume();
//! assert_eq!(machine.wire().unsent(), b"$4\r\nECHO\r\n$4\r\nPING\r\n");
//! ```

mod client;
mod commands;
mod error;
mod inline;
mod number;
pub mod reply;
mod request;
mod serve;
mod store;
mod value;

pub use self::client::{CallError, Client, replies};
pub use self::commands::execute;
pub use self::error::{Limits, RespError, Violation};
pub use self::inline::words;
pub use self::request::{Arguments, Request, read_request, write_request};
pub use self::serve::serve;
pub use self::store::Store;
pub use self::value::{Value, read_value};
