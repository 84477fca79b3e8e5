//! Errors of the loop in functions that fail with those of I/O.

use std::io::{Error, ErrorKind, Result};
use std::time::Duration;

use antiphon::event_loop::{
    ByteStream, Conversation, Elapsed, EventLoop, JoinError, ReadError, Reader, RunError, UnixStream, sleep, spawn,
    timeout,
};
use antiphon::protocol::{Ask, Wire, WireError};

/// What is in it.
#[track_caller]
fn inner<E: std::error::Error + 'static>(error: Error) -> E {
    *error.into_inner().expect("an inner error").downcast().expect("of this type")
}

#[test]
fn a_run() {
    fn stuck() -> Result<()> {
        EventLoop::simulated().run_until_complete(std::future::pending())?
    }

    fn within() -> Result<()> {
        EventLoop::simulated()
            .run_until_complete(async { EventLoop::simulated().run_until_complete(async { Ok(()) })? })?
    }

    assert!(matches!(inner(stuck().unwrap_err()), RunError::Stuck));
    assert!(matches!(inner(within().unwrap_err()), RunError::Running));
    let refused = Error::from(RunError::Io(ErrorKind::PermissionDenied.into()));
    assert_eq!(refused.kind(), ErrorKind::PermissionDenied);
    assert!(refused.into_inner().is_none(), "the system's own");
}

#[test]
fn a_task() {
    async fn fails() -> Result<()> {
        spawn(async { panic!("of no use") }).await?
    }

    let failed = EventLoop::simulated().run_until_complete(fails()).unwrap().unwrap_err();
    assert_eq!((failed.kind(), failed.to_string().as_str()), (ErrorKind::Other, "the task panicked: of no use"));
    assert_eq!(*inner::<JoinError>(failed).into_panic().unwrap().downcast::<&str>().unwrap(), "of no use");
}

#[test]
fn a_timeout() {
    async fn waits() -> Result<()> {
        timeout(Duration::from_secs(1), sleep(Duration::from_secs(2))).await?;
        Ok(())
    }

    let late = EventLoop::simulated().run_until_complete(waits()).unwrap().unwrap_err();
    assert_eq!(late.kind(), ErrorKind::TimedOut);
    assert_eq!(inner::<Elapsed>(late), Elapsed);
}

#[antiphon::coroutine(yield = Ask, send = Wire)]
fn line(mut wire: Wire) -> (Wire, std::result::Result<usize, WireError>) {
    wire.set_deadline(Some(wire.now() + Duration::from_secs(1)));
    let found = yield_from!(wire.until(0, b'\n', 4));
    (wire, found)
}

#[test]
fn a_protocol() {
    async fn converses(sent: &'static [u8], ends: bool) -> Result<usize> {
        let (sender, receiver) = UnixStream::pair()?;
        sender.write_all(sent).await?;
        if ends {
            sender.shutdown().await?;
        }
        Ok(Conversation::new(receiver, |wire| Box::pin(line(wire))).run().await??)
    }

    let run = |sent, ends| EventLoop::simulated().run_until_complete(converses(sent, ends)).unwrap();
    assert_eq!(run(b"two\n", false).unwrap(), 4);
    for (sent, ends, kind, error) in [
        (&b"tw"[..], true, ErrorKind::UnexpectedEof, WireError::Ended),
        (b"tw", false, ErrorKind::TimedOut, WireError::TimedOut),
    ] {
        let failed = run(sent, ends).unwrap_err();
        assert_eq!(failed.kind(), kind);
        assert_eq!(inner::<WireError>(failed), error);
    }
    let long = run(b"more than four\n", false).unwrap_err();
    assert_eq!(long.kind(), ErrorKind::InvalidData);
    assert!(matches!(inner(long), WireError::TooLong { limit: 4, .. }));
}

#[test]
fn what_was_read_is_not_lost() {
    async fn reads(sent: &'static [u8]) -> Result<Option<String>> {
        let (sender, receiver) = UnixStream::pair()?;
        sender.write_all(sent).await?;
        drop(sender);
        let mut reader = Reader::with_limit(4, receiver);
        reader.read_exact(1).await?;
        Ok(reader.read_line().await?)
    }

    let read = |sent| EventLoop::simulated().run_until_complete(reads(sent)).unwrap();
    assert_eq!(read(b"1two\n").unwrap().as_deref(), Some("two"));

    let ended = read(b"").unwrap_err();
    assert_eq!(ended.kind(), ErrorKind::UnexpectedEof);
    assert!(matches!(inner(ended), ReadError::Ended(rest) if rest.is_empty()));

    let binary = read(b"1\xff\n").unwrap_err();
    assert_eq!(binary.kind(), ErrorKind::InvalidData);
    assert!(matches!(inner(binary), ReadError::NotText(bytes) if bytes == b"\xff"));

    let long = read(b"1 more than four\n").unwrap_err();
    assert_eq!(long.kind(), ErrorKind::InvalidData);
    assert!(matches!(inner(long), ReadError::TooLong { limit: 4, .. }));
}
