//! Futures of others on our event loop, and our coroutines on the executors of others.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use antiphon::event_loop::{EventLoop, sleep, spawn, timeout, yield_now};
use futures::stream::FuturesUnordered;

#[test]
fn channels_of_tokio_on_our_loop() {
    let event_loop = EventLoop::simulated();
    let sum = event_loop.run_until_complete(async {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
        let (done, is_done) = tokio::sync::oneshot::channel();
        let senders: Vec<_> = (0..3)
            .map(|n| {
                let sender = sender.clone();
                spawn(async move {
                    for _ in 0..10 {
                        sender.send(n).await.unwrap();
                    }
                })
            })
            .collect();
        drop(sender);
        let sum = spawn(async move {
            let mut sum = 0;
            while let Some(n) = receiver.recv().await {
                sum += n;
            }
            done.send(sum).unwrap();
        });
        for task in senders {
            task.await.unwrap();
        }
        sum.await.unwrap();
        is_done.await.unwrap()
    });
    assert_eq!(sum.unwrap(), 30);
}

#[test]
fn locks_of_tokio_on_our_loop() {
    let event_loop = EventLoop::simulated();
    let most = event_loop.run_until_complete(async {
        let semaphore = Rc::new(tokio::sync::Semaphore::new(2));
        let mutex = Rc::new(tokio::sync::Mutex::new(0));
        let (inside, most) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (semaphore, mutex) = (semaphore.clone(), mutex.clone());
                let (inside, most) = (inside.clone(), most.clone());
                spawn(async move {
                    let _permit = semaphore.acquire().await.unwrap();
                    inside.set(inside.get() + 1);
                    most.set(most.get().max(inside.get()));
                    sleep(Duration::from_secs(1)).await;
                    *mutex.lock().await += 1;
                    inside.set(inside.get() - 1);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        (most.get(), *mutex.lock().await)
    });
    assert_eq!(most.unwrap(), (2, 8));
    assert_eq!(event_loop.time(), Duration::from_secs(4));
}

#[test]
fn a_timeout_of_ours_around_a_channel_of_others_loses_nothing() {
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            let (sender, receiver) = async_channel::bounded(1);
            assert!(timeout(Duration::from_secs(1), receiver.recv()).await.is_err());
            sender.send(7).await.unwrap();
            assert_eq!(timeout(Duration::from_secs(1), receiver.recv()).await.unwrap(), Ok(7));
            drop(sender);
            assert!(receiver.recv().await.is_err());
        })
        .unwrap();
}

#[test]
fn channels_across_threads_wake_our_loop() {
    let event_loop = EventLoop::new().unwrap();
    let (to_thread, in_thread) = async_channel::bounded::<u32>(1);
    let (back, answers) = async_channel::bounded(1);
    let thread = std::thread::spawn(move || {
        while let Ok(n) = in_thread.recv_blocking() {
            back.send_blocking(2 * n).unwrap();
        }
    });
    let doubled = event_loop.run_until_complete(async {
        let mut doubled = Vec::new();
        for n in 0..5 {
            to_thread.send(n).await.unwrap();
            doubled.push(answers.recv().await.unwrap());
        }
        drop(to_thread);
        doubled
    });
    assert_eq!(doubled.unwrap(), [0, 2, 4, 6, 8]);
    thread.join().unwrap();
}

#[test]
fn combinators_of_futures_on_our_loop() {
    use futures::{SinkExt, StreamExt};

    let event_loop = EventLoop::simulated();
    let ended = event_loop.run_until_complete(async {
        let mut sleeps: FuturesUnordered<_> = [3, 1, 2]
            .map(|n| async move {
                sleep(Duration::from_secs(n)).await;
                n
            })
            .into_iter()
            .collect();
        let mut ended = Vec::new();
        while let Some(n) = sleeps.next().await {
            ended.push(n);
        }
        let (mut sender, mut receiver) = futures::channel::mpsc::channel(0);
        let task = spawn(async move { sender.send(4).await.unwrap() });
        ended.extend(receiver.next().await);
        task.await.unwrap();
        ended
    });
    assert_eq!(ended.unwrap(), [1, 2, 3, 4]);
}

/// Yields nothing, so it is a future; what it holds may be moved to another thread.
#[antiphon::coroutine(yield = (), send = ())]
async fn sum_of(numbers: async_channel::Receiver<u32>) -> u32 {
    let mut sum = 0;
    while let Ok(n) = numbers.recv().await {
        sum += n;
    }
    sum
}

/// It may not.
#[antiphon::coroutine(yield = (), send = ())]
async fn sum_here(numbers: async_channel::Receiver<u32>) -> u32 {
    let sum = Rc::new(Cell::new(0));
    while let Ok(n) = numbers.recv().await {
        sum.set(sum.get() + n);
    }
    sum.get()
}

fn numbers() -> async_channel::Receiver<u32> {
    let (sender, receiver) = async_channel::bounded(4);
    (1..=4).for_each(|n| sender.try_send(n).unwrap());
    receiver
}

#[test]
fn coroutines_are_tasks_of_our_loop() {
    let event_loop = EventLoop::simulated();
    let (one, other) = (event_loop.spawn(sum_of(numbers())), event_loop.spawn(sum_here(numbers())));
    let sums = event_loop.run_until_complete(async {
        yield_now().await;
        one.await.unwrap() + other.await.unwrap()
    });
    assert_eq!(sums.unwrap(), 20);
}

#[test]
fn coroutines_are_tasks_of_tokio() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let sum = runtime.block_on(async { tokio::spawn(sum_of(numbers()).into_future()).await });
    assert_eq!(sum.unwrap(), 10);
}

#[test]
fn coroutines_that_stay_are_local_tasks_of_tokio() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let local = tokio::task::LocalSet::new();
    let sum = local.block_on(&runtime, async { tokio::task::spawn_local(sum_here(numbers()).into_future()).await });
    assert_eq!(sum.unwrap(), 10);
}

#[test]
fn coroutines_that_stay_run_on_tokios_local_runtime() {
    let runtime = tokio::runtime::LocalRuntime::new().unwrap();
    let sum = runtime.block_on(async { tokio::task::spawn_local(sum_here(numbers()).into_future()).await });
    assert_eq!(sum.unwrap(), 10);
}

#[test]
fn coroutines_are_tasks_of_smol() {
    assert_eq!(smol::block_on(smol::spawn(sum_of(numbers()).into_future())), 10);
    let local = smol::LocalExecutor::new();
    assert_eq!(smol::block_on(local.run(local.spawn(sum_here(numbers()).into_future()))), 10);
}
