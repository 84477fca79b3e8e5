//! Asynchronous coroutines beside `async-stream`: the same bodies, and the same drivers.
//!
//! Each is a stream that an executor polls; nothing that is awaited is ever pending.

use std::future::{Future, poll_fn, ready};
use std::hint::black_box;
use std::ops::DerefMut;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use crate::checksum::{mix, seed};

/// Polls a stream to its end. Not by the `Stream` of the pointer, which is compiled for itself, and inlined or not by how the
/// compiler cuts this crate in parts.
#[inline(always)]
fn hear(mut items: Pin<impl DerefMut<Target: Stream<Item = u64>>>) -> u64 {
    let mut cx = Context::from_waker(Waker::noop());
    let mut checksum = seed();
    while let Poll::Ready(Some(item)) = items.as_mut().poll_next(&mut cx) {
        checksum = mix(checksum, item);
    }
    checksum
}

/// Runs a future that is ready.
#[inline(always)]
fn run(future: impl Future<Output = u64>) -> u64 {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(checksum) => checksum,
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

/// Bodies and drivers, of which the two modules below differ in the coroutines alone.
macro_rules! workloads {
    ($next:expr) => {
        pub(crate) fn stream(n: u64) -> u64 {
            hear(pin!(numbers::<0>(black_box(n))))
        }

        pub(crate) fn stream_awaiting(n: u64) -> u64 {
            hear(pin!(awaiting(black_box(n))))
        }

        pub(crate) fn stream_boxed(n: u64) -> u64 {
            let items: Pin<Box<dyn Stream<Item = u64>>> = Box::pin(numbers::<1>(n));
            hear(black_box(items))
        }

        pub(crate) fn stream_next(n: u64) -> u64 {
            run(async {
                let mut items = pin!(numbers::<2>(black_box(n)));
                let mut checksum = seed();
                while let Some(item) = $next(&mut items).await {
                    checksum = mix(checksum, item);
                }
                checksum
            })
        }
    };
}

/// antiphon's.
pub(crate) mod ours {
    use antiphon::prelude::*;

    use super::*;

    #[antiphon::coroutine(yield = u64)]
    async fn numbers<const COPY: u8>(n: u64) {
        let (mut a, mut b) = (0_u64, 1);
        for _ in 0..n {
            yield_!(a);
            (a, b) = (b, a.wrapping_add(b));
        }
    }

    #[antiphon::coroutine(yield = u64)]
    async fn awaiting(n: u64) {
        let (mut a, mut b) = (0_u64, 1);
        for _ in 0..n {
            yield_!(a);
            (a, b) = (b, a.wrapping_add(ready(b).await));
        }
    }

    workloads!(AsyncCoroutine::next);
}

/// Those of the crate `async-stream`.
pub(crate) mod async_stream {
    use ::async_stream::stream;

    use super::*;

    fn numbers<const COPY: u8>(n: u64) -> impl Stream<Item = u64> {
        stream! {
            let (mut a, mut b) = (0_u64, 1);
            for _ in 0..n {
                yield a;
                (a, b) = (b, a.wrapping_add(b));
            }
        }
    }

    fn awaiting(n: u64) -> impl Stream<Item = u64> {
        stream! {
            let (mut a, mut b) = (0_u64, 1);
            for _ in 0..n {
                yield a;
                (a, b) = (b, a.wrapping_add(ready(b).await));
            }
        }
    }

    /// As `StreamExt::next` of the crates that have one.
    fn next<T>(items: &mut Pin<&mut impl Stream<Item = T>>) -> impl Future<Output = Option<T>> {
        poll_fn(|cx| items.as_mut().poll_next(cx))
    }

    workloads!(next);
}
