//! What becomes of a descriptor that is waited for, and of which kind it may be.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::time::Duration;

use antiphon::event_loop::{self, AsyncFd, ByteStream, EventLoop, Reader, Writer, gather, spawn, timeout, yield_now};

use crate::descriptor::{fill, pipe, read, waits, write};
use crate::{settle, with_many_descriptors};

#[test]
fn who_is_gone_wakes_who_waits() {
    event_loop::run(async {
        let (ours, theirs) = pipe();
        let ours = Rc::new(AsyncFd::new(ours).unwrap());
        let same = ours.clone();
        let waiting = spawn(async move {
            same.readable().await.unwrap();
            read(&same, 8).await.unwrap()
        });
        let reader = spawn(async move {
            let ends = [read(&ours, 8).await.unwrap(), read(&ours, 8).await.unwrap()];
            ours.readable().await.unwrap();
            ends
        });
        settle().await;
        drop(theirs);
        assert!(waiting.await.unwrap().is_empty());
        assert!(reader.await.unwrap().iter().all(Vec::is_empty));

        let (theirs, ours) = pipe();
        fill(&ours);
        let ours = Rc::new(AsyncFd::new(ours).unwrap());
        let same = ours.clone();
        let waiting = spawn(async move { same.writable().await });
        let writer = spawn(async move { write(&ours, b"more").await });
        settle().await;
        drop(theirs);
        waiting.await.unwrap().unwrap();
        assert_eq!(writer.await.unwrap().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    })
    .unwrap();
}

#[test]
fn dropped_it_is_closed() {
    event_loop::run(async {
        let (mut theirs, ours) = pipe();
        let ours = AsyncFd::new(ours).unwrap();
        assert!(theirs.read(&mut [0]).is_err());
        drop(ours);
        assert_eq!(theirs.read(&mut [0]).unwrap(), 0);
    })
    .unwrap();
}

#[test]
fn two_of_the_same_descriptor_do_not_disturb_each_other() {
    event_loop::run(async {
        let (ours, mut theirs) = pipe();
        let one = AsyncFd::new(&ours).unwrap();
        let other = AsyncFd::new(ours.as_fd()).unwrap();
        let duplicate = AsyncFd::new(ours.try_clone().unwrap()).unwrap();
        assert!(waits(read(&one, 1)).await && waits(read(&other, 1)).await && waits(read(&duplicate, 1)).await);
        theirs.write_all(b"abc").unwrap();
        assert_eq!(read(&other, 1).await.unwrap(), b"a");
        assert_eq!(read(&one, 1).await.unwrap(), b"b");
        assert_eq!(read(&duplicate, 1).await.unwrap(), b"c");
        // Nobody is told by one that is gone.
        drop(one);
        assert!(waits(read(&other, 1)).await);
        drop(duplicate);
        theirs.write_all(b"d").unwrap();
        assert_eq!(read(&other, 1).await.unwrap(), b"d");
        // The loop's own are descriptors, too.
        let (client, server) = event_loop::UnixStream::pair().unwrap();
        let client = AsyncFd::new(client).unwrap();
        let waiting = spawn(async move { read(&client, 8).await });
        settle().await;
        ByteStream::write_all(&server, b"hello").await.unwrap();
        assert_eq!(waiting.await.unwrap().unwrap(), b"hello");
    })
    .unwrap();
}

/// Whose descriptor is now this, now that.
struct Liar {
    truth: [File; 2],
    asked: Cell<usize>,
}

impl AsFd for Liar {
    fn as_fd(&self) -> BorrowedFd<'_> {
        let asked = self.asked.replace(self.asked.get() + 1);
        self.truth[asked % 2].as_fd()
    }
}

#[test]
fn whose_descriptor_changes_hurts_nobody_else() {
    event_loop::run(async {
        let ((first, mut to_first), (second, mut to_second)) = (pipe(), pipe());
        let liar = AsyncFd::new(Liar { truth: [first, second], asked: Cell::new(0) }).unwrap();
        to_first.write_all(b"a").unwrap();
        liar.readable().await.unwrap();
        drop(liar);
        assert!(to_second.write(b"a").is_err());

        // What is behind the number at which it was made is closed, and the number another's.
        let ((ours, _theirs), (instead, mut to_instead)) = (pipe(), pipe());
        let mut changed = AsyncFd::new(ours).unwrap();
        let mut next = OwnedFd::from(std::mem::replace(changed.get_mut(), instead));
        let (other, mut to_next) = pipe();
        rustix::io::dup2(other, &mut next).unwrap();
        let next = AsyncFd::new(next).unwrap();
        to_instead.write_all(b"b").unwrap();
        assert!(waits(changed.readable()).await);
        // It is not waited for, but it is tried.
        assert_eq!(read(&changed, 1).await.unwrap(), b"b");
        drop(changed);
        assert!(waits(next.readable()).await);
        to_next.write_all(b"c").unwrap();
        next.readable().await.unwrap();
        assert_eq!(read(&next, 1).await.unwrap(), b"c");
    })
    .unwrap();
}

#[test]
fn it_goes_to_another_loop() {
    let (ours, mut theirs) = pipe();
    let first = EventLoop::new().unwrap();
    let ours = first
        .run_until_complete(async {
            let ours = AsyncFd::new(ours).unwrap();
            assert!(waits(read(&ours, 1)).await && waits(ours.readable()).await);
            ours.into_inner()
        })
        .unwrap();
    assert!(format!("{first:?}").contains("sockets: 0"));
    let ours = event_loop::run(async {
        theirs.write_all(b"a").unwrap();
        let ours = AsyncFd::new(ours).unwrap();
        ours.readable().await.unwrap();
        assert_eq!(read(&ours, 8).await.unwrap(), b"a");
        ours
    })
    .unwrap();
    drop(first);
    // Its loop is closed.
    event_loop::run(async {
        let closed = [
            read(&ours, 1).await.unwrap_err(),
            write(&ours, b"b").await.unwrap_err(),
            ours.readable().await.unwrap_err(),
            ours.writable().await.unwrap_err(),
        ];
        assert!(closed.iter().all(|error| error.to_string() == "its event loop is closed"), "{closed:?}");
        theirs.write_all(b"c").unwrap();
        let ours = AsyncFd::new(ours.into_inner()).unwrap();
        assert_eq!(read(&ours, 8).await.unwrap(), b"c");
    })
    .unwrap();
}

#[test]
fn no_room_is_filled_at_once() {
    event_loop::run(async {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let ours = AsyncFd::new(ours).unwrap();
        assert_eq!(ByteStream::read(&ours, &mut []).await.unwrap(), 0);
        // Even when it is known that there is nothing.
        assert!(timeout(Duration::ZERO, ByteStream::read(&ours, &mut [0])).await.is_err());
        assert_eq!(ByteStream::read(&ours, &mut []).await.unwrap(), 0);
    })
    .unwrap();
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_on_a_disk_is_refused_and_not_lost() {
    event_loop::run(async {
        let file = File::open("/proc/self/exe").unwrap();
        let error = AsyncFd::new(&file).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Unsupported);
        assert!(error.to_string().contains("`run_in_executor`"), "{error}");
        assert_eq!((&file).read(&mut [0; 4]).unwrap(), 4);
    })
    .unwrap();
}

#[test]
fn a_simulated_loop_has_none() {
    let (ours, _theirs) = pipe();
    let error = EventLoop::simulated().run_until_complete(async { AsyncFd::new(ours).map(drop) }).unwrap().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::Unsupported);
    assert!(error.to_string().starts_with("a simulated event loop has no descriptors"), "{error}");
}

#[test]
#[should_panic(expected = "no event loop runs on this thread; make a `AsyncFd`")]
fn where_no_loop_runs() {
    drop(AsyncFd::new(pipe().0));
}

#[test]
#[cfg(target_os = "linux")]
fn a_counter_of_events() {
    use rustix::event::{EventfdFlags, eventfd};

    event_loop::run(async {
        let events: OwnedFd = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).unwrap();
        let events = Rc::new(AsyncFd::new(events).unwrap());
        let same = events.clone();
        let counter = spawn(async move {
            let mut count = 0;
            while count < 100 {
                let read = read(&same, 8).await.unwrap();
                count += u64::from_ne_bytes(read.try_into().unwrap());
            }
            count
        });
        for n in 0..100 {
            assert_eq!(write(&events, &1u64.to_ne_bytes()).await.unwrap(), 8);
            if n % 3 == 0 {
                yield_now().await;
            }
        }
        assert_eq!(counter.await.unwrap(), 100);
    })
    .unwrap();
}

#[test]
fn a_thread_wakes_the_loop_through_it() {
    let (ours, mut theirs) = pipe();
    let read = event_loop::run(async {
        let ours = AsyncFd::new(ours).unwrap();
        let thread = std::thread::spawn(move || theirs.write_all(b"from afar"));
        let bytes = read(&ours, 16).await.unwrap();
        thread.join().unwrap().unwrap();
        bytes
    });
    assert_eq!(read.unwrap(), b"from afar");
}

#[test]
fn lines_and_writers() {
    event_loop::run(async {
        let (ours, theirs) = pipe();
        let writer = Writer::new(AsyncFd::new(theirs).unwrap());
        let sender = spawn(async move {
            for line in ["one\n", "two\n", "three"] {
                writer.send(line.as_bytes()).await.unwrap();
            }
            writer.shutdown().await.unwrap();
        });
        let mut lines = Reader::new(AsyncFd::new(ours).unwrap());
        for line in ["one", "two", "three"] {
            assert_eq!(lines.read_line().await.unwrap().unwrap(), line);
        }
        assert!(lines.read_line().await.unwrap().is_none());
        sender.await.unwrap();
    })
    .unwrap();
}

#[test]
fn a_dump_names_what_is_waited_for() {
    let event_loop = EventLoop::new().unwrap();
    event_loop.set_debug(true);
    let ((ours, theirs), (_full, full)) = (pipe(), pipe());
    fill(&full);
    let number = ours.as_raw_fd();
    event_loop
        .run_until_complete(async {
            let (ours, full) = (Rc::new(AsyncFd::new(ours).unwrap()), Rc::new(AsyncFd::new(full).unwrap()));
            let (again, full_again) = (ours.clone(), full.clone());
            let _tasks = (
                spawn(async move { ours.readable().await }),
                spawn(async move { again.read_with(|mut io| io.read(&mut [0])).await }),
                spawn(async move { full.writable().await }),
                spawn(async move { full_again.write_with(|mut io| io.write(&[0])).await }),
            );
            settle().await;
            let dump = event_loop::dump();
            let told: Vec<_> = dump.tasks.iter().map(|task| task.awaits[0].what).collect();
            let operations = ["AsyncFd::readable", "AsyncFd::read_with", "AsyncFd::writable", "AsyncFd::write_with"];
            assert_eq!(told, operations, "{dump}");
            for task in &dump.tasks[..2] {
                assert_eq!(task.awaits[0].about.as_deref(), Some(&*format!("descriptor {number}")), "{dump}");
            }
        })
        .unwrap();
    drop(theirs);
}

#[test]
fn many_at_once() {
    with_many_descriptors();
    event_loop::run(async {
        let pipes = (0..100).map(|n: u8| async move {
            let (ours, theirs) = pipe();
            let (ours, theirs) = (AsyncFd::new(ours).unwrap(), AsyncFd::new(theirs).unwrap());
            let writer = spawn(async move {
                yield_now().await;
                write(&theirs, &[n]).await
            });
            let read = read(&ours, 8).await.unwrap();
            writer.await.unwrap().unwrap();
            read
        });
        for (n, read) in gather(pipes).await.into_iter().enumerate() {
            assert_eq!(read.unwrap(), [n as u8]);
        }
    })
    .unwrap();
}
