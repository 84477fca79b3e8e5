//! The same coroutine on tokio and on smol.

use antiphon::prelude::*;
use futures::{StreamExt, pin_mut};
use std::pin::pin;

#[antiphon::coroutine(yield = u32)]
async fn received(mut messages: futures::channel::mpsc::Receiver<u32>) -> &'static str {
    while let Some(message) = messages.next().await {
        yield_!(message * 10);
    }
    "closed"
}

/// What is received while somebody else sends.
async fn conversation() -> Vec<u32> {
    let (mut sender, receiver) = futures::channel::mpsc::channel(1);
    let send = async move {
        for n in 0..5 {
            futures::SinkExt::send(&mut sender, n).await.unwrap();
        }
    };
    let receive = async move { received(receiver).collect::<Vec<_>>().await };
    futures::join!(send, receive).1
}

#[test]
fn on_tokio() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(conversation()), [0, 10, 20, 30, 40]);
}

#[test]
fn on_threads_of_tokio() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let heard = runtime.block_on(async { tokio::spawn(conversation()).await.unwrap() });
    assert_eq!(heard, [0, 10, 20, 30, 40]);
}

#[test]
fn on_smol() {
    assert_eq!(smol::block_on(conversation()), [0, 10, 20, 30, 40]);
    assert_eq!(smol::block_on(smol::spawn(conversation())), [0, 10, 20, 30, 40]);
}

/// On a paused clock, which moves on by itself when all wait: nobody really sleeps.
#[test]
fn timers_of_tokio_wake_it() {
    #[antiphon::coroutine(yield = u64, send = u64)]
    async fn naps(times: u32) {
        let mut length = 1;
        for _ in 0..times {
            tokio::time::sleep(std::time::Duration::from_millis(length)).await;
            length = yield_!(length);
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let began = tokio::time::Instant::now();
        let mut c = pin!(naps(2));
        assert_eq!(c.start().await, Yielded(1));
        assert_eq!(c.send(30_000).await, Yielded(30_000));
        assert_eq!(c.send(0).await, Complete(()));
        assert!(began.elapsed().as_secs() >= 30);
    });
}

#[test]
fn select_drops_a_step_and_nothing_is_lost() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (mut sender, receiver) = futures::channel::mpsc::channel(1);
        let c = received(receiver);
        pin_mut!(c);
        tokio::select! {
            biased;
            _ = AsyncCoroutine::next(&mut c) => panic!("nothing was sent"),
            () = std::future::ready(()) => {}
        }
        sender.try_send(7).unwrap();
        assert_eq!(AsyncCoroutine::next(&mut c).await, Some(70));
    });
}
