//! What safe code has tried against coroutines that await, and what becomes of it.

use antiphon::prelude::*;
use antiphon_interop::{Count, Gate, Pause, Replace, hidden_await, now, poll};
use futures::StreamExt;
use futures::future::FutureExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

async fn later<T>(value: T) -> T {
    Pause::default().await;
    value
}

/// Gives items after its end, and panics when it is polled after that.
struct Restless(Vec<Poll<Option<u64>>>);

impl futures::Stream for Restless {
    type Item = u64;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u64>> {
        self.0.pop().expect("not polled again")
    }
}

#[test]
fn a_stream_is_not_polled_after_its_end() {
    #[antiphon::coroutine(yield = u64)]
    async fn of(mut items: Pin<&mut Restless>) {
        yield_from!(items.as_mut());
        yield_!(100);
        yield_from!(items);
        std::future::pending().await
    }
    let (one, two) = (Poll::Ready(Some(1)), Poll::Ready(Some(2)));
    let mut items = pin!(Restless(vec![Poll::Ready(None), two, Poll::Pending, Poll::Ready(None), one]));
    let mut c = pin!(of(items.as_mut()));
    assert_eq!(now(c.resume()), Yielded(1));
    assert_eq!(now(c.resume()), Yielded(100));
    assert!(poll(pin!(c.resume())).is_pending());
    assert_eq!(now(c.resume()), Yielded(2));
    assert!(poll(pin!(c.resume())).is_pending());
    assert!(poll(pin!(c.resume())).is_pending());
}

#[test]
fn wakers_may_outlive_the_coroutine_and_be_used_anywhere() {
    /// Wakes from another thread, by the very waker that it is lent.
    struct WakesElsewhere(Option<Arc<std::sync::Mutex<Vec<Waker>>>>);
    impl Future for WakesElsewhere {
        type Output = ();
        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            let waker = cx.waker();
            let Some(kept) = self.0.take() else { return Poll::Ready(()) };
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    waker.wake_by_ref();
                    kept.lock().expect("no panic").push(waker.clone());
                });
                waker.wake_by_ref();
            });
            Poll::Pending
        }
    }
    #[antiphon::coroutine(yield = u64)]
    async fn inner(kept: Arc<std::sync::Mutex<Vec<Waker>>>) {
        hidden_await!(WakesElsewhere(Some(kept.clone())));
        WakesElsewhere(Some(kept.clone())).await;
        yield_!(1);
        futures::join!(WakesElsewhere(Some(kept.clone())), later(1));
        yield_from!(WakesElsewhere(Some(kept)));
        yield_!(2);
        std::future::pending().await
    }
    #[antiphon::coroutine(yield = u64)]
    async fn outer(kept: Arc<std::sync::Mutex<Vec<Waker>>>) {
        let mut inner = pin!(inner(kept));
        while let Some(n) = hidden_await!(AsyncCoroutine::next(&mut inner)) {
            yield_!(n);
        }
    }
    let kept = Arc::<std::sync::Mutex<Vec<Waker>>>::default();
    let (count, waker) = Count::waker();
    let mut cx = Context::from_waker(&waker);
    let mut c = Box::pin(outer(Arc::clone(&kept)));
    let mut heard = Vec::new();
    for _ in 0..8 {
        if let Poll::Ready(value) = pin!(AsyncCoroutine::next(&mut c)).poll(&mut cx) {
            heard.push(value);
        }
    }
    drop(c);
    assert_eq!(heard, [Some(1), Some(2)]);
    let woken = count.get();
    let wakers = std::mem::take(&mut *kept.lock().expect("no panic"));
    assert_eq!(wakers.len(), 4);
    for waker in wakers {
        assert!(waker.will_wake(cx.waker()));
        waker.wake();
    }
    assert_eq!(count.get(), woken + 4);
}

#[test]
fn a_gate_that_opens_after_the_drop_wakes_and_that_is_all() {
    let gate = Gate::default();
    let (count, waker) = Count::waker();
    for hidden in [false, true] {
        #[antiphon::coroutine(yield = u64)]
        async fn waits(gate: Gate, hidden: bool) {
            let text = "held".repeat(10);
            if hidden {
                hidden_await!(gate)
            } else {
                gate.await
            };
            yield_!(text.len() as u64);
        }
        let mut c = Box::pin(waits(gate.clone(), hidden));
        assert!(pin!(AsyncCoroutine::next(&mut c)).poll(&mut Context::from_waker(&waker)).is_pending());
        drop(c);
        gate.open();
        assert_eq!(gate.holders(), 1);
        now(gate.clone());
    }
    assert_eq!(count.get(), 2);
}

/// Panics when it is polled for the second time.
#[derive(Default)]
struct Bomb(bool);

impl Future for Bomb {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        assert!(!std::mem::replace(&mut self.0, true), "on purpose");
        Poll::Pending
    }
}

#[test]
fn panics_poison_and_drop_everything_once() {
    #[antiphon::coroutine(yield = u64)]
    async fn bombed(way: u32, held: Gate) {
        let _held = held.clone();
        match way {
            0 => Bomb::default().await,
            1 => hidden_await!(Bomb::default()),
            2 => drop(futures::join!(Bomb::default(), held)),
            3 => tokio::select! {
                () = Bomb::default() => {}
                () = held => {}
            },
            4 => yield_from!(Bomb::default()),
            5 => yield_from!(Bomb::default().into_stream().map(|()| 1)),
            6 => yield_from!(box bombed(0, held)),
            7 => yield_from!(bombed_within(held)),
            _ => yield_!({
                Bomb::default().await;
                1
            }),
        }
    }
    #[antiphon::coroutine(yield = u64)]
    async fn bombed_within(held: Gate) {
        Bomb::default().await;
        drop(held);
    }
    for way in 0..9 {
        let held = Gate::default();
        let mut c = Box::pin(bombed(way, held.clone()));
        assert!(poll(pin!(c.resume())).is_pending(), "{way}");
        assert!(catch_unwind(AssertUnwindSafe(|| poll(pin!(c.resume())))).is_err(), "{way}");
        assert_eq!(c.status(), Status::Poisoned);
        assert!(catch_unwind(AssertUnwindSafe(|| poll(pin!(c.resume())))).is_err(), "{way}");
        drop(c);
        assert_eq!(held.holders(), 1, "{way}");
    }
}

/// The yield cannot reach its driver then. It says so, and what would have been yielded is dropped, once.
#[test]
fn a_context_that_a_future_replaced_is_noticed() {
    #[antiphon::coroutine(yield = Gate)]
    async fn spoiled(way: u32, value: Gate) {
        hidden_await!(Replace);
        match way {
            0 => yield_!(value),
            1 => yield_from!([value]),
            2 => yield_from!(futures::stream::iter([value])),
            3 => yield_from!(gives(value)),
            4 => yield_from!(box gives(value)),
            _ => yield_from!(later(value).map(drop)),
        }
    }
    #[antiphon::coroutine(yield = Gate)]
    async fn gives(value: Gate) {
        yield_!(value);
    }
    for way in 0..6 {
        let value = Gate::default();
        let mut c = Box::pin(spoiled(way, value.clone()));
        let panic = catch_unwind(AssertUnwindSafe(|| poll(pin!(c.resume())).is_pending())).expect_err("it panics");
        let text = panic.downcast_ref::<&str>().copied().unwrap_or_default();
        assert!(text.contains("has been replaced by a future that it awaited"), "{way}: {text}");
        drop(c);
        assert_eq!(value.holders(), 1, "{way}");
    }
}
