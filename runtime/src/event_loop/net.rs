//! Sockets.

mod address;
#[cfg(feature = "macros")]
mod conversation;
mod io;
#[cfg(unix)]
mod pipe;
mod reader;
mod simulated;
mod source;
mod stream;
mod tcp;
mod udp;
#[cfg(unix)]
mod unix;
mod waiting;

pub use self::address::Address;
#[cfg(feature = "macros")]
pub use self::conversation::Conversation;
#[cfg(unix)]
pub use self::pipe::{PipeReader, PipeWriter};
pub use self::reader::{ReadError, Reader};
pub use self::simulated::Network;
pub(crate) use self::simulated::Simulation;
pub(crate) use self::source::Sources;
#[cfg(unix)]
pub(crate) use self::source::{Direction, Source};
pub use self::stream::ByteStream;
pub use self::tcp::{TcpListener, TcpStream};
pub use self::udp::UdpSocket;
#[cfg(unix)]
pub use self::unix::{UnixListener, UnixStream};
