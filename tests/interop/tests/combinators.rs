//! Combinators of others in the body of a coroutine, and around its steps: nothing is lost, whatever becomes of a step.

use antiphon::prelude::*;
use antiphon_interop::{Count, Pause, hidden_await};
use futures::StreamExt;
use futures::future::FutureExt;
use futures::stream::FuturesUnordered;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

async fn later<T>(value: T) -> T {
    Pause::default().await;
    value
}

#[antiphon::coroutine(yield = u64, send = u64)]
async fn child(first: u64) -> u64 {
    let mut sum = yield_!(first);
    sum += later(yield_!(first + 1)).await;
    sum
}

/// Waits in all the ways there are, between yields.
#[antiphon::coroutine(yield = u64, send = u64)]
async fn everything() -> u64 {
    let mut sum = later(0).await;
    sum += yield_!(sum);
    sum += yield_!(later(yield_!(hidden_await!(later(1)))).await);

    let (a, b) = futures::join!(later(2), later(3));
    sum += yield_!(a) * yield_!(b);
    let (a, b) = tokio::join!(later(yield_!(4)), later(5));
    sum += yield_!(a) * yield_!(b);
    let (a, b) = smol::future::zip(later(6), later(yield_!(7))).await;
    sum += yield_!(a) * yield_!(b);

    sum += yield_!(smol::future::or(later(8), std::future::pending()).await);
    tokio::select! {
        biased;
        never = std::future::pending::<u64>() => sum += yield_!(never),
        n = later(9) => sum += yield_!(n) + later(10).await,
    }
    let (mut first, mut second) = (pin!(later(11).fuse()), pin!(later(12).fuse()));
    for _ in 0..2 {
        futures::select_biased! {
            n = first => sum += yield_!(n),
            n = second => sum += later(yield_!(n)).await,
        }
    }

    let mut unordered: FuturesUnordered<_> = [13, 14, 15].into_iter().map(later).collect();
    while let Some(n) = unordered.next().await {
        sum += yield_!(n.min(13)); // in any order
    }
    sum += yield_from!(child(16));
    sum += yield_from!(box child(18));
    sum + yield_from!(later(20))
}

/// What happens to a step that waits.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Kept,
    Dropped,
    Forgotten,
    MovedToThreads,
}

/// Drives it with 1, 2, 3, …, and treats each step that way; what it yielded, and at last returned.
fn heard<C>(mut c: Pin<&mut C>, fate: Fate) -> Vec<u64>
where
    C: AsyncCoroutine<Yield = u64, Send = u64, Error = std::convert::Infallible, Return = u64> + Send,
{
    let mut heard = Vec::new();
    for n in 0.. {
        let state = match n {
            0 => finish(c.start(), fate),
            n => finish(c.send(n), fate),
        };
        let state = state.unwrap_or_else(|| {
            loop {
                if let Some(state) = finish(c.proceed(), fate) {
                    break state;
                }
            }
        });
        match state {
            Yielded(value) => heard.push(value),
            Complete(value) => {
                heard.push(value);
                break;
            }
        }
    }
    assert_eq!(c.status(), Status::Finished);
    heard
}

/// Polls a step, each time with another waker, and from another thread if that is its fate. `None` if it has been dropped.
fn finish<T: Send>(mut step: impl Future<Output = T> + Send + Unpin, fate: Fate) -> Option<T> {
    loop {
        let (count, waker) = Count::waker();
        let mut cx = Context::from_waker(&waker);
        let polled = match fate {
            Fate::MovedToThreads => {
                let step = Pin::new(&mut step);
                std::thread::scope(|scope| {
                    scope.spawn(|| step.poll(&mut Context::from_waker(&waker))).join().expect("no panic")
                })
            }
            _ => Pin::new(&mut step).poll(&mut cx),
        };
        if let Poll::Ready(value) = polled {
            return Some(value);
        }
        assert!(count.get() > 0, "it waits, and nobody was woken");
        match fate {
            Fate::Kept | Fate::MovedToThreads => {}
            Fate::Dropped => return None,
            Fate::Forgotten => {
                std::mem::forget(step);
                return None;
            }
        }
    }
}

#[test]
fn combinators_in_the_body_lose_nothing_whatever_becomes_of_the_steps() {
    let undisturbed = heard(pin!(everything()), Fate::Kept);
    assert_eq!(undisturbed[..14], [0, 1, 2, 2, 3, 4, 6, 5, 7, 6, 9, 8, 9, 11]);
    assert_eq!(undisturbed[14..], [12, 13, 13, 13, 16, 17, 18, 19, 407]);
    for fate in [Fate::Dropped, Fate::Forgotten, Fate::MovedToThreads] {
        assert_eq!(heard(pin!(everything()), fate), undisturbed);
    }
}

#[test]
fn many_are_driven_at_once() {
    let mut all: FuturesUnordered<_> = (0..20)
        .map(|n| async move {
            let mut c = pin!(child(n));
            let mut heard = vec![c.start().await.yielded()];
            heard.push(c.send(n).await.yielded());
            (heard, c.send(n).await.complete())
        })
        .collect();
    let mut seen = 0;
    smol::block_on(async {
        while let Some((heard, returned)) = all.next().await {
            let n = heard[0].expect("a number");
            assert_eq!((heard, returned), (vec![Some(n), Some(n + 1)], Some(2 * n)));
            seen += 1;
        }
    });
    assert_eq!(seen, 20);
}

/// Steps of others in a `select!` or `join!` of the body: the one that loses goes on later.
#[test]
fn a_body_selects_among_steps_of_others() {
    #[antiphon::coroutine(yield = u64)]
    async fn slow(from: u64, pauses: u32) {
        for n in from..from + 3 {
            for _ in 0..pauses {
                Pause::default().await;
            }
            yield_!(n);
        }
    }
    #[antiphon::coroutine(yield = u64)]
    async fn merged() {
        let (mut a, mut b) = (pin!(slow(10, 1)), pin!(slow(20, 3)));
        let (mut more_a, mut more_b) = (true, true);
        while more_a || more_b {
            tokio::select! {
                n = AsyncCoroutine::next(&mut a), if more_a => match n { Some(n) => yield_!(n), None => more_a = false },
                n = AsyncCoroutine::next(&mut b), if more_b => match n { Some(n) => yield_!(n), None => more_b = false },
            }
        }
        let (mut a, mut b) = (pin!(slow(30, 2)), pin!(slow(40, 1)));
        loop {
            let (a, b) = futures::join!(AsyncCoroutine::next(&mut a), AsyncCoroutine::next(&mut b));
            let (Some(a), Some(b)) = (a, b) else { break };
            yield_!(a);
            yield_!(b);
        }
        let a = slow(50, 1).chain(slow(60, 0));
        yield_from!(futures::stream::select(a, slow(70, 1)));
    }
    let mut heard: Vec<u64> = smol::block_on(merged().collect());
    assert_eq!(heard[6..12], [30, 40, 31, 41, 32, 42]);
    heard.sort_unstable();
    assert_eq!(heard, [10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 52, 60, 61, 62, 70, 71, 72]);
}

/// A future in the body that polls another coroutine of the same types with the context that it is given.
#[test]
fn values_do_not_go_astray_between_nested_polls() {
    /// Yields what its friend does, and a thousand more.
    #[antiphon::coroutine(yield = u64, send = u64)]
    async fn outer() -> u64 {
        let mut friend = pin!(child(5));
        let mut sum = 0;
        let mut state = hidden_await!(friend.start());
        while let Yielded(n) = state {
            let sent = yield_!(n + 1000);
            sum += sent;
            state = futures::join!(friend.send(sent * 100), later(0)).0;
        }
        sum * 1_000_000 + state.complete().expect("it has returned")
    }
    let mut c = pin!(outer());
    assert_eq!(heard(c.as_mut(), Fate::Kept), [1005, 1006, 3_000_300]);
}
