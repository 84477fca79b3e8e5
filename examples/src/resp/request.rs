//! Requests: read by the server, written by the client.

use std::ops::Index;

use antiphon::protocol::{Ask, Wire, WireError};

use super::error::{Limits, RespError, Violation};
use super::{inline, number, reply};

/// Where the arguments of a request are. It is used again for the next request, so reading one allocates nothing.
#[derive(Clone, Default, Debug)]
pub struct Arguments {
    /// Where each begins and ends.
    places: Vec<(usize, usize)>,
    /// Of an inline request, the arguments, without quotes.
    text: Vec<u8>,
    /// How many bytes on the wire it is.
    length: usize,
    is_inline: bool,
}

impl Arguments {
    /// None.
    pub const fn new() -> Self {
        Arguments { places: Vec::new(), text: Vec::new(), length: 0, is_inline: false }
    }

    /// The request that was [read](read_request), if these are still the bytes on the wire.
    #[inline]
    pub fn request<'a>(&'a self, bytes: &'a [u8]) -> Request<'a> {
        Request { bytes: if self.is_inline { &self.text } else { bytes }, places: &self.places }
    }

    /// How many bytes on the wire it is, to be consumed.
    #[inline]
    pub const fn length(&self) -> usize {
        self.length
    }
}

/// A request: the name of a command, and what belongs to it. It has no arguments at all if somebody sent an empty line.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    bytes: &'a [u8],
    places: &'a [(usize, usize)],
}

impl<'a> Request<'a> {
    /// How many arguments it has, with the name.
    #[inline]
    pub const fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether it has none.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// One of them; the name is the first.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&'a [u8]> {
        self.places.get(index).map(|(begin, end)| &self.bytes[*begin..*end])
    }

    /// All of them.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let bytes = self.bytes;
        self.places.iter().map(move |(begin, end)| &bytes[*begin..*end])
    }
}

impl Index<usize> for Request<'_> {
    type Output = [u8];

    #[inline]
    fn index(&self, index: usize) -> &[u8] {
        let (begin, end) = self.places[index];
        &self.bytes[begin..end]
    }
}

/// Reads a request. `false` if the other side has ended its sending instead. It stays on the wire until it is consumed.
///
/// # Errors
///
/// If it is cut, or is none: then nothing that follows can be understood.
#[antiphon::coroutine(yield = Ask<E>, send = Wire)]
pub fn read_request<E>(wire: &mut Wire, arguments: &mut Arguments, limits: &Limits) -> Result<bool, RespError> {
    arguments.places.clear();
    arguments.is_inline = false;
    if !yield_from!(wire.any())? {
        return Ok(false);
    }
    if wire.bytes()[0] != b'*' {
        yield_from!(read_inline(wire, arguments, limits))?;
        return Ok(true);
    }
    let (count, mut at) = yield_from!(read_number(wire, 1, limits.line, Violation::BigCount, Violation::Count))?;
    if count > limits.elements as i64 {
        return Err(Violation::Count.into());
    }
    for _ in 0..count {
        yield_from!(wire.at_least(at + 1))?;
        let kind = wire.bytes()[at];
        if kind != b'$' {
            return Err(Violation::NoBulk(kind).into());
        }
        let (length, begin) =
            yield_from!(read_number(wire, at + 1, limits.line, Violation::BigLength, Violation::Length))?;
        if length < 0 || length > limits.bulk as i64 {
            return Err(Violation::Length.into());
        }
        let end = begin + length as usize;
        if end > limits.request {
            return Err(Violation::BigRequest.into());
        }
        yield_from!(wire.at_least(end + 2))?;
        if wire.bytes()[end..end + 2] != *b"\r\n" {
            return Err(Violation::NoEnd.into());
        }
        arguments.places.push((begin, end));
        at = end + 2;
    }
    arguments.length = at;
    Ok(true)
}

#[antiphon::coroutine(yield = Ask<E>, send = Wire)]
fn read_inline<E>(wire: &mut Wire, arguments: &mut Arguments, limits: &Limits) -> Result<(), RespError> {
    let end = yield_from!(wire.until(0, b'\n', limits.line)).map_err(too_long(Violation::BigInline))?;
    let Arguments { places, text, length, is_inline } = arguments;
    let mut ends = Vec::new();
    text.clear();
    let line = &wire.bytes()[..end - 1];
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    inline::split(line, text, &mut ends).ok_or(Violation::Quotes)?;
    let mut begin = 0;
    places.extend(ends.into_iter().map(|end| (std::mem::replace(&mut begin, end), end)));
    (*length, *is_inline) = (end, true);
    Ok(())
}

/// Reads a number that begins at `from`, to the end of its line. It, and where the next line begins.
#[antiphon::coroutine(yield = Ask<E>, send = Wire)]
#[inline]
pub(super) fn read_number<E>(
    wire: &mut Wire,
    from: usize,
    limit: usize,
    long: Violation,
    wrong: Violation,
) -> Result<(i64, usize), RespError> {
    let end = yield_from!(wire.until(from, b'\n', limit)).map_err(too_long(long))?;
    let digits = wire.bytes()[from..end].strip_suffix(b"\r\n").ok_or(wrong)?;
    Ok((number::parse(digits).ok_or(wrong)?, end))
}

/// A line that is too long is a violation.
pub(super) fn too_long(violation: Violation) -> impl Fn(WireError) -> RespError {
    move |error| match error {
        WireError::TooLong { .. } => violation.into(),
        error => error.into(),
    }
}

/// Writes a request.
pub fn write_request<A: AsRef<[u8]>>(
    output: &mut Vec<u8>,
    arguments: impl IntoIterator<Item = A, IntoIter: ExactSizeIterator>,
) {
    let arguments = arguments.into_iter();
    reply::array(output, arguments.len());
    for argument in arguments {
        reply::bulk(output, argument.as_ref());
    }
}
