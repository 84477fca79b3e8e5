use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

fn sum(items: impl futures_core::Stream<Item = u64>) -> u64 {
    let mut items = pin!(items);
    let mut cx = Context::from_waker(Waker::noop());
    let mut sum = 0_u64;
    while let Poll::Ready(Some(item)) = items.as_mut().poll_next(&mut cx) {
        sum = sum.wrapping_mul(3).wrapping_add(black_box(item));
    }
    sum
}

