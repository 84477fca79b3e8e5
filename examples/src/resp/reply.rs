//! Writing replies.

use super::number;

/// A short text without an end of a line: `+OK`.
#[inline]
pub fn simple(output: &mut Vec<u8>, text: &str) {
    line(output, b'+', text.as_bytes());
}

/// An error, whose first word says of which kind it is: `-ERR syntax error`. Ends of lines in it become spaces.
pub fn error(output: &mut Vec<u8>, text: impl AsRef<[u8]>) {
    let begin = output.len() + 1;
    line(output, b'-', text.as_ref());
    let end = output.len() - 2;
    output[begin..end].iter_mut().filter(|byte| matches!(byte, b'\r' | b'\n')).for_each(|byte| *byte = b' ');
}

/// A number.
#[inline]
pub fn integer(output: &mut Vec<u8>, number: i64) {
    number_line(output, b':', number);
}

/// A byte string.
#[inline]
pub fn bulk(output: &mut Vec<u8>, bytes: &[u8]) {
    output.reserve(bytes.len() + 16);
    number_line(output, b'$', bytes.len() as i64);
    output.extend_from_slice(bytes);
    output.extend_from_slice(b"\r\n");
}

/// No byte string.
#[inline]
pub fn nil(output: &mut Vec<u8>) {
    output.extend_from_slice(b"$-1\r\n");
}

/// The beginning of an array; so many replies follow.
#[inline]
pub fn array(output: &mut Vec<u8>, length: usize) {
    number_line(output, b'*', length as i64);
}

#[inline]
pub(super) fn number_line(output: &mut Vec<u8>, kind: u8, number: i64) {
    if let digit @ 0..10 = number {
        return output.extend_from_slice(&[kind, b'0' + digit as u8, b'\r', b'\n']);
    }
    output.push(kind);
    number::write(output, number);
    output.extend_from_slice(b"\r\n");
}

fn line(output: &mut Vec<u8>, kind: u8, text: &[u8]) {
    output.push(kind);
    output.extend_from_slice(text);
    output.extend_from_slice(b"\r\n");
}
