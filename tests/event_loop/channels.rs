//! Channels: their end, and what comes back.

use std::rc::Rc;

use antiphon::event_loop::sync::{Closed, GetError, unbounded_channel};
use antiphon::event_loop::{EventLoop, channel, oneshot, spawn, time, timeout, yield_now};

use crate::{seconds, settle};

#[test]
fn a_channel_is_closed_by_its_ends() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let (sender, receiver) = channel(2);
        let other = sender.clone();
        sender.send(1).await.unwrap();
        other.send(2).await.unwrap();
        drop((sender, other));
        assert_eq!([receiver.recv().await, receiver.recv().await, receiver.recv().await], [Some(1), Some(2), None]);

        let (sender, receiver) = channel::<Rc<()>>(1);
        let value = Rc::new(());
        sender.try_send(value.clone()).unwrap();
        let waiting = spawn({
            let (sender, value) = (sender.clone(), value.clone());
            async move { sender.send(value).await }
        });
        settle().await;
        drop(receiver);
        // What was in it is gone, what was not comes back.
        assert_eq!(Rc::strong_count(&value), 2);
        assert!(waiting.await.unwrap().is_err_and(|Closed(back)| Rc::ptr_eq(&back, &value)));
        assert!(sender.is_closed());
        assert_eq!(Rc::strong_count(&value), 1);

        let (sender, receiver) = unbounded_channel::<u8>();
        let last = spawn(async move { receiver.recv().await });
        yield_now().await;
        drop(sender);
        assert_eq!(last.await.unwrap(), None);
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
fn one_value() {
    let event_loop = EventLoop::simulated();
    let whole = async {
        let (sender, mut receiver) = oneshot();
        assert_eq!(receiver.try_recv(), Err(GetError::Empty));
        assert_eq!(timeout(seconds(1), &mut receiver).await.map_err(drop), Err(()));
        sender.send('a').unwrap();
        assert_eq!((receiver.await, time()), (Ok('a'), seconds(1)));

        let (sender, receiver) = oneshot::<u8>();
        let waiting = spawn(receiver);
        yield_now().await;
        drop(sender);
        assert_eq!(waiting.await.unwrap(), Err(Closed(())));

        let (mut sender, receiver) = oneshot();
        let watching = spawn(async move {
            sender.closed().await;
            sender.send('b')
        });
        yield_now().await;
        drop(receiver);
        assert_eq!(watching.await.unwrap(), Err(Closed('b')));

        // What nobody receives is dropped with the receiver.
        let (sender, receiver) = oneshot();
        let value = Rc::new(());
        sender.send(value.clone()).unwrap();
        drop(receiver);
        assert_eq!(Rc::strong_count(&value), 1);

        // Closed after it was sent: it is still there, once.
        let (sender, mut receiver) = oneshot();
        sender.send('c').unwrap();
        receiver.close();
        assert_eq!((receiver.try_recv(), receiver.try_recv()), (Ok('c'), Err(GetError::Closed)));
        assert_eq!(receiver.await, Err(Closed(())));
    };
    event_loop.run_until_complete(whole).unwrap();
}

#[test]
#[should_panic = "a channel without room passes nothing on"]
fn a_channel_without_room() {
    let _ = channel::<u8>(0);
}
