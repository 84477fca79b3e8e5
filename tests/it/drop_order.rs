//! Values are dropped as in a plain function: locals first, the youngest first, then parameters, the last one first.

use antiphon::prelude::*;
use antiphon_tests::{Guard, Log};
use std::pin::pin;

#[antiphon::coroutine(yield = u32)]
fn three(a: Guard, _b: Guard, c: Guard) {
    yield_!(1);
    // Mentioned in another order than declared, and `_b` not at all.
    let _used = (c.name, a.name);
    yield_!(2);
}

#[antiphon::coroutine(yield = u32)]
fn locals(log: Log, _parameter: Guard) {
    let _first = log.guard("first");
    let _second = log.guard("second");
    yield_!(1);
    {
        let _inner = log.guard("inner");
        yield_!(2);
    }
    let moved = log.guard("moved");
    drop(moved);
    yield_!(3);
}

#[test]
fn parameters_of_a_coroutine_that_never_started() {
    let log = Log::new();
    drop(three(log.guard("a"), log.guard("b"), log.guard("c")));
    assert_eq!(log.take(), ["c", "b", "a"]);
}

#[test]
fn parameters_live_until_the_end() {
    let log = Log::new();
    let mut c = pin!(three(log.guard("a"), log.guard("b"), log.guard("c")));
    c.resume();
    c.resume();
    assert!(log.take().is_empty());
    c.resume();
    assert_eq!(log.take(), ["c", "b", "a"]);
}

#[test]
fn parameters_of_a_suspended_coroutine() {
    let log = Log::new();
    {
        let mut c = pin!(three(log.guard("a"), log.guard("b"), log.guard("c")));
        c.resume();
    }
    assert_eq!(log.take(), ["c", "b", "a"]);
}

#[test]
fn patterns_and_unnamed_parameters() {
    #[antiphon::coroutine(yield = u32)]
    fn f(a: Guard, (b, _): (Guard, Guard), _: Guard, e: Guard) {
        yield_!(1);
        let _used = (&a, &b, &e);
    }
    fn plain(a: Guard, (b, _): (Guard, Guard), _: Guard, e: Guard) {
        let _used = (&a, &b, &e);
    }
    let log = Log::new();
    plain(log.guard("a"), (log.guard("b"), log.guard("c")), log.guard("d"), log.guard("e"));
    let expected = log.take();
    let mut c = pin!(f(log.guard("a"), (log.guard("b"), log.guard("c")), log.guard("d"), log.guard("e")));
    c.resume();
    assert!(log.take().is_empty());
    c.resume();
    assert_eq!(log.take(), expected);
}

#[test]
#[allow(clippy::toplevel_ref_arg, reason = "it has its effect on the order")]
fn patterns_that_are_bound_inside() {
    struct Pair {
        left: Guard,
        #[expect(dead_code, reason = "dropped only")]
        right: Guard,
    }
    #[antiphon::coroutine(yield = u32)]
    fn f(a: Guard, Pair { left, .. }: Pair, ref c: Guard, d: Guard) {
        yield_!(1);
        let _used = (&a, &left, c, &d);
    }
    fn plain(a: Guard, Pair { left, .. }: Pair, ref c: Guard, d: Guard) {
        let _used = (&a, &left, c, &d);
    }
    let log = Log::new();
    let pair = |log: &Log| Pair { left: log.guard("left"), right: log.guard("right") };
    plain(log.guard("a"), pair(&log), log.guard("c"), log.guard("d"));
    let expected = log.take();
    let mut c = pin!(f(log.guard("a"), pair(&log), log.guard("c"), log.guard("d")));
    c.resume();
    assert!(log.take().is_empty());
    c.resume();
    assert_eq!(log.take(), expected);
}

#[test]
fn locals_where_it_stands() {
    let log = Log::new();
    {
        let mut c = pin!(locals(log.clone(), log.guard("parameter")));
        c.resume();
        c.resume();
    }
    assert_eq!(log.take(), ["inner", "second", "first", "parameter"]);
}

#[test]
fn locals_to_the_end() {
    let log = Log::new();
    let mut c = pin!(locals(log.clone(), log.guard("parameter")));
    c.resume();
    c.resume();
    c.resume();
    assert_eq!(log.take(), ["inner", "moved"]);
    assert_eq!(c.resume(), Complete(()));
    assert_eq!(log.take(), ["second", "first", "parameter"]);
}

#[test]
fn a_child_before_its_parent() {
    #[antiphon::coroutine(yield = u32)]
    fn parent(log: Log) {
        let _guard = log.guard("parent's");
        yield_from!(locals(log.clone(), log.guard("child's parameter")));
        yield_!(9);
    }
    let log = Log::new();
    {
        let mut c = pin!(parent(log.clone()));
        c.resume();
    }
    assert_eq!(log.take(), ["second", "first", "child's parameter", "parent's"]);
    {
        let mut c = pin!(parent(log.clone()));
        while c.resume() != Yielded(9) {}
        assert_eq!(log.take(), ["inner", "moved", "second", "first", "child's parameter"]);
    }
    assert_eq!(log.take(), ["parent's"]);
}

#[test]
fn a_sent_value_that_nobody_keeps_is_dropped_at_once() {
    #[antiphon::coroutine(send = Guard)]
    fn f() {
        yield_!();
        let _kept = yield_!();
        yield_!();
    }
    let log = Log::new();
    {
        let mut c = pin!(f());
        c.start();
        c.send(log.guard("lost"));
        assert_eq!(log.take(), ["lost"]);
        c.send(log.guard("kept"));
        assert!(log.take().is_empty());
    }
    assert_eq!(log.take(), ["kept"]);
}

/// As in `f(temporary().value())`: the temporary lives to the end of the statement, across the suspension.
#[test]
fn temporaries_of_the_operand() {
    #[antiphon::coroutine(yield = usize)]
    fn f(log: Log) {
        let _ = (yield_!(log.guard("temporary").name.len()), log.note("still in the statement"));
        yield_!(0);
    }
    let log = Log::new();
    let mut c = pin!(f(log.clone()));
    assert_eq!(c.resume(), Yielded(9));
    assert!(log.take().is_empty());
    c.resume();
    assert_eq!(log.take(), ["still in the statement", "temporary"]);
}
