//! Bytes that are nearly those of a protocol.

use crate::choices::Choices;

/// What is often met in them, and at their edges.
const PIECES: &[&str] = &[
    "\r\n",
    "\n",
    "\r",
    "*",
    "$",
    "+",
    "-",
    ":",
    " ",
    "\"",
    "'",
    "\\",
    "\\x41",
    "\\n",
    "0",
    "1",
    "-1",
    "2",
    "5",
    "6",
    "12",
    "13",
    "00",
    "+1",
    "1x",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999",
    "-9223372036854775808",
    "ping",
    "a key",
    "\0",
    "\u{e4}",
    "*1\r\n",
    "*-1\r\n",
    "$-1\r\n",
    "*0\r\n",
    "$0\r\n\r\n",
    "+OK\r\n",
    "-ERR no\r\n",
    ":7\r\n",
    "01234567890123456789",
];

/// Several messages, some of them broken.
pub(super) fn chosen(choices: &mut Choices<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let kind = choices.below(4);
    for _ in 0..choices.below(8) {
        match kind {
            0 => array(&mut bytes, choices, 0),
            1 => reply(&mut bytes, choices, 0),
            2 => line(&mut bytes, choices),
            _ => bytes.extend_from_slice(choices.pick(PIECES).as_bytes()),
        }
    }
    if choices.once_in(2) {
        for _ in 0..=choices.below(3) {
            broken(&mut bytes, choices);
        }
    }
    bytes
}

fn array(bytes: &mut Vec<u8>, choices: &mut Choices<'_>, depth: usize) {
    let most = if choices.once_in(8) { 7 } else { 4 };
    let count = choices.below(most);
    bytes.extend_from_slice(format!("*{count}\r\n").as_bytes());
    for _ in 0..count {
        if depth > 0 && choices.once_in(2) { reply(bytes, choices, depth) } else { bulk(bytes, choices) }
    }
}

fn bulk(bytes: &mut Vec<u8>, choices: &mut Choices<'_>) {
    let mut inside = Vec::new();
    for _ in 0..choices.below(3) {
        inside.extend_from_slice(choices.pick(PIECES).as_bytes());
    }
    inside.truncate(11 + choices.below(3));
    bytes.extend_from_slice(format!("${}\r\n", inside.len()).as_bytes());
    bytes.extend_from_slice(&inside);
    bytes.extend_from_slice(b"\r\n");
}

fn reply(bytes: &mut Vec<u8>, choices: &mut Choices<'_>, depth: usize) {
    match choices.below(5) {
        0 => bulk(bytes, choices),
        1 if depth < 5 => array(bytes, choices, depth + 1),
        2 => bytes.extend_from_slice(format!(":{}\r\n", choices.below(1000) as i64 - 500).as_bytes()),
        3 => bytes.extend_from_slice(b"+OK\r\n"),
        _ => bytes.extend_from_slice(choices.pick(PIECES).as_bytes()),
    }
}

fn line(bytes: &mut Vec<u8>, choices: &mut Choices<'_>) {
    for _ in 0..choices.below(6) {
        bytes.extend_from_slice(choices.pick(PIECES).as_bytes());
    }
    bytes.extend_from_slice(if choices.once_in(2) { b"\n" } else { b"\r\n" });
}

fn broken(bytes: &mut Vec<u8>, choices: &mut Choices<'_>) {
    let at = choices.below(bytes.len() + 1);
    let rest = bytes.split_off(at);
    let gone = choices.below(3).min(rest.len());
    match choices.below(4) {
        0 => bytes.extend_from_slice(choices.pick(PIECES).as_bytes()),
        1 => bytes.push(choices.below(256) as u8),
        2 => return,
        _ => {}
    }
    bytes.extend_from_slice(&rest[gone..]);
}
