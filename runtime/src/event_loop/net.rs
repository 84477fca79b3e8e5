//! Sockets.

mod address;
mod reader;
mod source;
mod stream;
mod tcp;
mod udp;
#[cfg(unix)]
mod unix;
mod waiting;

pub use self::address::Address;
pub use self::reader::{ReadError, Reader};
pub(crate) use self::source::Sources;
pub use self::stream::ByteStream;
pub use self::tcp::{TcpListener, TcpStream};
pub use self::udp::UdpSocket;
#[cfg(unix)]
pub use self::unix::{UnixListener, UnixStream};
