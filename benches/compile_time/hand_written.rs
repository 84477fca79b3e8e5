use std::slice;
use std::str::Split;

use crate::sum;

struct Looped {
    square: u64,
    i: u64,
    n: u64,
}

fn looped(n: u64) -> Looped {
    Looped { square: K, i: 0, n }
}

impl Iterator for Looped {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.i == self.n {
            return None;
        }
        let square = self.square;
        self.square = square.wrapping_mul(square) ^ self.i;
        self.i += 1;
        Some(square)
    }
}

enum Several {
    First(u64),
    Second(u64),
    Third(u64, u64),
    Fourth(u64, u64, u64),
    Fifth(u64),
    Done,
}

fn several(first: u64) -> Several {
    Several::First(first)
}

impl Iterator for Several {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let (item, next) = match *self {
            Several::First(first) => (first, Several::Second(first)),
            Several::Second(first) => {
                let second = first.wrapping_add(K);
                (second, Several::Third(first, second))
            }
            Several::Third(first, second) => {
                let third = first ^ second;
                (third, Several::Fourth(first, second, third))
            }
            Several::Fourth(first, second, third) => (second.wrapping_mul(third), Several::Fifth(first)),
            Several::Fifth(first) => (first, Several::Done),
            Several::Done => return None,
        };
        *self = next;
        Some(item)
    }
}

struct Checked<'a> {
    words: Option<Split<'a, char>>,
    odd: Option<u64>,
}

fn checked(text: &str) -> Checked<'_> {
    Checked { words: Some(text.split(',')), odd: None }
}

impl Iterator for Checked<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if let Some(odd) = self.odd.take() {
            return Some(odd);
        }
        let number = match self.words.as_mut()?.next()?.parse::<u64>() {
            Ok(number) => number,
            Err(_) => {
                self.words = None;
                return None;
            }
        };
        if number % 2 == 0 {
            return Some(number / 2);
        }
        self.odd = Some(number);
        Some(number.wrapping_mul(3) + K)
    }
}

struct Borrowed<'a> {
    words: slice::Iter<'a, &'a str>,
    skipped: &'a str,
}

fn borrowed<'a>(words: &'a [&'a str], skipped: &'a str) -> Borrowed<'a> {
    Borrowed { words: words.iter(), skipped }
}

impl Iterator for Borrowed<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        for word in self.words.by_ref() {
            if *word != self.skipped {
                return Some(word.len() as u64 + K);
            }
        }
        None
    }
}

struct Nested {
    rows: u64,
    columns: u64,
    row: u64,
    column: u64,
    seen: Vec<u64>,
}

fn nested(rows: u64, columns: u64) -> Nested {
    Nested { rows, columns, row: 0, column: 0, seen: Vec::new() }
}

impl Iterator for Nested {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.row == self.rows {
            return None;
        }
        if self.column == self.columns {
            self.column = 0;
            self.row += 1;
            return Some(self.seen.len() as u64);
        }
        let cell = self.row * self.columns + self.column + K;
        self.column += 1;
        self.seen.push(cell);
        Some(cell)
    }
}

pub fn run(n: u64, words: &[&str], text: &str) -> u64 {
    let looped = sum(looped(n));
    let several = sum(several(n));
    let checked = sum(checked(text));
    let borrowed = sum(borrowed(words, text));
    let nested = sum(nested(n, n));
    looped ^ several ^ checked ^ borrowed ^ nested
}
