use std::future::Future;
use std::hint::black_box;
use std::pin::pin;

fn sum<B: Future>(items: antiphon::Generator<u64, (), B>) -> u64 {
    let mut sum = 0_u64;
    for item in pin!(items) {
        sum = sum.wrapping_mul(3).wrapping_add(black_box(item));
    }
    sum
}

