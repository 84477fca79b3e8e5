//! Protocols on a wire in memory: what they wait for, and what drivers may do.

use antiphon::prelude::*;
use antiphon::protocol::{Ask, Machine, Protocol, Want, Wire, WireError};
use proptest::prelude::*;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// Gives the wire back, with what came of it.
macro_rules! machine {
    ($wire:ident => $body:expr) => {
        Machine::new(|mut $wire: Wire| {
            Box::pin(antiphon::generator!(yield = Ask<&'static str>, send = Wire => move {
                let result = $body;
                ($wire, result)
            }))
        })
    };
}

/// Feeds it piece by piece, and then the end; what it returned, if it did.
fn fed<P: Protocol>(machine: &mut Machine<P>, pieces: &[&[u8]]) -> Option<P::Output> {
    let mut pieces = pieces.iter();
    loop {
        match machine.resume() {
            Complete(output) => return Some(output),
            Yielded(_) if machine.wire().is_ended() => return None,
            Yielded(_) => match pieces.next() {
                Some(piece) => machine.wire().feed(piece),
                None => machine.wire().end(),
            },
        }
    }
}

#[test]
fn a_mark_is_found_up_to_the_limit_and_not_behind_it() {
    let until = |limit, pieces: &[&[u8]]| {
        let mut machine = machine!(wire => yield_from!(wire.until(1, b'\n', limit)));
        let found = fed(&mut machine, pieces).unwrap();
        // Nothing was taken.
        assert!(pieces.concat().starts_with(machine.wire().bytes()));
        found
    };
    let too_long = |found: Result<usize, WireError>, limit: usize| {
        assert_eq!(found.unwrap_err().to_string(), format!("no end within the limit of {limit} bytes"));
    };
    for pieces in [&[&b"_ab\n"[..]][..], &[b"_", b"a", b"b", b"\n"], &[b"_a", b"b\n\n"]] {
        assert_eq!(until(3, pieces), Ok(4));
        assert_eq!(until(usize::MAX, pieces), Ok(4));
        too_long(until(2, pieces), 2);
    }
    too_long(until(0, &[b"_\n"]), 0);
    // It does not wait for what can't help.
    too_long(until(2, &[b"_ab"]), 2);
    assert_eq!(until(3, &[b"_ab"]), Err(WireError::Ended));
    // A mark before is none.
    assert_eq!(until(3, &[b"\na"]), Err(WireError::Ended));
}

#[test]
fn so_many_bytes_or_the_end() {
    let mut machine = machine!(wire => yield_from!(wire.at_least(3)));
    assert_eq!(fed(&mut machine, &[b"a", b"", b"bc"]), Some(Ok(())));
    let mut machine = machine!(wire => yield_from!(wire.at_least(3)));
    assert_eq!(fed(&mut machine, &[b"a", b"b"]), Some(Err(WireError::Ended)));
    assert_eq!(machine.into_wire().bytes(), b"ab");
    let mut machine = machine!(wire => yield_from!(wire.at_least(0)));
    assert_eq!(fed(&mut machine, &[]), Some(Ok(())));
}

#[test]
fn between_messages_an_end_is_no_error() {
    let then_more = || {
        machine!(wire => {
            let first = yield_from!(wire.any());
            let again = yield_from!(wire.any());
            let more = yield_from!(wire.more());
            (first, again, more)
        })
    };
    assert_eq!(fed(&mut then_more(), &[]), Some((Ok(false), Ok(false), Err(WireError::Ended))));
    assert_eq!(fed(&mut then_more(), &[b"a", b"b"]), Some((Ok(true), Ok(true), Ok(()))));
}

#[test]
fn who_resumes_too_early_is_asked_again() {
    let mut machine = machine!(wire => {
        yield_from!(wire.at_least(2)).unwrap();
        wire.write(b"answer");
        yield_from!(wire.flush());
        yield_from!(wire.sleep_until(Duration::from_secs(5)));
        yield_from!(wire.event("done"));
    });
    for _ in 0..3 {
        assert_eq!(machine.resume(), Yielded(Want::More));
    }
    machine.wire().feed(b"a");
    assert_eq!(machine.resume(), Yielded(Want::More));
    machine.wire().feed(b"b");
    for sent in [0, 3, 0, 2] {
        assert_eq!(machine.resume(), Yielded(Want::Flush));
        machine.wire().sent(sent);
    }
    assert_eq!(machine.wire().unsent(), b"r");
    machine.wire().sent(1);
    for second in [0, 3, 4] {
        machine.wire().set_now(Duration::from_secs(second));
        assert_eq!(machine.resume(), Yielded(Want::Sleep(Duration::from_secs(5))));
    }
    machine.wire().set_now(Duration::from_secs(5));
    assert_eq!(machine.resume(), Yielded(Want::Event("done")));
    assert_eq!(machine.resume(), Complete(()));
}

#[test]
fn who_is_not_there_in_time_is_late() {
    let waiting = || {
        machine!(wire => {
            wire.set_deadline(Some(Duration::from_secs(10)));
            let first = yield_from!(wire.at_least(2));
            wire.set_deadline(None);
            let second = yield_from!(wire.at_least(2));
            (first, second)
        })
    };
    let mut machine = waiting();
    assert_eq!(machine.resume(), Yielded(Want::More));
    assert_eq!(machine.wire().deadline(), Some(Duration::from_secs(10)));
    machine.wire().set_now(Duration::from_secs(9));
    assert_eq!(machine.resume(), Yielded(Want::More));
    machine.wire().feed(b"a");
    machine.wire().set_now(Duration::from_secs(10));
    // There is more than there was, but not enough: it is late now.
    assert_eq!(machine.resume(), Yielded(Want::More));
    assert_eq!(machine.resume(), Yielded(Want::More));
    assert_eq!(machine.wire().deadline(), None);
    machine.wire().feed(b"b");
    assert_eq!(machine.resume(), Complete((Err(WireError::TimedOut), Ok(()))));

    // What came is in time, and so is the end.
    let mut machine = waiting();
    machine.resume();
    machine.wire().feed(b"ab");
    machine.wire().set_now(Duration::from_secs(99));
    assert_eq!(machine.resume(), Complete((Ok(()), Ok(()))));
    let mut machine = waiting();
    machine.resume();
    machine.wire().end();
    machine.wire().set_now(Duration::from_secs(99));
    assert_eq!(machine.resume(), Complete((Err(WireError::Ended), Err(WireError::Ended))));
}

#[test]
fn what_a_protocol_leaves_is_there_for_the_next() {
    let mut machine = machine!(wire => {
        let length = yield_from!(wire.until(0, b'\n', 100)).unwrap();
        wire.consume(length);
        wire.write(b"upgraded\n");
    });
    machine.wire().feed(b"upgrade\nrest");
    machine.resume();
    assert_eq!(machine.resume(), Complete(()));
    let mut next = Machine::with_wire(machine.into_wire(), |mut wire: Wire| {
        Box::pin(antiphon::generator!(yield = Ask, send = Wire => move {
            let came = wire.bytes().to_vec();
            wire.write(b"next");
            (wire, came)
        }))
    });
    assert_eq!(next.resume(), Complete(b"rest".to_vec()));
    assert_eq!(next.wire().unsent(), b"upgraded\nnext");
}

#[test]
fn a_machine_runs_to_its_first_want_when_it_is_made() {
    let mut machine = machine!(wire => {
        wire.write(b"220 welcome\r\n");
        yield_from!(wire.any())
    });
    assert_eq!(machine.wire().unsent(), b"220 welcome\r\n");
    machine.wire().end();
    // What it wanted then is told first.
    assert_eq!(machine.resume(), Yielded(Want::More));
    assert_eq!(machine.resume(), Complete(Ok(false)));
}

#[track_caller]
fn panic_of(f: impl FnOnce()) -> String {
    let payload = antiphon_tests::with_panic_hook(|_| {}, || catch_unwind(AssertUnwindSafe(f)).unwrap_err());
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => (*payload.downcast::<&str>().unwrap()).to_owned(),
    }
}

#[test]
fn misuse_panics() {
    let mut wire = Wire::new();
    wire.feed(b"abc");
    assert_eq!(panic_of(|| wire.consume(4)), "more is consumed than has come");
    assert_eq!(panic_of(|| wire.sent(1)), "more was sent than was written");
    let room = wire.room(1).len();
    assert_eq!(panic_of(|| wire.fed(room + 1)), "more came than there is room");
    assert_eq!((wire.bytes(), wire.unsent()), (&b"abc"[..], &b""[..]));

    let mut machine = machine!(_wire => ());
    assert_eq!(machine.resume(), Complete(()));
    assert!(panic_of(|| _ = machine.resume()).contains("finished"));
}

#[test]
fn a_protocol_that_panics_takes_the_wire_along_and_nothing_else() {
    let mut machine = machine!(wire => {
        yield_from!(wire.any()).unwrap();
        assert!(wire.bytes() != b"!", "it was told to");
    });
    machine.resume();
    machine.wire().feed(b"!");
    assert_eq!(panic_of(|| _ = machine.resume()), "it was told to");
    assert!(machine.wire().bytes().is_empty());
    assert!(panic_of(|| _ = machine.resume()).contains("panicked"));
}

#[test]
fn a_machine_is_send_if_its_protocol_is() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&machine!(wire => yield_from!(wire.any())));
}

#[derive(Clone, Debug)]
enum Step {
    Feed(Vec<u8>),
    Read(usize, usize),
    Consume(usize),
    Write(Vec<u8>),
    Sent(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let bytes = || proptest::collection::vec(any::<u8>(), 0..200);
    prop_oneof![
        bytes().prop_map(Step::Feed),
        (0..300_usize, any::<usize>()).prop_map(|(room, came)| Step::Read(room, came)),
        any::<usize>().prop_map(Step::Consume),
        bytes().prop_map(Step::Write),
        any::<usize>().prop_map(Step::Sent),
    ]
}

proptest! {
    /// Whatever is moved around within: a wire is two queues.
    #[test]
    fn bytes_stay_in_order(steps in proptest::collection::vec(step(), 0..200)) {
        let mut wire = Wire::new();
        let (mut came, mut unsent) = (VecDeque::new(), VecDeque::new());
        for step in steps {
            match step {
                Step::Feed(bytes) => {
                    wire.feed(&bytes);
                    came.extend(bytes);
                }
                Step::Read(least, length) => {
                    let room = wire.room(least);
                    prop_assert!(room.len() >= least);
                    let length = length % (room.len() + 1);
                    room[..length].fill(7);
                    wire.fed(length);
                    came.extend(std::iter::repeat_n(7, length));
                }
                Step::Consume(length) => {
                    let length = length % (came.len() + 1);
                    wire.consume(length);
                    came.drain(..length);
                }
                Step::Write(bytes) => {
                    wire.write(&bytes);
                    unsent.extend(bytes);
                }
                Step::Sent(length) => {
                    let length = length % (unsent.len() + 1);
                    wire.sent(length);
                    unsent.drain(..length);
                }
            }
            prop_assert_eq!(wire.bytes(), &*came.make_contiguous());
            prop_assert_eq!(wire.unsent(), &*unsent.make_contiguous());
        }
        prop_assert_eq!(wire.split().1, &Vec::from(unsent));
    }
}
