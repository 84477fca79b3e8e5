//! Requests as one types them: words, with quotes where one has spaces in it.

/// The words of a line, one after the other in `text`; `ends` tells where each ends. `None` if quotes are not closed, or
/// something follows them.
///
/// In double quotes `\n`, `\r`, `\t`, `\b`, `\a` and `\x41` are what they are in C; in single quotes only `\'` is anything.
pub(super) fn split(line: &[u8], text: &mut Vec<u8>, ends: &mut Vec<usize>) -> Option<()> {
    let mut rest = trimmed(line);
    while !rest.is_empty() {
        rest = trimmed(word(rest, text)?);
        ends.push(text.len());
    }
    Some(())
}

/// The words of a line, without their quotes, as [requests](super::read_request) are split that one types. `None` if quotes are not
/// closed, or something follows them.
pub fn words(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (mut text, mut ends, mut begin) = (Vec::new(), Vec::new(), 0);
    split(line, &mut text, &mut ends)?;
    Some(ends.into_iter().map(|end| text[std::mem::replace(&mut begin, end)..end].to_vec()).collect())
}

/// Takes a word, and leaves the rest.
fn word<'l>(mut rest: &'l [u8], text: &mut Vec<u8>) -> Option<&'l [u8]> {
    loop {
        rest = match rest {
            [] | [b' ' | b'\n' | b'\r' | b'\t', ..] => return Some(rest),
            [b'"', inside @ ..] => return double_quoted(inside, text),
            [b'\'', inside @ ..] => return single_quoted(inside, text),
            [byte, rest @ ..] => {
                text.push(*byte);
                rest
            }
        }
    }
}

fn double_quoted<'l>(mut rest: &'l [u8], text: &mut Vec<u8>) -> Option<&'l [u8]> {
    loop {
        let (byte, after) = match rest {
            [] => return None,
            [b'"', rest @ ..] => return closed(rest),
            [b'\\', b'x', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                (hexadecimal(*high) << 4 | hexadecimal(*low), rest)
            }
            [b'\\', escaped, rest @ ..] => (escape(*escaped), rest),
            [byte, rest @ ..] => (*byte, rest),
        };
        text.push(byte);
        rest = after;
    }
}

fn single_quoted<'l>(mut rest: &'l [u8], text: &mut Vec<u8>) -> Option<&'l [u8]> {
    loop {
        let (byte, after) = match rest {
            [] => return None,
            [b'\'', rest @ ..] => return closed(rest),
            [b'\\', b'\'', rest @ ..] => (b'\'', rest),
            [byte, rest @ ..] => (*byte, rest),
        };
        text.push(byte);
        rest = after;
    }
}

/// After quotes comes a space, or nothing.
fn closed(rest: &[u8]) -> Option<&[u8]> {
    rest.first().is_none_or(|byte| is_space(*byte)).then_some(rest)
}

const fn escape(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'a' => 7,
        other => other,
    }
}

const fn hexadecimal(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 11 | 12 | b'\r')
}

/// Without the spaces before it.
fn trimmed(line: &[u8]) -> &[u8] {
    let spaces = line.iter().take_while(|byte| is_space(**byte)).count();
    &line[spaces..]
}
