//! What should be made of bytes that are there whole: by the letter, and without regard to time and memory.

use super::{LIMITS, Told};

/// Why it goes no further.
type End = String;

/// Where the bytes end.
const CUT: &str = "Wire(Ended)";

fn protocol(violation: &str) -> End {
    format!("Protocol({violation})")
}

/// Takes one message after the other, each from what the ones before have left.
fn all<M>(mut bytes: &[u8], take: impl Fn(&mut &[u8]) -> Result<M, End>, tell: impl Fn(M) -> Option<String>) -> Told {
    let mut told = Vec::new();
    while !bytes.is_empty() {
        match take(&mut bytes) {
            Ok(message) => told.extend(tell(message)),
            Err(end) => {
                told.push(end);
                return told;
            }
        }
    }
    told.push("end".to_owned());
    told
}

/// A line, without its `\n`.
fn line<'a>(bytes: &mut &'a [u8], long: &str) -> Result<&'a [u8], End> {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(at) if at < LIMITS.line => {
            let line = &bytes[..at];
            *bytes = &bytes[at + 1..];
            Ok(line)
        }
        None if bytes.len() < LIMITS.line => Err(CUT.to_owned()),
        _ => Err(protocol(long)),
    }
}

fn number(bytes: &mut &[u8], long: &str, wrong: &str) -> Result<i64, End> {
    let line = line(bytes, long)?;
    let number = std::str::from_utf8(line).ok().and_then(|line| line.strip_suffix('\r')?.parse::<i64>().ok());
    // As one writes it, and not otherwise.
    let number = number.filter(|number| format!("{number}\r").as_bytes() == line);
    number.ok_or_else(|| protocol(wrong))
}

fn first(bytes: &mut &[u8]) -> Result<u8, End> {
    let (byte, rest) = bytes.split_first().ok_or(CUT)?;
    *bytes = rest;
    Ok(*byte)
}

fn inside(bytes: &mut &[u8], length: usize) -> Result<Vec<u8>, End> {
    if bytes.len() < length + 2 {
        return Err(CUT.to_owned());
    }
    let (inside, rest) = bytes.split_at(length);
    *bytes = &rest[2..];
    if rest.starts_with(b"\r\n") { Ok(inside.to_vec()) } else { Err(protocol("NoEnd")) }
}

pub(super) fn requests(bytes: &[u8]) -> Told {
    all(bytes, request, |words| (!words.is_empty()).then(|| format!("{words:?}")))
}

fn request(bytes: &mut &[u8]) -> Result<Vec<Vec<u8>>, End> {
    let whole = bytes.len();
    if !bytes.starts_with(b"*") {
        let line = line(bytes, "BigInline")?;
        return words(line.strip_suffix(b"\r").unwrap_or(line)).ok_or_else(|| protocol("Quotes"));
    }
    first(bytes)?;
    let count = number(bytes, "BigCount", "Count")?;
    if count > LIMITS.elements as i64 {
        return Err(protocol("Count"));
    }
    let mut words = Vec::new();
    for _ in 0..count {
        let kind = first(bytes)?;
        if kind != b'$' {
            return Err(protocol(&format!("NoBulk({kind})")));
        }
        let length = number(bytes, "BigLength", "Length")?;
        if !(0..=LIMITS.bulk as i64).contains(&length) {
            return Err(protocol("Length"));
        }
        if whole - bytes.len() + length as usize > LIMITS.request {
            return Err(protocol("BigRequest"));
        }
        words.push(inside(bytes, length as usize)?);
    }
    Ok(words)
}

/// As a machine with one state for each kind of quotes.
fn words(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut words: Vec<Vec<u8>> = Vec::new();
    let mut bytes = line.iter().copied().peekable();
    let (mut quote, mut is_in_word, mut was_closed) = (None, false, false);
    while let Some(byte) = bytes.next() {
        let is_space = byte == b' ' || (9..=13).contains(&byte);
        let mut add = |byte| words.last_mut().expect("a word").push(byte);
        match (quote, byte) {
            (Some(closing), byte) if byte == closing => {
                (quote, is_in_word, was_closed) = (None, false, true);
                continue;
            }
            (Some(b'\''), b'\\') if bytes.peek() == Some(&b'\'') => add(bytes.next()?),
            (Some(b'"'), b'\\') => {
                let rest: Vec<u8> = bytes.clone().take(3).collect();
                let hexadecimal = match &rest[..] {
                    [b'x', digits @ ..] => std::str::from_utf8(digits).ok().filter(|digits| digits.len() == 2),
                    _ => None,
                };
                // `from_str_radix` takes a sign.
                let hexadecimal = hexadecimal.filter(|digits| !digits.starts_with('+'));
                match hexadecimal.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    Some(value) => {
                        add(value);
                        bytes.nth(2);
                    }
                    None => match bytes.next() {
                        Some(b'n') => add(b'\n'),
                        Some(b'r') => add(b'\r'),
                        Some(b't') => add(b'\t'),
                        Some(b'b') => add(8),
                        Some(b'a') => add(7),
                        Some(other) => add(other),
                        None => return None,
                    },
                }
            }
            (Some(_), byte) => add(byte),
            (None, byte) if was_closed && !is_space => {
                let _ = byte;
                return None;
            }
            // Some spaces end a word, all stand between words.
            (None, b' ' | b'\n' | b'\r' | b'\t') => is_in_word = false,
            (None, _) if is_space && !is_in_word => {}
            (None, byte) => {
                if !is_in_word {
                    words.push(Vec::new());
                    is_in_word = true;
                }
                match byte {
                    b'"' | b'\'' => quote = Some(byte),
                    byte => words.last_mut().expect("a word").push(byte),
                }
            }
        }
        was_closed = false;
    }
    quote.is_none().then_some(words)
}

pub(super) fn replies(bytes: &[u8]) -> Told {
    all(bytes, |bytes| reply(bytes, 0), Some)
}

fn reply(bytes: &mut &[u8], depth: usize) -> Result<String, End> {
    let kind = first(bytes)?;
    match kind {
        b'+' | b'-' => {
            let line = line(bytes, "BigInline")?;
            let text = line.strip_suffix(b"\r").ok_or_else(|| protocol("NoEnd"))?;
            Ok(format!("{}({text:?})", if kind == b'+' { "Simple" } else { "Error" }))
        }
        b':' => Ok(format!("Integer({})", number(bytes, "Number", "Number")?)),
        b'$' => match number(bytes, "BigLength", "Length")? {
            -1 => Ok("Nil".to_owned()),
            length if (0..=LIMITS.bulk as i64).contains(&length) => {
                Ok(format!("Bulk({:?})", inside(bytes, length as usize)?))
            }
            _ => Err(protocol("Length")),
        },
        b'*' => match number(bytes, "BigCount", "Count")? {
            -1 => Ok("Nil".to_owned()),
            0 => Ok("Array([])".to_owned()),
            count if (0..=LIMITS.elements as i64).contains(&count) => {
                if depth == LIMITS.depth {
                    return Err(protocol("Depth"));
                }
                let values = (0..count).map(|_| reply(bytes, depth + 1)).collect::<Result<Vec<_>, _>>()?;
                Ok(format!("Array([{}])", values.join(", ")))
            }
            _ => Err(protocol("Count")),
        },
        other => Err(protocol(&format!("NoReply({other})"))),
    }
}

pub(super) fn lines(bytes: &[u8]) -> Told {
    let told = all(bytes, |bytes| line(bytes, "").map(<[u8]>::to_vec), |line| Some(format!("{line:?}")));
    let end =
        |end: String| end.replace("Protocol()", &format!("TooLong {{ limit: {} }}", LIMITS.line)).replace(CUT, "Ended");
    told.into_iter().map(end).collect()
}

pub(super) fn reader_lines(bytes: &[u8]) -> Told {
    let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    lines.retain(|line| !line.is_empty());
    let told = lines.into_iter().map(|line| {
        if line.len() > LIMITS.line {
            return "TooLong".to_owned();
        }
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match std::str::from_utf8(line) {
            Ok(text) => format!("{text:?}"),
            Err(_) => format!("NotText {line:?}"),
        }
    });
    told.chain(["end".to_owned()]).collect()
}

pub(super) fn reader_marks(mut bytes: &[u8]) -> Told {
    let mut told = Vec::new();
    while !bytes.is_empty() {
        let found = bytes.windows(2).position(|pair| pair == b"\r\n").map(|at| at + 2);
        if found.unwrap_or(bytes.len()) > LIMITS.line {
            told.push("TooLong".to_owned());
            return told;
        }
        let (part, rest) = bytes.split_at(found.unwrap_or(bytes.len()));
        told.push(format!("{}{part:?}", if found.is_none() { "Ended " } else { "" }));
        bytes = rest;
    }
    told.push("end".to_owned());
    told
}
