//! What a server replies, as a client sees it.

use std::fmt;

use antiphon::protocol::{Ask, Wire};

use super::error::{Limits, RespError, Violation};
use super::request::{read_number, too_long};

/// A reply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A short text, such as `OK`.
    Simple(Vec<u8>),
    /// An error. Its first word says of which kind it is.
    Error(Vec<u8>),
    /// A number.
    Integer(i64),
    /// A byte string.
    Bulk(Vec<u8>),
    /// Nothing, where there could be a byte string or an array.
    Nil,
    /// Several.
    Array(Vec<Value>),
}

/// As `redis-cli` shows it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Simple(text) => f.write_str(&String::from_utf8_lossy(text)),
            Value::Error(text) => write!(f, "(error) {}", String::from_utf8_lossy(text)),
            Value::Integer(number) => write!(f, "(integer) {number}"),
            Value::Bulk(bytes) => write!(f, "\"{}\"", bytes.escape_ascii().to_string().replace("\\'", "'")),
            Value::Nil => f.write_str("(nil)"),
            Value::Array(values) if values.is_empty() => f.write_str("(empty array)"),
            Value::Array(values) => {
                let width = values.len().to_string().len();
                for (number, value) in (1..).zip(values) {
                    let shown = value.to_string().replace('\n', &format!("\n{:width$}  ", ""));
                    write!(f, "{}{number:width$}) {shown}", if number == 1 { "" } else { "\n" })?;
                }
                Ok(())
            }
        }
    }
}

/// Reads a reply, and takes it from the wire. `None` if the other side has ended its sending instead.
///
/// # Errors
///
/// If it is cut, or is none: then nothing that follows can be understood.
#[antiphon::coroutine(yield = Ask<E>, send = Wire)]
pub fn read_value<E>(wire: &mut Wire, limits: &Limits) -> Result<Option<Value>, RespError> {
    // The arrays that are not full, and how many are to come in each.
    let mut open: Vec<(Vec<Value>, usize)> = Vec::new();
    if !yield_from!(wire.any())? {
        return Ok(None);
    }
    loop {
        let mut value = match yield_from!(read_item(wire, limits))? {
            Item::Value(value) => value,
            Item::Array(0) => Value::Array(Vec::new()),
            Item::Array(_) if open.len() == limits.depth => return Err(Violation::Depth.into()),
            Item::Array(count) => {
                // Room for what has come, not for what is said to come.
                open.push((Vec::new(), count));
                continue;
            }
        };
        loop {
            let Some((values, missing)) = open.last_mut() else { return Ok(Some(value)) };
            values.push(value);
            *missing -= 1;
            if *missing > 0 {
                break;
            }
            value = Value::Array(open.pop().expect("it is the last").0);
        }
    }
}

/// A reply, or the beginning of an array.
enum Item {
    Value(Value),
    Array(usize),
}

#[antiphon::coroutine(yield = Ask<E>, send = Wire)]
fn read_item<E>(wire: &mut Wire, limits: &Limits) -> Result<Item, RespError> {
    yield_from!(wire.at_least(1))?;
    let kind = wire.bytes()[0];
    let (item, end) = match kind {
        b'+' | b'-' => {
            let end = yield_from!(wire.until(1, b'\n', limits.line)).map_err(too_long(Violation::BigInline))?;
            let text = wire.bytes()[1..end].strip_suffix(b"\r\n").ok_or(Violation::NoEnd)?.to_vec();
            (Item::Value(if kind == b'+' { Value::Simple(text) } else { Value::Error(text) }), end)
        }
        b':' => {
            let (number, end) = yield_from!(read_number(wire, 1, limits.line, Violation::Number, Violation::Number))?;
            (Item::Value(Value::Integer(number)), end)
        }
        b'$' => {
            let (length, begin) =
                yield_from!(read_number(wire, 1, limits.line, Violation::BigLength, Violation::Length))?;
            if length == -1 {
                (Item::Value(Value::Nil), begin)
            } else if (0..=limits.bulk as i64).contains(&length) {
                let end = begin + length as usize;
                yield_from!(wire.at_least(end + 2))?;
                if wire.bytes()[end..end + 2] != *b"\r\n" {
                    return Err(Violation::NoEnd.into());
                }
                (Item::Value(Value::Bulk(wire.bytes()[begin..end].to_vec())), end + 2)
            } else {
                return Err(Violation::Length.into());
            }
        }
        b'*' => {
            let (count, end) = yield_from!(read_number(wire, 1, limits.line, Violation::BigCount, Violation::Count))?;
            if count == -1 {
                (Item::Value(Value::Nil), end)
            } else if (0..=limits.elements as i64).contains(&count) {
                (Item::Array(count as usize), end)
            } else {
                return Err(Violation::Count.into());
            }
        }
        other => return Err(Violation::NoReply(other).into()),
    };
    wire.consume(end);
    Ok(item)
}
