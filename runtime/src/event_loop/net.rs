//! Sockets.

mod source;
mod tcp;

pub(crate) use self::source::Sources;
pub use self::tcp::{TcpListener, TcpStream};
