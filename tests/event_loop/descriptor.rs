//! Waiting for descriptors that are none of the loop's own.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::future::{Future, poll_fn};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use antiphon::event_loop::{self, AsyncFd, cancellable, spawn, timeout, yield_now};

use crate::{Log, settle};

/// A pipe that does not block: what is read, and what is written to.
pub(crate) fn pipe() -> (File, File) {
    let (read, write) = blocking_pipe();
    rustix::io::ioctl_fionbio(&read, true).unwrap();
    rustix::io::ioctl_fionbio(&write, true).unwrap();
    (read, write)
}

fn blocking_pipe() -> (File, File) {
    let (read, write) = rustix::pipe::pipe().unwrap();
    (read.into(), write.into())
}

pub(crate) async fn read<F: AsFd>(fd: &AsyncFd<F>, room: usize) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; room];
    let n = fd.read_with(|fd| Ok(rustix::io::read(fd, &mut buffer[..])?)).await?;
    buffer.truncate(n);
    Ok(buffer)
}

pub(crate) async fn write<F: AsFd>(fd: &AsyncFd<F>, bytes: &[u8]) -> io::Result<usize> {
    fd.write_with(|fd| Ok(rustix::io::write(fd, bytes)?)).await
}

/// Writes until there is no room.
pub(crate) fn fill(mut to: &File) -> usize {
    let mut written = 0;
    while let Ok(n) = to.write(&[7; 1 << 12]) {
        written += n;
    }
    written
}

/// Polls so many times, and then drops it.
async fn cut<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut polled = 0;
    poll_fn(|cx| {
        polled += 1;
        match future.as_mut().poll(cx) {
            Poll::Pending if polled == polls => Poll::Ready(None),
            polled => polled.map(Some),
        }
    })
    .await
}

/// Whether it waits, after all that could happen has happened.
pub(crate) async fn waits(future: impl Future) -> bool {
    let mut future = pin!(future);
    for _ in 0..5 {
        if cut(future.as_mut(), 1).await.is_some() {
            return false;
        }
        settle().await;
    }
    true
}

#[test]
fn who_reads_a_pipe_waits_for_what_is_written() {
    let log = Log::default();
    event_loop::run(async {
        let (ours, mut theirs) = pipe();
        let ours = AsyncFd::new(ours).unwrap();
        let said = log.clone();
        let reader = spawn(async move {
            for _ in 0..2 {
                let bytes = read(&ours, 8).await.unwrap();
                said.add(format!("read {}", String::from_utf8(bytes).unwrap()));
            }
        });
        for word in ["one", "two"] {
            settle().await;
            log.add(format!("write {word}"));
            theirs.write_all(word.as_bytes()).unwrap();
            while log.0.borrow().len() % 2 == 1 {
                yield_now().await;
            }
        }
        reader.await.unwrap();
    })
    .unwrap();
    log.assert(&["write one", "read one", "write two", "read two"]);
}

#[test]
fn who_writes_waits_for_room() {
    event_loop::run(async {
        let (theirs, ours) = pipe();
        let filled = fill(&ours);
        let ours = AsyncFd::new(ours).unwrap();
        assert!(waits(write(&ours, b"more")).await);
        let writer = spawn(async move { write(&ours, b"more").await });
        settle().await;
        let mut bytes = vec![0; filled];
        (&theirs).read_exact(&mut bytes).unwrap();
        assert_eq!(writer.await.unwrap().unwrap(), 4);
        assert_eq!((&theirs).read(&mut bytes).unwrap(), 4);
    })
    .unwrap();
}

#[test]
fn one_descriptor_in_both_directions_at_once() {
    const ALL: usize = 1 << 20;
    event_loop::run(async {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let send = async |fd: &AsyncFd<UnixStream>| {
            let mut sent = 0;
            while sent < ALL {
                sent += write(fd, &vec![1; ALL - sent]).await.unwrap();
            }
        };
        let receive = async |fd: &AsyncFd<UnixStream>| {
            let mut received = 0;
            while received < ALL {
                received += read(fd, 1 << 14).await.unwrap().len();
            }
            received
        };
        let [ours, theirs] = [ours, theirs].map(|stream| {
            stream.set_nonblocking(true).unwrap();
            Rc::new(AsyncFd::new(stream).unwrap())
        });
        let tasks = [ours, theirs].map(|fd| {
            let same = fd.clone();
            (spawn(async move { send(&fd).await }), spawn(async move { receive(&same).await }))
        });
        for (sender, receiver) in tasks {
            sender.await.unwrap();
            assert_eq!(receiver.await.unwrap(), ALL);
        }
    })
    .unwrap();
}

#[test]
fn all_who_wait_are_woken() {
    event_loop::run(async {
        let (ours, mut theirs) = pipe();
        let ours = Rc::new(AsyncFd::new(ours).unwrap());
        let same = ours.clone();
        let told: Vec<_> = (0..20)
            .map(|_| {
                let ours = ours.clone();
                spawn(async move { ours.readable().await })
            })
            .collect();
        // Those have no task each, and a waker of somebody else's.
        let others = spawn(async move {
            let all = (0..20).map(|_| same.readable());
            futures::future::join_all(all).await.into_iter().collect::<io::Result<Vec<()>>>()
        });
        let readers: Vec<_> = (0..20)
            .map(|_| {
                let ours = ours.clone();
                spawn(async move { read(&ours, 1).await.unwrap()[0] })
            })
            .collect();
        settle().await;
        theirs.write_all(&[0; 7]).unwrap();
        for task in told {
            task.await.unwrap().unwrap();
        }
        assert_eq!(others.await.unwrap().unwrap().len(), 20);
        settle().await;
        assert_eq!(readers.iter().filter(|task| task.is_finished()).count(), 7);
        theirs.write_all(&[0; 13]).unwrap();
        for task in readers {
            task.await.unwrap();
        }
    })
    .unwrap();
}

#[test]
fn what_is_cut_at_any_suspension_loses_nothing() {
    let mut completed = false;
    for polls in 1.. {
        if completed {
            assert!(polls > 4, "it does not wait");
            break;
        }
        event_loop::run(async {
            let (ours, theirs) = pipe();
            let (ours, theirs) = (AsyncFd::new(ours).unwrap(), AsyncFd::new(theirs).unwrap());
            let writer = spawn(async move {
                for n in 0..5 {
                    yield_now().await;
                    theirs.writable().await.unwrap();
                    assert_eq!(write(&theirs, &[n]).await.unwrap(), 1);
                }
            });
            let got = RefCell::new(Vec::new());
            let body = async || {
                while got.borrow().len() < 5 {
                    ours.readable().await.unwrap();
                    // What one task has found another one may have read: so both ways of waiting wait.
                    for _ in 0..2 {
                        if got.borrow().len() < 5 {
                            let bytes = read(&ours, 1).await.unwrap();
                            got.borrow_mut().extend(bytes);
                        }
                    }
                }
            };
            completed = cut(body(), polls).await.is_some();
            cut(body(), usize::MAX).await.unwrap();
            writer.await.unwrap();
            assert_eq!(*got.borrow(), [0, 1, 2, 3, 4], "after {polls} polls");
        })
        .unwrap();
    }
}

#[test]
fn readable_is_true_each_time_it_is_asked() {
    event_loop::run(async {
        let (ours, mut theirs) = pipe();
        let ours = AsyncFd::new(ours).unwrap();
        assert!(waits(ours.readable()).await);
        theirs.write_all(b"abc").unwrap();
        // Nobody reads, or not all, or not by us.
        for _ in 0..3 {
            ours.readable().await.unwrap();
            ours.readable().await.unwrap();
            assert_eq!(ours.get_ref().read(&mut [0]).unwrap(), 1);
        }
        assert!(waits(ours.readable()).await);
        assert!(waits(read(&ours, 1)).await);
        theirs.write_all(b"d").unwrap();
        ours.readable().await.unwrap();
        assert_eq!(read(&ours, 8).await.unwrap(), b"d");
        assert!(waits(ours.readable()).await);
    })
    .unwrap();
}

#[test]
fn writable_is_true_each_time_it_is_asked() {
    event_loop::run(async {
        let (mut theirs, ours) = pipe();
        let ours = AsyncFd::new(ours).unwrap();
        ours.writable().await.unwrap();
        ours.writable().await.unwrap();
        let filled = fill(ours.get_ref());
        assert!(waits(ours.writable()).await);
        theirs.read_exact(&mut vec![0; filled]).unwrap();
        ours.writable().await.unwrap();
        // Nothing is to be read from this end, and the other direction says nothing of that.
        assert!(waits(ours.readable()).await);
    })
    .unwrap();
}

#[test]
fn one_that_blocks_can_be_waited_for() {
    event_loop::run(async {
        let (ours, mut theirs) = blocking_pipe();
        let ours = AsyncFd::new(ours).unwrap();
        let reader = spawn(async move {
            let mut read = Vec::new();
            while read.len() < 4 {
                ours.readable().await.unwrap();
                let mut byte = [0];
                ours.get_ref().read_exact(&mut byte).unwrap();
                read.extend(byte);
            }
            read
        });
        for bytes in [b"ab", b"cd"] {
            settle().await;
            theirs.write_all(bytes).unwrap();
        }
        assert_eq!(reader.await.unwrap(), b"abcd");
    })
    .unwrap();
}

#[test]
fn what_comes_right_after_the_attempt_is_no_edge_missed() {
    event_loop::run(async {
        let (ours, mut theirs) = pipe();
        let ours = AsyncFd::new(ours).unwrap();
        let mut attempts = 0;
        let n = ours.read_with(|mut ours| {
            attempts += 1;
            let read = ours.read(&mut [0; 8]);
            if attempts == 1 {
                theirs.write_all(b"late").unwrap();
            }
            read
        });
        assert_eq!(n.await.unwrap(), 4);
        assert_eq!(attempts, 2);
    })
    .unwrap();
}

#[test]
fn errors_and_panics_of_what_is_tried_come_out_and_it_goes_on() {
    event_loop::run(async {
        let (ours, mut theirs) = pipe();
        let ours = AsyncFd::new(ours).unwrap();
        let error = ours.read_with(|_| io::Result::<()>::Err(io::Error::other("mine"))).await.unwrap_err();
        assert_eq!(error.to_string(), "mine");
        let mut tries = 0;
        let tried = ours.read_with(|_| {
            tries += 1;
            if tries < 3 { Err(io::ErrorKind::Interrupted.into()) } else { Ok(tries) }
        });
        assert_eq!(tried.await.unwrap(), 3);
        let mut panics = pin!(ours.read_with(|_| -> io::Result<()> { panic!("mine") }));
        let caught = poll_fn(|cx| {
            let polled = catch_unwind(AssertUnwindSafe(|| panics.as_mut().poll(cx).is_pending()));
            Poll::Ready(polled.is_err())
        });
        assert!(caught.await);
        // Within what is tried, others may be tried and made.
        theirs.write_all(b"ab").unwrap();
        let nested = ours.read_with(|mut io| {
            let inner = AsyncFd::new(io)?;
            assert!(futures::FutureExt::now_or_never(read(&inner, 1)).unwrap().is_ok());
            io.read(&mut [0; 8])
        });
        assert_eq!(nested.await.unwrap(), 1);
    })
    .unwrap();
}

#[test]
fn one_that_is_always_ready_leaves_the_others_their_turn() {
    event_loop::run(async {
        let (ours, _theirs) = pipe();
        let ours = AsyncFd::new(ours).unwrap();
        let done = Rc::new(Cell::new(false));
        let set = done.clone();
        let other = spawn(async move { set.set(true) });
        while !done.get() {
            ours.read_with(|_| Ok(())).await.unwrap();
        }
        other.await.unwrap();
    })
    .unwrap();
}

#[test]
fn who_is_cancelled_waits_no_more() {
    event_loop::run(async {
        let (ours, mut theirs) = pipe();
        let ours = Rc::new(AsyncFd::new(ours).unwrap());
        assert!(timeout(Duration::ZERO, ours.readable()).await.is_err());
        assert!(timeout(Duration::ZERO, read(&ours, 1)).await.is_err());
        let same = ours.clone();
        let told = spawn(async move { cancellable(read(&same, 1)).await.is_err() });
        settle().await;
        told.cancel();
        assert!(told.await.unwrap());
        theirs.write_all(b"a").unwrap();
        assert_eq!(read(&ours, 8).await.unwrap(), b"a");
    })
    .unwrap();
}
