//! Start, send, return: values cross in both directions.

use antiphon::prelude::*;
use std::pin::pin;

#[antiphon::coroutine(yield = u64, send = u64)]
fn double_number(mut number: u64) {
    loop {
        number *= 2;
        number = yield_!(number);
    }
}

#[antiphon::coroutine]
fn empty() {}

#[antiphon::coroutine(yield = &'static str, send = u32)]
fn tally() -> u32 {
    let mut sum = 0;
    for _ in 0..5 {
        sum += yield_!("got it");
    }
    sum
}

/// Sends what it gets back, in another type.
#[antiphon::coroutine(yield = String, send = Box<i64>)]
fn owner() -> Vec<i64> {
    let mut kept = Vec::new();
    while kept.len() < 3 {
        kept.push(*yield_!(format!("{} kept", kept.len())));
    }
    kept
}

#[test]
fn a_body_that_never_yields_completes_at_the_start() {
    let mut c = pin!(empty());
    assert_eq!(c.start(), Complete(()));
    assert_eq!(c.status(), Status::Finished);
}

#[test]
fn nothing_runs_before_the_start() {
    #[antiphon::coroutine]
    fn bomb() {
        panic!("ran")
    }
    let c = pin!(bomb());
    assert_eq!(c.status(), Status::Created);
}

#[test]
fn sent_values_become_the_values_of_yields() {
    let mut c = pin!(double_number(4));
    assert_eq!([c.start(), c.send(5), c.send(1500), c.send(3)], [8, 10, 3000, 6].map(Yielded));
}

#[test]
fn the_return_value_is_given_once() {
    let mut c = pin!(tally());
    assert_eq!(c.start(), Yielded("got it"));
    for _ in 0..4 {
        assert_eq!(c.send(2), Yielded("got it"));
    }
    assert_eq!(c.send(2), Complete(10));
    assert_eq!(c.try_send(2).unwrap_err().into_value(), 2);
}

#[test]
fn owned_values_are_moved_both_ways() {
    let mut c = Box::pin(owner());
    assert_eq!(c.start(), Yielded("0 kept".to_owned()));
    assert_eq!(c.send(Box::new(7)), Yielded("1 kept".to_owned()));
    assert_eq!(c.send(Box::new(8)), Yielded("2 kept".to_owned()));
    assert_eq!(c.send(Box::new(9)), Complete(vec![7, 8, 9]));
}

#[test]
fn resume_starts_and_goes_on() {
    #[antiphon::coroutine(yield = u8)]
    fn two() -> &'static str {
        yield_!(1);
        yield_!(2);
        "end"
    }
    let mut c = pin!(two());
    assert_eq!([c.resume(), c.resume(), c.resume()], [Yielded(1), Yielded(2), Complete("end")]);
}

#[test]
fn the_status_follows_the_life() {
    let mut c = pin!(tally());
    assert_eq!(c.status(), Status::Created);
    c.start();
    assert_eq!(c.status(), Status::Suspended);
    for _ in 0..5 {
        c.send(0);
    }
    assert_eq!(c.status(), Status::Finished);
    assert_eq!(format!("{c:?}"), "Generator { status: Finished, .. }");
}

#[test]
fn every_kind_of_pointer_drives_it() {
    fn first(mut c: impl Coroutine<Yield = u64, Send = u64> + Unpin) -> Option<u64> {
        c.start().yielded()
    }
    assert_eq!(first(pin!(double_number(1))), Some(2));
    assert_eq!(first(Box::pin(double_number(2))), Some(4));
    assert_eq!(first(&mut pin!(double_number(3))), Some(6));
    assert_eq!(first(Box::new(Box::pin(double_number(4)))), Some(8));
    let erased: std::pin::Pin<Box<dyn Coroutine<Yield = u64, Send = u64, Return = ()>>> = Box::pin(double_number(5));
    assert_eq!(first(erased), Some(10));
}

#[test]
fn many_run_side_by_side() {
    let mut all: Vec<_> = (0..100).map(|n| Box::pin(double_number(n))).collect();
    for (n, c) in (0..).zip(&mut all) {
        assert_eq!(c.start(), Yielded(2 * n));
    }
    for (n, c) in (0..).zip(&mut all) {
        assert_eq!(c.send(n + 1), Yielded(2 * (n + 1)));
    }
}

#[test]
fn one_resumes_another_inside_its_body() {
    #[antiphon::coroutine(yield = String, send = u64)]
    fn outer() {
        let mut inner = pin!(double_number(1));
        let mut state = inner.start();
        while let Yielded(value) = state {
            let sent = yield_!(format!("inner says {value}"));
            state = inner.send(sent);
        }
    }
    let mut c = pin!(outer());
    assert_eq!(c.start(), Yielded("inner says 2".into()));
    assert_eq!(c.send(10), Yielded("inner says 20".into()));
}
