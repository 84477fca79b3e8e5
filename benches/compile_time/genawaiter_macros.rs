use genawaiter::stack::let_gen;
use genawaiter::yield_;

use crate::sum;

pub fn run(n: u64, words: &[&str], text: &str) -> u64 {
    let_gen!(looped, {
        let mut square = K;
        for i in 0..n {
            yield_!(square);
            square = square.wrapping_mul(square) ^ i;
        }
    });
    let looped = sum(looped);
    let first = n;
    let_gen!(several, {
        yield_!(first);
        let second = first.wrapping_add(K);
        yield_!(second);
        let third = first ^ second;
        yield_!(third);
        yield_!(second.wrapping_mul(third));
        yield_!(first);
    });
    let several = sum(several);
    let_gen!(checked, {
        for word in text.split(',') {
            let number = match word.parse::<u64>() {
                Ok(number) => number,
                Err(_) => return,
            };
            if number % 2 == 0 {
                yield_!(number / 2);
            } else {
                yield_!(number.wrapping_mul(3) + K);
                yield_!(number);
            }
        }
    });
    let checked = sum(checked);
    let skipped = text;
    let_gen!(borrowed, {
        for word in words {
            if *word != skipped {
                yield_!(word.len() as u64 + K);
            }
        }
    });
    let borrowed = sum(borrowed);
    let rows = n;
    let columns = n;
    let_gen!(nested, {
        let mut seen = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                let cell = row * columns + column + K;
                seen.push(cell);
                yield_!(cell);
            }
            yield_!(seen.len() as u64);
        }
    });
    let nested = sum(nested);
    looped ^ several ^ checked ^ borrowed ^ nested
}
