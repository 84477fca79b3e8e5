//! The stages and what goes from one to the next.

use std::io::{self, BufRead, Read};

use antiphon::prelude::*;

/// Longer lines are skipped, so that a file without line ends needs no more memory than another.
pub(crate) const LONGEST_LINE: u64 = 1 << 20;

pub(crate) struct Line {
    number: u64,
    text: String,
}

#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) lines: u64,
    pub(crate) too_long: u64,
    pub(crate) not_utf8: u64,
}

#[antiphon::coroutine(yield = Line)]
pub(crate) fn lines(mut input: impl BufRead) -> io::Result<Tally> {
    let mut tally = Tally::default();
    loop {
        let mut bytes = Vec::new();
        if input.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(tally);
        }
        tally.lines += 1;
        if bytes.len() as u64 > LONGEST_LINE && !bytes.ends_with(b"\n") {
            input.skip_until(b'\n')?;
            tally.too_long += 1;
        } else if let Ok(text) = String::from_utf8(bytes) {
            yield_!(Line { number: tally.lines, text });
        } else {
            tally.not_utf8 += 1;
        }
    }
}

#[antiphon::coroutine(yield = Line)]
pub(crate) fn matching<R>(mut lines: impl Coroutine<Yield = Line, Send = (), Return = R> + Unpin, word: &str) -> R {
    loop {
        match lines.resume() {
            Yielded(line) if line.text.contains(word) => yield_!(line),
            Yielded(_) => {}
            Complete(end) => return end,
        }
    }
}

pub(crate) enum Record {
    Word,
    Number(f64),
    LineEnd { number: u64, characters: usize },
}

#[antiphon::coroutine(yield = Record)]
pub(crate) fn records<R>(mut lines: impl Coroutine<Yield = Line, Send = (), Return = R> + Unpin) -> R {
    loop {
        match lines.resume() {
            Yielded(Line { number, text }) => {
                for word in text.split_whitespace() {
                    yield_!(to_number(word).map_or(Record::Word, Record::Number));
                }
                yield_!(Record::LineEnd { number, characters: text.trim_end_matches(['\r', '\n']).chars().count() });
            }
            Complete(end) => return end,
        }
    }
}

/// The number that a word is, whatever punctuation stands around it: `(12)`, `-3.5,`, `$7`.
fn to_number(word: &str) -> Option<f64> {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '+' | '.'));
    bare.parse().ok().filter(|number: &f64| number.is_finite())
}

#[derive(Default)]
pub(crate) struct Summary {
    pub(crate) lines: u64,
    pub(crate) words: u64,
    /// How many characters, and in which line.
    pub(crate) longest: Option<(usize, u64)>,
    pub(crate) numbers: u64,
    pub(crate) sum: f64,
    pub(crate) least: f64,
    pub(crate) greatest: f64,
}

/// Takes records until it is sent `None`.
#[antiphon::coroutine(send = Option<Record>)]
pub(crate) fn summary() -> Summary {
    let mut summary = Summary { least: f64::INFINITY, greatest: f64::NEG_INFINITY, ..Summary::default() };
    while let Some(record) = yield_!() {
        match record {
            Record::Word => summary.words += 1,
            Record::Number(number) => {
                summary.words += 1;
                summary.numbers += 1;
                summary.sum += number;
                summary.least = summary.least.min(number);
                summary.greatest = summary.greatest.max(number);
            }
            Record::LineEnd { number, characters } => {
                summary.lines += 1;
                if summary.longest.is_none_or(|(most, _)| characters > most) {
                    summary.longest = Some((characters, number));
                }
            }
        }
    }
    summary
}
