//! A coroutine that only receives takes sequences of values, and gives back those that it does not want.

use antiphon::prelude::*;
use antiphon_tests::{Log, with_panic_hook};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

/// Takes so many values.
#[antiphon::coroutine(send = u32)]
fn sum_of(count: usize) -> u32 {
    let mut sum = 0;
    for _ in 0..count {
        sum += yield_!();
    }
    sum
}

/// Counts how many values are taken out of it.
fn counted(taken: &std::cell::Cell<u32>) -> impl Iterator<Item = u32> {
    (1..).inspect(|_| taken.set(taken.get() + 1))
}

#[test]
fn no_values_start_it() {
    let mut c = pin!(sum_of(1));
    assert!(matches!(c.send_all([]), Yielded(())));
    assert_eq!(c.status(), Status::Suspended);
    assert!(matches!(c.send_all([]), Yielded(())));
    assert_eq!(c.send(7), Complete(7));
}

#[test]
fn it_takes_no_more_than_it_wants() {
    let taken = std::cell::Cell::new(0);
    let mut c = pin!(sum_of(3));
    let Complete((sum, mut rest)) = c.send_all(counted(&taken)) else { panic!("it is endless") };
    assert_eq!((sum, taken.get()), (6, 3));
    assert_eq!(rest.next(), Some(4));
}

#[test]
fn one_that_returns_at_once_takes_none() {
    let taken = std::cell::Cell::new(0);
    let mut c = pin!(sum_of(0));
    assert!(matches!(c.send_all(counted(&taken)), Complete((0, _))));
    let mut c = pin!(sum_of(0));
    c.extend(counted(&taken));
    assert_eq!((c.status(), taken.get()), (Status::Finished, 0));
}

#[test]
fn the_last_value_may_be_the_one_it_returns_at() {
    let mut c = pin!(sum_of(2));
    assert!(matches!(c.send_all([1]), Yielded(())));
    let Complete((3, rest)) = c.send_all([2]) else { panic!("it had two") };
    assert_eq!(rest.len(), 0);
}

#[test]
fn every_kind_is_extended() {
    fn in_two_parts(mut c: impl Extend<u32> + Consumer<Send = u32, Return = u32> + Unpin) {
        let mut values = 1..;
        c.extend(values.by_ref().take(2));
        assert_eq!(c.status(), Status::Suspended);
        c.extend(&mut values);
        assert_eq!((c.status(), values.next()), (Status::Finished, Some(4)));
        // Nothing is wanted, and nothing taken.
        c.extend(&mut values);
        assert_eq!(values.next(), Some(5));
    }
    in_two_parts(pin!(sum_of(3)));
    in_two_parts(Box::pin(sum_of(3)));
    in_two_parts(sum_of(3).boxed());
    in_two_parts(sum_of(3).boxed_send());
    in_two_parts(sum_of(3).shared());
}

#[test]
fn two_are_filled_as_two_collections_are() {
    let mut both = (Box::pin(sum_of(3)), Vec::new());
    both.extend([(1, 'a'), (2, 'b')]);
    assert_eq!(both.0.send(3), Complete(6));
    assert_eq!(both.1, ['a', 'b']);
}

#[test]
fn errors_and_the_close_of_other_modes() {
    #[antiphon::coroutine(send = u32, throw = &'static str, close)]
    fn until_thrown() -> Result<u32, &'static str> {
        let mut sum = 0;
        loop {
            match yield_!() {
                Ok(value) => sum += value?,
                Err(GeneratorExit) => return Ok(sum),
            }
        }
    }
    let mut c = pin!(until_thrown());
    c.extend([1, 2, 3]);
    assert_eq!(c.close(), Ok(Some(Ok(6))));
    let mut c = pin!(until_thrown());
    c.extend([1, 2, 3]);
    assert_eq!(c.throw("no"), Ok(Complete(Err("no"))));
}

#[test]
fn what_is_not_wanted_is_dropped_with_the_iterator() {
    #[antiphon::coroutine(send = antiphon_tests::Guard)]
    fn two(log: Log) {
        drop(yield_!());
        log.note("between");
        drop(yield_!());
    }
    let log = Log::new();
    let mut c = pin!(two(log.clone()));
    let Complete(((), rest)) = c.send_all(["a", "b", "c"].map(|name| log.guard(name))) else { panic!("it takes two") };
    assert_eq!(log.take(), ["a", "between", "b"]);
    drop(rest);
    assert_eq!(log.take(), ["c"]);
}

#[test]
fn one_that_has_ended_refuses() {
    let mut c = pin!(sum_of(0));
    c.start();
    let text = panic_text(|| drop(c.send_all([1])));
    assert_eq!(text, "cannot send to a coroutine that has finished");
}

#[test]
fn one_that_has_panicked_refuses() {
    #[antiphon::coroutine(send = u32)]
    fn fails() {
        assert_eq!(yield_!(), 0, "not nothing");
    }
    let mut c = pin!(fails());
    let text = panic_text(|| c.extend([1, 2]));
    assert!(text.contains("not nothing"), "{text}");
    assert_eq!(panic_text(|| c.extend([1])), "cannot send to a coroutine that has panicked");
}

#[test]
fn a_refusal_names_the_caller() {
    let line = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let seen = line.clone();
    let mut c = pin!(sum_of(0));
    c.start();
    let here = line!() + 3;
    with_panic_hook(
        move |info| seen.store(info.location().expect("a location").line(), std::sync::atomic::Ordering::Relaxed),
        || catch_unwind(AssertUnwindSafe(|| drop(c.send_all([1])))).expect_err("it has ended"),
    );
    assert!(line.load(std::sync::atomic::Ordering::Relaxed).abs_diff(here) <= 1);
}

/// The text that a call panics with.
fn panic_text(call: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(call)).expect_err("it panics");
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast_ref::<&str>().expect("a text").to_string(),
    }
}
