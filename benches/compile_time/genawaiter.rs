use genawaiter::stack::{let_gen_using, Co};

use crate::sum;

async fn looped(co: Co<'_, u64>, n: u64) {
    let mut square = K;
    for i in 0..n {
        co.yield_(square).await;
        square = square.wrapping_mul(square) ^ i;
    }
}

async fn several(co: Co<'_, u64>, first: u64) {
    co.yield_(first).await;
    let second = first.wrapping_add(K);
    co.yield_(second).await;
    let third = first ^ second;
    co.yield_(third).await;
    co.yield_(second.wrapping_mul(third)).await;
    co.yield_(first).await;
}

async fn checked(co: Co<'_, u64>, text: &str) {
    for word in text.split(',') {
        let number = match word.parse::<u64>() {
            Ok(number) => number,
            Err(_) => return,
        };
        if number % 2 == 0 {
            co.yield_(number / 2).await;
        } else {
            co.yield_(number.wrapping_mul(3) + K).await;
            co.yield_(number).await;
        }
    }
}

async fn borrowed(co: Co<'_, u64>, words: &[&str], skipped: &str) {
    for word in words {
        if *word != skipped {
            co.yield_(word.len() as u64 + K).await;
        }
    }
}

async fn nested(co: Co<'_, u64>, rows: u64, columns: u64) {
    let mut seen = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let cell = row * columns + column + K;
            seen.push(cell);
            co.yield_(cell).await;
        }
        co.yield_(seen.len() as u64).await;
    }
}

pub fn run(n: u64, words: &[&str], text: &str) -> u64 {
    let_gen_using!(looped, |co| looped(co, n));
    let looped = sum(looped);
    let_gen_using!(several, |co| several(co, n));
    let several = sum(several);
    let_gen_using!(checked, |co| checked(co, text));
    let checked = sum(checked);
    let_gen_using!(borrowed, |co| borrowed(co, words, text));
    let borrowed = sum(borrowed);
    let_gen_using!(nested, |co| nested(co, n, n));
    let nested = sum(nested);
    looped ^ several ^ checked ^ borrowed ^ nested
}
