//! What is too much, and what is wrong.

use std::error::Error;
use std::fmt;

use antiphon::protocol::WireError;

/// How much the other side may send. The defaults are those of Redis.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of a line: of an inline request, or of what stands before a byte string.
    pub line: usize,
    /// Arguments of a request, or elements of an array.
    pub elements: usize,
    /// Bytes of a byte string.
    pub bulk: usize,
    /// Bytes of a request.
    pub request: usize,
    /// Arrays within each other, in a reply.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { line: 64 << 10, elements: 1 << 20, bulk: 512 << 20, request: 1 << 30, depth: 32 }
    }
}

/// Why a conversation can't go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RespError {
    /// There are not the bytes.
    Wire(WireError),
    /// They are not those of the protocol.
    Protocol(Violation),
}

/// What is wrong with the bytes. Its text is what Redis says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Violation {
    /// An inline request is longer than a line may be.
    BigInline,
    /// An inline request in which quotes are not closed, or something follows them.
    Quotes,
    /// There is no end of the line with the number of arguments.
    BigCount,
    /// The number of arguments is none, or too large.
    Count,
    /// There is no end of the line with the length of a byte string.
    BigLength,
    /// The length of a byte string is none, negative, or too large.
    Length,
    /// Something else where a byte string should begin.
    NoBulk(u8),
    /// A byte string goes on after its length. Redis does not look.
    NoEnd,
    /// A request is too large. Redis closes the connection without a word.
    BigRequest,
    /// Something else where a reply should begin.
    NoReply(u8),
    /// A number that is none.
    Number,
    /// Too many arrays within each other.
    Depth,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Violation::BigInline => "too big inline request",
            Violation::Quotes => "unbalanced quotes in request",
            Violation::BigCount => "too big mbulk count string",
            Violation::Count => "invalid multibulk length",
            Violation::BigLength => "too big bulk count string",
            Violation::Length => "invalid bulk length",
            Violation::NoBulk(byte) => return write!(f, "expected '$', got '{}'", shown(*byte)),
            Violation::NoEnd => "expected CRLF after a bulk string",
            Violation::BigRequest => "too big request",
            Violation::NoReply(byte) => return write!(f, "expected a reply, got '{}'", shown(*byte)),
            Violation::Number => "invalid number",
            Violation::Depth => "too many nested arrays",
        })
    }
}

/// As itself if that is possible in the line of an error.
fn shown(byte: u8) -> char {
    if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '?' }
}

impl fmt::Display for RespError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RespError::Wire(error) => error.fmt(f),
            RespError::Protocol(violation) => write!(f, "Protocol error: {violation}"),
        }
    }
}

impl Error for RespError {}

impl From<WireError> for RespError {
    fn from(error: WireError) -> Self {
        RespError::Wire(error)
    }
}

impl From<Violation> for RespError {
    fn from(violation: Violation) -> Self {
        RespError::Protocol(violation)
    }
}
