//! Coroutines that receive, as sinks: polled by hand where it matters when, else by the combinators of `futures`.

use antiphon::SinkError;
use antiphon::prelude::*;
use futures::channel::{mpsc, oneshot};
use futures::executor::block_on;
use futures::{FutureExt, Sink, SinkExt, StreamExt, stream};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

#[antiphon::coroutine(send = u32)]
fn sum_of(count: usize) -> u32 {
    let mut sum = 0;
    for _ in 0..count {
        sum += yield_!();
    }
    sum
}

/// Waits for its gate before it wants its first value, and for that of each value before it wants the next.
#[antiphon::coroutine(send = oneshot::Receiver<u32>)]
async fn awaited_sum_of(count: usize, gate: oneshot::Receiver<u32>) -> u32 {
    let mut sum = gate.await.unwrap_or(0);
    for _ in 0..count {
        let value = yield_!();
        sum += value.await.unwrap_or(0);
    }
    sum
}

/// A value that is there.
fn given(value: u32) -> oneshot::Receiver<u32> {
    let (sender, receiver) = oneshot::channel();
    sender.send(value).unwrap();
    receiver
}

fn context() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

#[test]
fn a_synchronous_one_is_always_ready() {
    let mut sink = Box::pin(sum_of(3)).into_sink();
    block_on(async {
        sink.send(1).await.unwrap();
        sink.feed(2).await.unwrap();
        assert_eq!(sink.take_returned(), None);
        sink.send(3).await.unwrap();
    });
    assert_eq!(sink.take_returned(), Some(6));
    assert_eq!(sink.take_returned(), None);
}

#[test]
fn values_after_the_end_come_back() {
    let mut c = pin!(sum_of(1));
    let mut sink = c.as_mut().into_sink();
    block_on(async {
        sink.send(1).await.unwrap();
        for value in [2, 3] {
            assert_eq!(sink.send(value).await.unwrap_err().into_value(), Some(value));
        }
        sink.close().await.unwrap();
    });
    assert_eq!(sink.take_returned(), Some(1));
    assert_eq!(c.status(), Status::Finished);
}

#[test]
fn one_that_returns_when_it_is_started_takes_no_value() {
    let mut sink = Box::pin(sum_of(0)).into_sink();
    block_on(async {
        assert_eq!(sink.send(5).await.unwrap_err().into_value(), Some(5));
    });
    assert_eq!(sink.take_returned(), Some(0));
    let mut sink = Box::pin(awaited_sum_of(0, given(7))).into_sink();
    block_on(async {
        let mut refused = sink.send(given(5)).await.unwrap_err().into_value().unwrap();
        assert_eq!(refused.try_recv(), Ok(Some(5)));
    });
    assert_eq!(sink.take_returned(), Some(7));
}

#[test]
fn a_stream_is_forwarded_until_it_ends_or_the_coroutine_does() {
    let mut short = Box::pin(sum_of(2)).into_sink();
    let refused = block_on(stream::iter(1..).map(Ok).forward(&mut short)).unwrap_err();
    assert_eq!((refused.into_value(), short.take_returned()), (Some(3), Some(3)));

    #[antiphon::coroutine(send = u32, close)]
    fn total() -> u32 {
        let mut sum = 0;
        while let Ok(value) = yield_!() {
            sum += value;
        }
        sum
    }
    let mut all = Box::pin(total()).into_sink();
    block_on(stream::iter(1..=4).map(Ok).forward(&mut all)).unwrap();
    assert_eq!(all.take_returned(), Some(10));
}

#[test]
fn an_async_one_is_ready_when_it_stands_at_a_yield() {
    let (open, gate) = oneshot::channel();
    let mut sink = Box::pin(awaited_sum_of(2, gate)).into_sink();
    let mut sink = Pin::new(&mut sink);
    let cx = &mut context();
    // Nothing was sent, so nothing has to be flushed; and it has not started.
    assert!(matches!(sink.as_mut().poll_flush(cx), Poll::Ready(Ok(()))));
    assert!(sink.as_mut().poll_ready(cx).is_pending());
    open.send(100).unwrap();
    assert!(matches!(sink.as_mut().poll_ready(cx), Poll::Ready(Ok(()))));

    let (first, value) = oneshot::channel();
    sink.as_mut().start_send(value).unwrap();
    // It has no room for another, and gives it back.
    let another = sink.as_mut().start_send(given(0)).unwrap_err();
    assert!(another.into_value().is_some());
    assert!(sink.as_mut().poll_flush(cx).is_pending());
    assert!(sink.as_mut().poll_ready(cx).is_pending());
    first.send(10).unwrap();
    assert!(matches!(sink.as_mut().poll_flush(cx), Poll::Ready(Ok(()))));
    assert!(matches!(sink.as_mut().poll_ready(cx), Poll::Ready(Ok(()))));

    sink.as_mut().start_send(given(1)).unwrap();
    assert_eq!(sink.take_returned(), None);
    assert!(matches!(sink.as_mut().poll_flush(cx), Poll::Ready(Ok(()))));
    assert_eq!(sink.take_returned(), Some(111));
    assert!(sink.as_mut().start_send(given(2)).unwrap_err().into_value().is_some());
}

#[test]
fn a_value_that_could_not_be_delivered_any_more_comes_back() {
    let (open, gate) = oneshot::channel();
    let mut sink = Box::pin(awaited_sum_of(0, gate)).into_sink();
    let mut sink = Pin::new(&mut sink);
    // Nobody asked whether it is ready.
    sink.as_mut().start_send(given(3)).unwrap();
    drop(open);
    let Poll::Ready(Err(refused)) = sink.as_mut().poll_flush(&mut context()) else { panic!("it has returned") };
    assert!(refused.into_value().is_some());
    assert_eq!(sink.take_returned(), Some(0));
    assert!(matches!(sink.as_mut().poll_flush(&mut context()), Poll::Ready(Ok(()))));
}

#[test]
fn whoever_waits_for_an_async_one_is_woken() {
    let (open, gate) = oneshot::channel();
    let send = async {
        let mut sink = Box::pin(awaited_sum_of(1, gate)).into_sink();
        sink.send(given(2)).await.unwrap();
        sink.take_returned()
    };
    let (sum, opened) = block_on(async { futures::join!(send, async { open.send(40) }) });
    assert_eq!((sum, opened), (Some(42), Ok(())));
}

#[antiphon::coroutine(send = u32, close)]
async fn logged(mut log: mpsc::UnboundedSender<&'static str>, cleanup: oneshot::Receiver<()>) -> u32 {
    let mut sum = 0;
    while let Ok(value) = yield_!() {
        futures::future::ready(()).await;
        sum += value;
    }
    log.send("closing").await.unwrap();
    cleanup.await.unwrap();
    log.send("closed").await.unwrap();
    sum
}

#[test]
fn closing_flushes_first_and_waits_for_the_cleanup() {
    let (log, mut notes) = mpsc::unbounded();
    let (finish, cleanup) = oneshot::channel();
    let mut sink = Box::pin(logged(log, cleanup)).into_sink();
    block_on(sink.send(1)).unwrap();
    block_on(sink.feed(2)).unwrap();
    let cx = &mut context();
    assert!(sink.poll_close_unpin(cx).is_pending());
    assert_eq!(notes.next().now_or_never(), Some(Some("closing")));
    assert!(sink.poll_close_unpin(cx).is_pending());
    finish.send(()).unwrap();
    assert!(matches!(sink.poll_close_unpin(cx), Poll::Ready(Ok(()))));
    assert_eq!(notes.next().now_or_never(), Some(Some("closed")));
    assert_eq!(sink.take_returned(), Some(3));
    // Closed again, it is as it was.
    assert!(matches!(sink.poll_close_unpin(cx), Poll::Ready(Ok(()))));
    assert_eq!(sink.take_returned(), None);
}

#[test]
fn one_that_nobody_started_is_closed_without_running() {
    let (log, mut notes) = mpsc::unbounded();
    let (_finish, cleanup) = oneshot::channel();
    let mut sink = Box::pin(logged(log, cleanup)).into_sink();
    block_on(sink.close()).unwrap();
    assert_eq!(sink.take_returned(), None);
    // Its arguments are dropped.
    assert_eq!(notes.next().now_or_never(), Some(None));
    assert_eq!(block_on(sink.send(1)).unwrap_err().into_value(), Some(1));
}

#[test]
fn one_that_ignores_its_close_is_an_error() {
    #[antiphon::coroutine(send = u32, close)]
    fn stubborn() {
        loop {
            let _ = yield_!();
        }
    }
    let mut sink = Box::pin(stubborn()).into_sink();
    block_on(sink.send(1)).unwrap();
    let error = block_on(sink.close()).unwrap_err();
    assert!(matches!(error, SinkError::Close(antiphon::CloseError::Yielded(()))), "{error}");
}

#[test]
fn sinks_of_coroutines_combine_with_others() {
    #[antiphon::coroutine(send = String)]
    async fn lengths(mut to: mpsc::UnboundedSender<usize>) {
        loop {
            let text = yield_!();
            to.send(text.len()).await.unwrap();
        }
    }
    let (one, mut heard_one) = mpsc::unbounded();
    let (other, mut heard_other) = mpsc::unbounded();
    block_on(async {
        let sink = Box::pin(lengths(one)).into_sink().fanout(Box::pin(lengths(other)).into_sink());
        let mut sink = sink.with(|n: u32| async move { Ok::<_, SinkError<String>>("x".repeat(n as usize)) }.boxed());
        sink.send_all(&mut stream::iter([1, 2, 3]).map(Ok)).await.unwrap();
        drop(sink);
        assert_eq!(heard_one.by_ref().collect::<Vec<_>>().await, [1, 2, 3]);
        assert_eq!(heard_other.by_ref().collect::<Vec<_>>().await, [1, 2, 3]);
    });
}
