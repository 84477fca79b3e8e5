//! Sockets.

mod address;
#[cfg(unix)]
mod async_fd;
#[cfg(feature = "macros")]
mod conversation;
mod conversions;
mod copy;
mod directions;
mod eyeballs;
#[cfg(feature = "futures")]
mod futures_io;
mod io;
mod mark;
mod options;
#[cfg(unix)]
mod pipe;
mod read_error;
mod reader;
mod scratch;
mod simulated;
mod source;
mod sources;
mod split;
mod stream;
mod tcp;
mod tcp_socket;
mod udp;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
mod unix_datagram;
mod waiting;
mod writer;

pub use self::address::Address;
#[cfg(unix)]
pub use self::async_fd::AsyncFd;
#[cfg(feature = "macros")]
pub use self::conversation::Conversation;
pub use self::copy::{Copying, CopyingBoth, copy, copy_bidirectional};
pub use self::directions::{ReadBytes, WriteBytes};
#[cfg(feature = "futures")]
pub use self::futures_io::FuturesIo;
pub use self::mark::Mark;
#[cfg(unix)]
pub(crate) use self::pipe::no_child_processes;
#[cfg(unix)]
pub use self::pipe::{PipeReader, PipeWriter};
pub use self::read_error::ReadError;
pub use self::reader::Reader;
pub(crate) use self::simulated::Simulation;
pub use self::simulated::{Network, set_network};
#[cfg(unix)]
pub(crate) use self::source::Source;
#[cfg(unix)]
pub(crate) use self::sources::Direction;
pub(crate) use self::sources::Sources;
pub use self::split::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};
pub use self::stream::ByteStream;
pub use self::tcp::{TcpListener, TcpStream};
pub use self::tcp_socket::TcpSocket;
pub use self::udp::UdpSocket;
#[cfg(unix)]
pub use self::unix::{UnixListener, UnixStream};
#[cfg(unix)]
pub use self::unix_datagram::UnixDatagram;
pub use self::writer::Writer;
