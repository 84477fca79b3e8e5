//! A panic drops every value once, the youngest first, and poisons the coroutine.

use antiphon::prelude::*;
use antiphon_tests::{Guard, Log};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

#[antiphon::coroutine(yield = u32, send = u32)]
fn fragile(log: Log, _parameter: Guard) -> u32 {
    let _local = log.guard("local");
    let divisor = yield_!(1);
    100 / divisor
}

#[test]
fn the_coroutine_is_poisoned_and_its_values_are_dropped() {
    let log = Log::new();
    let mut c = pin!(fragile(log.clone(), log.guard("parameter")));
    c.start();
    assert!(catch_unwind(AssertUnwindSafe(|| c.send(0))).is_err());
    assert_eq!(log.take(), ["local", "parameter"]);
    assert_eq!(c.status(), Status::Poisoned);
    let error = c.try_send(1).unwrap_err();
    assert_eq!(error.to_string(), "cannot send to a coroutine that has panicked");
    assert_eq!(error.into_value(), 1);
    assert!(log.take().is_empty());
}

#[test]
fn at_the_start() {
    #[antiphon::coroutine]
    fn f() {
        panic!("at once")
    }
    let mut c = pin!(f());
    assert!(catch_unwind(AssertUnwindSafe(|| c.start())).is_err());
    assert_eq!(c.status(), Status::Poisoned);
    assert_eq!(c.try_start().unwrap_err().to_string(), "cannot start a coroutine that has panicked");
}

#[test]
fn an_iterator_that_panicked_has_not_come_to_its_end() {
    #[antiphon::coroutine(yield = u32)]
    fn f() {
        yield_!(1);
        panic!("on the way")
    }
    let mut c = pin!(f());
    assert_eq!(c.next(), Some(1));
    for _ in 0..2 {
        assert!(catch_unwind(AssertUnwindSafe(|| c.next())).is_err());
    }
    assert_eq!(c.status(), Status::Poisoned);
}

#[test]
fn from_a_child_outwards() {
    #[antiphon::coroutine(yield = u32, send = u32)]
    fn parent(log: Log, boxed: bool) -> u32 {
        let _guard = log.guard("parent's");
        let child = fragile(log.clone(), log.guard("parameter"));
        if boxed { yield_from!(Box::pin(child)) } else { yield_from!(child) }
    }
    for boxed in [false, true] {
        let log = Log::new();
        let mut c = pin!(parent(log.clone(), boxed));
        c.start();
        assert!(catch_unwind(AssertUnwindSafe(|| c.send(0))).is_err());
        assert_eq!(log.take(), ["local", "parameter", "parent's"]);
        assert_eq!(c.status(), Status::Poisoned);
    }
}

#[test]
fn in_the_operand_of_a_yield() {
    #[antiphon::coroutine(yield = u32)]
    fn f(log: Log) {
        let _guard = log.guard("local");
        yield_!("x".parse::<u32>().unwrap());
    }
    let log = Log::new();
    let mut c = pin!(f(log.clone()));
    assert!(catch_unwind(AssertUnwindSafe(|| c.resume())).is_err());
    assert_eq!(log.take(), ["local"]);
}
