//! A coroutine that is sent `()` is an iterator.

use antiphon::prelude::*;
use std::pin::pin;

#[antiphon::coroutine(yield = u32)]
fn countdown(from: u32) -> &'static str {
    for n in (0..from).rev() {
        yield_!(n + 1);
    }
    "lift-off"
}

#[test]
fn by_value() {
    let mut seen = Vec::new();
    for n in countdown(3) {
        seen.push(n);
    }
    assert_eq!(seen, [3, 2, 1]);
}

#[test]
fn pinned() {
    let mut seen = Vec::new();
    for n in pin!(countdown(3)) {
        seen.push(n);
    }
    assert_eq!(seen, [3, 2, 1]);
}

#[test]
fn by_reference_it_can_be_left_and_taken_up_again() {
    let mut c = pin!(countdown(4));
    for n in &mut c {
        if n == 3 {
            break;
        }
    }
    assert_eq!(c.status(), Status::Suspended);
    assert_eq!(c.next(), Some(2));
    assert_eq!([c.resume(), c.resume()], [Yielded(1), Complete("lift-off")]);
}

#[test]
fn leaving_a_loop_by_value_drops_it() {
    let log = antiphon_tests::Log::new();
    #[antiphon::coroutine(yield = u32)]
    fn guarded(_guard: antiphon_tests::Guard) {
        yield_!(1);
        yield_!(2);
    }
    for n in guarded(log.guard("dropped")) {
        if n == 1 {
            break;
        }
    }
    assert_eq!(log.take(), ["dropped"]);
}

#[test]
fn it_is_fused() {
    fn is_fused(_: &impl std::iter::FusedIterator) {}
    let mut c = pin!(countdown(1));
    is_fused(&c);
    is_fused(&Box::pin(countdown(1)));
    assert_eq!([c.next(), c.next(), c.next()], [Some(1), None, None]);
}

#[test]
fn adapters_of_the_standard_library_work() {
    let firsts: Vec<_> = countdown(10).into_iter().step_by(3).map(|n| n * 10).collect();
    assert_eq!(firsts, [100, 70, 40, 10]);
    assert_eq!(pin!(countdown(4)).zip("abc".chars()).last(), Some((2, 'c')));
}
