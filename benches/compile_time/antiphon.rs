use crate::sum;

#[antiphon::coroutine(yield = u64)]
fn looped(n: u64) {
    let mut square = K;
    for i in 0..n {
        yield_!(square);
        square = square.wrapping_mul(square) ^ i;
    }
}

#[antiphon::coroutine(yield = u64)]
fn several(first: u64) {
    yield_!(first);
    let second = first.wrapping_add(K);
    yield_!(second);
    let third = first ^ second;
    yield_!(third);
    yield_!(second.wrapping_mul(third));
    yield_!(first);
}

#[antiphon::coroutine(yield = u64)]
fn checked(text: &str) {
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
}

#[antiphon::coroutine(yield = u64)]
fn borrowed(words: &[&str], skipped: &str) {
    for word in words {
        if *word != skipped {
            yield_!(word.len() as u64 + K);
        }
    }
}

#[antiphon::coroutine(yield = u64)]
fn nested(rows: u64, columns: u64) {
    let mut seen = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let cell = row * columns + column + K;
            seen.push(cell);
            yield_!(cell);
        }
        yield_!(seen.len() as u64);
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
