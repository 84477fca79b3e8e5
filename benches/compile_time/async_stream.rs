use async_stream::stream;
use futures_core::Stream;

use crate::sum;

fn looped(n: u64) -> impl Stream<Item = u64> {
    stream! {
        let mut square = K;
        for i in 0..n {
            yield square;
            square = square.wrapping_mul(square) ^ i;
        }
    }
}

fn several(first: u64) -> impl Stream<Item = u64> {
    stream! {
        yield first;
        let second = first.wrapping_add(K);
        yield second;
        let third = first ^ second;
        yield third;
        yield second.wrapping_mul(third);
        yield first;
    }
}

fn checked<'a>(text: &'a str) -> impl Stream<Item = u64> + 'a {
    stream! {
        for word in text.split(',') {
            let number = match word.parse::<u64>() {
                Ok(number) => number,
                Err(_) => return,
            };
            if number % 2 == 0 {
                yield number / 2;
            } else {
                yield number.wrapping_mul(3) + K;
                yield number;
            }
        }
    }
}

fn borrowed<'a>(words: &'a [&'a str], skipped: &'a str) -> impl Stream<Item = u64> + 'a {
    stream! {
        for word in words {
            if *word != skipped {
                yield word.len() as u64 + K;
            }
        }
    }
}

fn nested(rows: u64, columns: u64) -> impl Stream<Item = u64> {
    stream! {
        let mut seen = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                let cell = row * columns + column + K;
                seen.push(cell);
                yield cell;
            }
            yield seen.len() as u64;
        }
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
