//! Values from other threads.

use std::rc::Rc;
use std::sync::mpsc;
use std::thread;

use antiphon::event_loop::sync::{GetError, PutError, ThreadSender};
use antiphon::event_loop::{EventLoop, RunError, sleep, thread_channel, yield_now};
use futures::executor::block_on;

use crate::seconds;

#[test]
fn values_of_many_threads_arrive_each_in_its_order() {
    for event_loop in [EventLoop::simulated(), EventLoop::new().unwrap()] {
        let (sender, mut receiver) = thread_channel(&event_loop.handle(), 3);
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                let sender = sender.clone();
                thread::spawn(move || (0..500).for_each(|n| sender.send((thread, n)).unwrap()))
            })
            .collect();
        drop(sender);
        let mut next = [0; 4];
        let all = async {
            while let Some((thread, n)) = receiver.recv().await {
                assert_eq!(n, next[thread]);
                next[thread] += 1;
            }
        };
        event_loop.run_until_complete(all).unwrap();
        assert_eq!(next, [500; 4]);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    }
}

#[test]
fn on_its_own_thread_the_loop_is_not_held() {
    let event_loop = EventLoop::simulated();
    let (sender, mut receiver) = thread_channel(&event_loop.handle(), 1);
    assert_eq!(sender.send(1), Ok(()));
    assert_eq!(sender.send(2), Err(PutError::Full(2)));
    let whole = async {
        assert_eq!(sender.send(3), Err(PutError::Full(3)));
        assert_eq!(receiver.recv().await, Some(1));
        assert_eq!(receiver.try_recv(), Err(GetError::Empty));
        sender.try_send(4).unwrap();
        drop(sender);
        assert_eq!((receiver.recv().await, receiver.recv().await), (Some(4), None));
        assert_eq!(receiver.try_recv(), Err(GetError::Closed));
    };
    event_loop.run_until_complete(whole).unwrap();
}

/// A thread that waits for room, and what came of it. When this is there, the thread is about to wait.
fn waits_for_room(sender: ThreadSender<String>) -> thread::JoinHandle<Result<(), PutError<String>>> {
    let (begins, begun) = mpsc::channel();
    let thread = thread::spawn(move || {
        begins.send(()).unwrap();
        sender.send("second".to_owned())
    });
    begun.recv().unwrap();
    thread
}

#[test]
fn values_come_back_when_the_loop_is_closed() {
    let event_loop = EventLoop::simulated();
    let (sender, mut receiver) = thread_channel(&event_loop.handle(), 1);
    sender.send("first".to_owned()).unwrap();
    let thread = waits_for_room(sender.clone());
    drop(event_loop);
    assert_eq!(thread.join().unwrap(), Err(PutError::Closed("second".to_owned())));
    assert!(sender.is_closed());
    assert_eq!(sender.try_send("third".to_owned()), Err(PutError::Closed("third".to_owned())));
    // What was let in can be received, without a loop.
    assert_eq!(block_on(receiver.recv()).as_deref(), Some("first"));
    assert_eq!(block_on(receiver.recv()), None);
}

#[test]
fn values_come_back_when_the_receiver_is_gone() {
    let event_loop = EventLoop::simulated();
    let (sender, receiver) = thread_channel(&event_loop.handle(), 1);
    sender.send("first".to_owned()).unwrap();
    let thread = waits_for_room(sender.clone());
    drop(receiver);
    assert_eq!(thread.join().unwrap(), Err(PutError::Closed("second".to_owned())));

    let (sender, mut receiver) = thread_channel(&event_loop.handle(), 1);
    sender.send("first".to_owned()).unwrap();
    receiver.close();
    assert!(sender.send("late".to_owned()).is_err());
    assert_eq!(receiver.try_recv().as_deref(), Ok("first"));
    assert_eq!(receiver.try_recv(), Err(GetError::Closed));
}

#[test]
fn a_receiver_in_a_task_goes_with_the_loop() {
    let event_loop = EventLoop::simulated();
    let (sender, mut receiver) = thread_channel::<u8>(&event_loop.handle(), 1);
    let kept = Rc::new(());
    let body = kept.clone();
    drop(event_loop.spawn(async move {
        let _body = body;
        receiver.recv().await
    }));
    event_loop.run_until_complete(yield_now()).unwrap();
    drop(event_loop);
    assert_eq!(Rc::strong_count(&kept), 1);
    assert_eq!(sender.send(1), Err(PutError::Closed(1)));

    // A loop that is closed already.
    let event_loop = EventLoop::simulated();
    let handle = event_loop.handle();
    drop(event_loop);
    let (sender, mut receiver) = thread_channel(&handle, 1);
    assert_eq!(sender.send(1), Err(PutError::Closed(1)));
    assert_eq!(block_on(receiver.recv()), None);
}

#[test]
fn simulated_time_waits_for_senders_rather_than_for_nothing() {
    let event_loop = EventLoop::simulated();
    let (sender, mut receiver) = thread_channel(&event_loop.handle(), 1);
    let thread = thread::spawn(move || sender.send('a'));
    assert_eq!(event_loop.run_until_complete(receiver.recv()).unwrap(), Some('a'));
    thread.join().unwrap().unwrap();
    // The last sender is gone, so this ends.
    assert_eq!(event_loop.run_until_complete(receiver.recv()).unwrap(), None);
    assert!(matches!(event_loop.run_until_complete(std::future::pending::<()>()), Err(RunError::Stuck)));
}

#[test]
fn a_full_channel_lets_others_run() {
    let event_loop = EventLoop::simulated();
    let (sender, mut receiver) = thread_channel(&event_loop.handle(), 2);
    let hog = event_loop.spawn(async move {
        loop {
            sender.send(0).unwrap();
            receiver.recv().await.unwrap();
        }
    });
    event_loop.run_until_complete(sleep(seconds(0))).unwrap();
    hog.cancel();
}

#[test]
fn ends_that_may_go_to_other_threads() {
    fn assert_send<T: Send>() {}
    fn assert_sync<T: Sync>() {}
    assert_send::<ThreadSender<std::cell::Cell<u8>>>();
    assert_sync::<ThreadSender<std::cell::Cell<u8>>>();
}
