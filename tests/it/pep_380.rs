//! PEP 380, a test for each rule: what `yield_from!` does, to each kind of child that there is.

mod closing;

use antiphon::prelude::*;
use antiphon::{CloseError, Shared};
use antiphon_tests::{Guard, Log};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};

/// How a parent delegates.
#[derive(Clone, Copy, Debug)]
enum Way {
    ByValue,
    InFrame,
    Boxed,
    PinnedHere,
    PinnedBox,
    Erased,
    Shared,
}

const WAYS: [Way; 7] =
    [Way::ByValue, Way::InFrame, Way::Boxed, Way::PinnedHere, Way::PinnedBox, Way::Erased, Way::Shared];

/// What a child does about errors and its close.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Temper {
    /// Passes errors on, and ends when it is closed.
    Plain,
    /// Handles errors and goes on.
    GoesOn,
    /// Handles errors by returning.
    Returns,
    /// Fails when it is closed.
    Fails,
    /// Yields when it is closed.
    Ignores,
    /// Panics when it is closed.
    Panics,
}

type Returned = Result<u32, &'static str>;

#[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close)]
fn child(log: Log, temper: Temper) -> Returned {
    let _guard = log.guard("child's");
    let mut sum = 0;
    for n in [10, 20, 30] {
        match yield_!(n) {
            Ok(Ok(value)) => sum += value,
            Ok(Err(error)) => match temper {
                Temper::GoesOn => sum += 100,
                Temper::Returns => return Ok(1000),
                _ => return Err(error),
            },
            Err(GeneratorExit) => {
                log.note("child closed");
                match temper {
                    Temper::Fails => return Err("cannot clean up"),
                    Temper::Ignores => drop(yield_!(99)),
                    Temper::Panics => panic!("on purpose"),
                    _ => return Ok(sum),
                }
            }
        }
    }
    Ok(sum)
}

#[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close)]
fn parent(log: Log, way: Way, temper: Temper) -> Returned {
    let _guard = log.guard("parent's");
    let first = yield_!(1);
    log.note(if first == Ok(Ok(7)) { "started" } else { "not started" });
    let child = child(log.clone(), temper);
    let value = match way {
        Way::ByValue => yield_from!(child),
        Way::InFrame => yield_from!(box child),
        Way::Boxed => yield_from!(child.boxed()),
        Way::PinnedHere => yield_from!(pin!(child)),
        Way::PinnedBox => yield_from!(Box::pin(child)),
        Way::Erased => {
            let child: Pin<Box<dyn Throw<&'static str, Yield = u32, Send = u32, Return = Returned>>> = Box::pin(child);
            yield_from!(child)
        }
        Way::Shared => yield_from!(child.shared()),
    };
    let Ok(value) = value else {
        log.note("parent closed");
        return Ok(0);
    };
    log.note(if value.is_ok() { "value" } else { "error" });
    match yield_!(2) {
        Ok(sent) => Ok(value? + sent?),
        Err(GeneratorExit) => Ok(5),
    }
}

type Driven<'a> = Pin<Box<dyn Throw<&'static str, Yield = u32, Send = u32, Return = Returned> + 'a>>;

/// Each way, in a plain coroutine and in a boxed one, suspended in the child.
fn each_way(temper: Temper, mut test: impl FnMut(Driven<'_>, &Log)) {
    for way in WAYS {
        for boxed in [false, true] {
            println!("{way:?}, boxed: {boxed}");
            let log = Log::new();
            let c = parent(log.clone(), way, temper);
            let mut c: Driven<'_> = if boxed { Box::pin(c.boxed()) } else { Box::pin(c) };
            assert_eq!(c.start(), Yielded(1));
            assert_eq!(c.send(7), Yielded(10));
            assert_eq!(log.take(), ["started"]);
            test(c, &log);
        }
    }
}

#[test]
fn rule_3_1_whatever_can_be_iterated_or_resumed() {
    #[antiphon::coroutine(yield = u32)]
    fn f() {
        yield_from!([1, 2]);
        yield_from!(3..=4);
        yield_from!(Some(5));
        let mut rest = vec![6, 7].into_iter();
        yield_from!(&mut rest);
    }
    assert!(f().into_iter().eq(1..=7));
}

#[test]
fn rule_3_2_the_value_that_resumed_the_parent_does_not_reach_the_child() {
    // The parent is sent 7; the child's sum knows nothing of it.
    each_way(Temper::Plain, |mut c, _| {
        assert_eq!([c.send(1), c.send(2), c.send(3)], [Yielded(20), Yielded(30), Yielded(2)]);
        assert_eq!(c.send(4), Complete(Ok(10)));
    });
}

#[test]
fn rule_3_3_empty_children_do_not_suspend() {
    #[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close)]
    fn empty(n: u32) -> Returned {
        if n > 5 {
            let _ = yield_!(n);
        }
        Ok(n)
    }
    #[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close)]
    fn several() -> Returned {
        let mut sum = 0;
        sum += yield_from!(empty(1)).unwrap()?;
        sum += yield_from!(box empty(2)).unwrap()?;
        sum += yield_from!(empty(3).boxed()).unwrap()?;
        sum += yield_from!(Box::pin(empty(4))).unwrap()?;
        sum += yield_from!(empty(5).shared()).unwrap()?;
        Ok(sum)
    }
    assert_eq!(pin!(several()).start(), Complete(Ok(15)));
    assert_eq!(several().boxed().start(), Complete(Ok(15)));
}

#[test]
fn rule_3_4_and_3_6_values_pass_in_the_same_resume() {
    each_way(Temper::Plain, |mut c, log| {
        assert_eq!(c.send(1), Yielded(20));
        assert_eq!(c.send(2), Yielded(30));
        // The child's end resumes the parent in the same call.
        assert_eq!(c.send(3), Yielded(2));
        assert_eq!(log.take(), ["child's", "value"]);
    });
}

#[test]
fn rule_3_5_a_returned_value_is_never_interpreted() {
    #[antiphon::coroutine(yield = (), throw = &'static str)]
    fn returns_an_error() -> Result<(), &'static str> {
        Err("only a value")
    }
    #[antiphon::coroutine(yield = (), throw = &'static str)]
    fn f() -> Result<(), &'static str> {
        let value = yield_from!(returns_an_error());
        assert_eq!(value, Err("only a value"));
        Ok(())
    }
    assert_eq!(pin!(f()).start(), Complete(Ok(())));
}

#[test]
fn rule_3_8_an_error_goes_to_the_innermost_which_may_let_it_pass() {
    each_way(Temper::Plain, |mut c, log| {
        assert_eq!(c.throw("e"), Ok(Yielded(2)));
        assert_eq!(log.take(), ["child's", "error"]);
        assert_eq!(c.send(0), Complete(Err("e")));
    });
}

#[test]
fn rule_3_8_or_handle_it_and_go_on() {
    each_way(Temper::GoesOn, |mut c, log| {
        assert_eq!(c.throw("e"), Ok(Yielded(20)));
        assert!(log.take().is_empty());
        assert_eq!([c.send(1), c.send(2)], [Yielded(30), Yielded(2)]);
        assert_eq!(c.send(0), Complete(Ok(103)));
    });
}

#[test]
fn rule_3_8_or_handle_it_and_return() {
    each_way(Temper::Returns, |mut c, log| {
        assert_eq!(c.throw("e"), Ok(Yielded(2)));
        assert_eq!(log.take(), ["child's", "value"]);
        assert_eq!(c.send(0), Complete(Ok(1000)));
    });
}

/// Notes when it is dropped, and what it has given.
struct Items(Log, u32);

impl Drop for Items {
    fn drop(&mut self) {
        self.0.note("iterator dropped");
    }
}

impl Iterator for Items {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.1 += 1;
        Some(self.1)
    }
}

#[test]
fn rule_3_9_of_an_iterator_the_error_surfaces_at_the_expression() {
    #[antiphon::coroutine(yield = u32, throw = &'static str)]
    fn owned(log: Log) {
        let result = yield_from!(Items(log.clone(), 0));
        log.note(result.unwrap_err());
        let _ = yield_!(100);
    }
    let log = Log::new();
    let mut c = pin!(owned(log.clone()));
    assert_eq!([c.next(), c.next()], [Some(1), Some(2)]);
    assert_eq!(c.throw("e"), Ok(Yielded(100)));
    assert_eq!(log.take(), ["iterator dropped", "e"]);

    #[antiphon::coroutine(yield = u32, throw = &'static str)]
    fn borrowed(log: Log) {
        let mut items = Items(log, 0);
        assert_eq!(yield_from!(&mut items), Err("e"));
        yield_from!(&mut items).unwrap();
    }
    let mut c = pin!(borrowed(log.clone()));
    assert_eq!(c.next(), Some(1));
    assert_eq!(c.throw("e"), Ok(Yielded(2)));
    assert!(log.take().is_empty());
}

#[test]
fn rule_3_9_of_a_coroutine_that_takes_no_errors_too() {
    #[antiphon::coroutine(yield = u32, send = u32)]
    fn takes_none(log: Log) -> u32 {
        let _guard = log.guard("child's");
        yield_!(1) + yield_!(2)
    }
    #[antiphon::coroutine(yield = u32, send = u32, throw = &'static str)]
    fn parent(log: Log) -> Result<u32, &'static str> {
        let result = yield_from!(takes_none(log.clone()));
        log.note(if result.is_ok() { "value" } else { "error" });
        let again = yield_!(3)?;
        Ok(result.unwrap_or(0) + again)
    }
    for boxed in [false, true] {
        let log = Log::new();
        let make = || -> Driven<'_> {
            let c = parent(log.clone());
            if boxed { Box::pin(c.boxed()) } else { Box::pin(c) }
        };
        let mut c = make();
        assert_eq!([c.start(), c.send(10), c.send(20)], [Yielded(1), Yielded(2), Yielded(3)]);
        assert_eq!(c.send(1), Complete(Ok(31)));
        assert_eq!(log.take(), ["child's", "value"]);
        let mut c = make();
        c.start();
        assert_eq!(c.throw("e"), Ok(Yielded(3)));
        assert_eq!(log.take(), ["child's", "error"]);
    }
}

#[test]
fn rule_3_11_a_borrowed_child_is_closed_with_its_parent_but_not_dropped_with_it() {
    #[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close)]
    fn borrows(child: Shared<Driven<'static>>) -> Returned {
        yield_from!(child).unwrap_or(Ok(0))
    }
    let log = Log::new();
    let make = || -> Shared<Driven<'static>> { Shared::new(Box::pin(child(log.clone(), Temper::Plain))) };
    let mut held = make();
    let mut c = Box::pin(borrows(held.clone()));
    c.start();
    drop(c);
    assert_eq!(held.send(1), Yielded(20));
    let mut c = Box::pin(borrows(make()));
    c.start();
    c.close().unwrap();
    log.take();
    let mut held = make();
    let mut c = Box::pin(borrows(held.clone()));
    c.start();
    c.close().unwrap();
    assert_eq!(log.take(), ["child closed", "child's"]);
    assert_eq!(held.status(), Status::Finished);
    assert_eq!(held.close(), Ok(None));
}

#[test]
fn rule_3_12_the_innermost_is_dropped_first() {
    each_way(Temper::Plain, |c, log| {
        drop(c);
        assert_eq!(log.take(), ["child's", "parent's"]);
    });
}

#[test]
fn rule_3_13_a_coroutine_that_delegates_to_itself_is_running() {
    type Handle = std::rc::Rc<std::cell::RefCell<Option<Shared<Driven<'static>>>>>;
    #[antiphon::coroutine(yield = u32, send = u32, throw = &'static str)]
    fn ouroboros(handle: Handle, _guard: Guard) -> Returned {
        let _ = yield_!(1);
        let itself = handle.borrow_mut().take().expect("a handle");
        yield_from!(itself)
    }
    let log = Log::new();
    let handle = Handle::default();
    let mut c: Shared<Driven<'static>> = Shared::new(Box::pin(ouroboros(handle.clone(), log.guard("guard"))));
    *handle.borrow_mut() = Some(c.clone());
    c.start();
    let panic = catch_unwind(AssertUnwindSafe(|| c.send(0))).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.starts_with("cannot delegate to a coroutine that is running (at "), "{text}");
    assert!(text.contains("pep_380.rs:"), "{text}");
    assert_eq!(c.status(), Status::Poisoned);
    assert_eq!(log.take(), ["guard"]);
}

#[test]
fn rule_2_19_the_chain_of_delegation_can_be_asked() {
    each_way(Temper::Plain, |mut c, _| {
        let chain = c.backtrace();
        let functions: Vec<_> = chain.iter().map(|at| at.function().rsplit("::").next().unwrap()).collect();
        assert_eq!(functions, ["parent", "child"]);
        assert_eq!(c.suspended_at(), Some(chain[1]));
        assert!(chain[0].location().line() > chain[1].location().line());
        // Nothing has moved.
        assert_eq!(c.send(1), Yielded(20));
        assert_eq!(c.backtrace(), chain);
        assert_eq!([c.send(2), c.send(3)], [Yielded(30), Yielded(2)]);
        assert_eq!(c.backtrace().len(), 1);
    });
}
