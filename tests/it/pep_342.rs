//! PEP 342 (and 255), a test for each rule: what a coroutine does when it is sent to, thrown into and closed.

use antiphon::prelude::*;
use antiphon::{CloseError, Shared};
use antiphon_tests::{Guard, Log};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;

/// Notes what it is told, holds two guards, and handles the error "again" alone.
#[antiphon::coroutine(yield = u32, send = u32, throw = &'static str)]
fn resilient(log: Log, _argument: Guard) -> Result<u32, &'static str> {
    let _local = log.guard("local");
    let mut sum = 0;
    for n in 0..3 {
        match yield_!(n) {
            Ok(value) => sum += value,
            Err("again") => log.note("handled"),
            Err(other) => return Err(other),
        }
    }
    Ok(sum)
}

fn resilient_and_log()
-> (Pin<Box<impl Throw<&'static str, Yield = u32, Send = u32, Return = Result<u32, &'static str>>>>, Log) {
    let log = Log::new();
    (Box::pin(resilient(log.clone(), log.guard("argument"))), log)
}

#[test]
fn rule_2_1_calling_runs_nothing_and_captures_the_arguments() {
    let (c, log) = resilient_and_log();
    assert_eq!(c.status(), Status::Created);
    assert!(log.take().is_empty());
    drop(c);
    assert_eq!(log.take(), ["argument"]);
}

#[test]
fn rule_2_2_yield_is_an_expression() {
    #[antiphon::coroutine(yield = char, send = i32)]
    fn subtract() -> i32 {
        yield_!('a') - yield_!('b') * yield_!('c')
    }
    let mut c = pin!(subtract());
    assert_eq!([c.start(), c.send(10), c.send(2), c.send(3)], [Yielded('a'), Yielded('b'), Yielded('c'), Complete(4)]);
}

#[test]
fn rule_2_3_next_sends_nothing() {
    #[antiphon::coroutine(yield = u8)]
    fn two() {
        let () = yield_!(1);
        yield_!(2);
    }
    let mut c = pin!(two());
    assert_eq!([c.next(), c.next(), c.next(), c.next()], [Some(1), Some(2), None, None]);
}

#[test]
fn rule_2_4_a_value_sent_before_the_start_comes_back() {
    let (mut c, log) = resilient_and_log();
    let refused = c.try_send(7).unwrap_err();
    assert_eq!((refused.status(), refused.into_value()), (Status::Created, 7));
    assert!(log.take().is_empty());
    assert_eq!(c.start(), Yielded(0));
}

#[test]
fn rule_2_5_the_return_value_is_delivered_once() {
    let (mut c, _) = resilient_and_log();
    c.start();
    c.send(1);
    c.send(2);
    assert_eq!(c.send(3), Complete(Ok(6)));
    for _ in 0..2 {
        assert_eq!(c.try_send(4).unwrap_err().into_value(), 4);
        assert!(c.try_start().is_err());
    }
}

#[test]
fn rule_2_6_an_error_that_leaves_the_body_finishes_it_after_its_locals_are_dropped() {
    let (mut c, log) = resilient_and_log();
    c.start();
    assert_eq!(c.throw("fatal"), Ok(Complete(Err("fatal"))));
    assert_eq!(log.take(), ["local", "argument"]);
    assert_eq!(c.status(), Status::Finished);
    assert_eq!(c.throw("late").unwrap_err().into_error(), "late");
}

#[test]
fn rule_2_7_an_error_is_raised_where_the_coroutine_stands() {
    let (mut c, log) = resilient_and_log();
    c.start();
    assert_eq!(c.throw("again"), Ok(Yielded(1)));
    assert_eq!(log.take(), ["handled"]);
    assert_eq!(c.send(5), Yielded(2));
    // Handled, and then the body returns.
    assert_eq!(c.throw("again"), Ok(Complete(Ok(5))));
}

#[test]
fn rule_2_7_the_question_mark_lets_it_pass() {
    #[antiphon::coroutine(yield = u8, send = u8, throw = std::num::ParseIntError)]
    fn sum() -> Result<u8, Box<dyn std::error::Error>> {
        Ok(yield_!(1)? + yield_!(2)?)
    }
    let error = "x".parse::<u8>().unwrap_err();
    let mut c = pin!(sum());
    c.start();
    c.send(1);
    let Ok(Complete(Err(passed))) = c.throw(error.clone()) else { panic!("it did not pass") };
    assert_eq!(passed.to_string(), error.to_string());
}

#[test]
fn rule_2_8_thrown_into_before_the_start_the_body_never_runs() {
    let (mut c, log) = resilient_and_log();
    let refused = c.throw("again").unwrap_err();
    assert_eq!((refused.status(), refused.into_error()), (Status::Created, "again"));
    assert_eq!(log.take(), ["argument"]);
    assert_eq!(c.status(), Status::Finished);
    assert_eq!(c.try_send(1).unwrap_err().status(), Status::Finished);
}

#[test]
fn rule_2_9_thrown_into_after_the_end_the_error_comes_back() {
    let (mut c, log) = resilient_and_log();
    c.start();
    c.close().unwrap();
    log.take();
    for _ in 0..2 {
        let refused = c.throw("again").unwrap_err();
        assert_eq!(refused.to_string(), "cannot throw into a coroutine that has finished");
        assert_eq!((refused.status(), refused.into_error()), (Status::Finished, "again"));
    }
    assert!(log.take().is_empty());
}

#[test]
fn rule_2_10_close_drops_the_body_where_it_stands() {
    let (mut c, log) = resilient_and_log();
    c.start();
    assert_eq!(c.close(), Ok(None));
    // The handle is still there, what it held is not.
    assert_eq!(log.take(), ["local", "argument"]);
    assert_eq!(c.status(), Status::Finished);
    drop(c);
    assert!(log.take().is_empty());
}

/// Observes its close, and does as it is told.
#[antiphon::coroutine(yield = &'static str, send = (), close)]
fn observing(log: Log, reaction: &'static str) -> &'static str {
    let _guard = log.guard("guard");
    match yield_!("first") {
        Ok(()) => {}
        Err(GeneratorExit) => {
            log.note("cleans up");
            match reaction {
                "returns" => return "value",
                "panics" => panic!("on purpose"),
                _ => {
                    let _ = yield_!("not now");
                    log.note("never reached");
                }
            }
        }
    }
    "went on"
}

#[test]
fn rule_2_10_a_body_that_observes_its_close_may_clean_up() {
    let log = Log::new();
    let mut c = pin!(observing(log.clone(), "returns"));
    c.start();
    assert_eq!(c.close(), Ok(Some("value")));
    assert_eq!(log.take(), ["cleans up", "guard"]);
}

#[test]
fn rule_2_10_a_body_that_yields_while_it_is_closed_is_an_error() {
    let log = Log::new();
    let mut c = pin!(observing(log.clone(), "yields"));
    c.start();
    assert_eq!(c.close(), Err(CloseError::Yielded("not now")));
    assert_eq!(log.take(), ["cleans up", "guard"]);
}

#[test]
fn rule_2_10_a_body_may_fail_while_it_is_closed() {
    #[antiphon::coroutine(yield = u8, close)]
    fn flush() -> Result<(), std::fmt::Error> {
        while yield_!(1).is_ok() {}
        Err(std::fmt::Error)
    }
    let mut c = pin!(flush());
    c.start();
    assert_eq!(c.close(), Ok(Some(Err(std::fmt::Error))));

    let mut c = Box::pin(observing(Log::new(), "panics"));
    c.start();
    assert!(catch_unwind(AssertUnwindSafe(|| c.close())).is_err());
    assert_eq!(c.status(), Status::Poisoned);
    assert_eq!(c.close(), Ok(None));
}

#[test]
fn rule_2_10_close_does_nothing_to_one_that_was_not_started_or_has_ended() {
    let log = Log::new();
    let mut c = pin!(observing(log.clone(), "returns"));
    assert_eq!(c.close(), Ok(None));
    assert_eq!(c.status(), Status::Finished);
    assert!(log.take().is_empty());
    assert_eq!(c.close(), Ok(None));

    let mut c = pin!(observing(log.clone(), "returns"));
    c.start();
    assert_eq!(c.send(()), Complete("went on"));
    log.take();
    assert_eq!(c.close(), Ok(None));
    assert!(log.take().is_empty());
}

#[test]
fn rule_2_10_drop_is_not_seen_by_the_body() {
    let log = Log::new();
    let mut c = Box::pin(observing(log.clone(), "returns"));
    c.start();
    drop(c);
    assert_eq!(log.take(), ["guard"]);
}

#[test]
fn rule_2_11_close_gives_what_the_body_returned_once() {
    let mut c = pin!(observing(Log::new(), "returns"));
    c.start();
    assert_eq!([c.close(), c.close()], [Ok(Some("value")), Ok(None)]);
}

#[test]
fn rule_2_12_a_close_that_was_ignored_finishes_all_the_same() {
    // Python leaves it suspended, if it is driven directly.
    let mut c = pin!(observing(Log::new(), "yields"));
    c.start();
    c.close().unwrap_err();
    assert_eq!(c.status(), Status::Finished);
    assert_eq!(c.close(), Ok(None));
    assert_eq!(c.next(), None);
}

#[test]
fn rule_2_13_a_catch_all_on_the_error_does_not_catch_a_close() {
    #[antiphon::coroutine(yield = u32, send = u32, throw = String, close)]
    fn catch_all(log: Log) -> u32 {
        let mut caught = 0;
        loop {
            match yield_!(caught) {
                Ok(Ok(_)) => {}
                Ok(Err(_)) => caught += 1,
                Err(GeneratorExit) => {
                    log.note("close");
                    return caught;
                }
            }
        }
    }
    let log = Log::new();
    let mut c = pin!(catch_all(log.clone()));
    c.start();
    assert_eq!(c.throw("a".into()), Ok(Yielded(1)));
    assert_eq!(c.send(0), Yielded(1));
    assert_eq!(c.throw("b".into()), Ok(Yielded(2)));
    assert!(log.take().is_empty());
    assert_eq!(c.close(), Ok(Some(2)));
    assert_eq!(log.take(), ["close"]);

    // One that does not ask to see a close has nothing to catch it with.
    #[antiphon::coroutine(throw = String)]
    fn endless() {
        loop {
            let _ = yield_!();
        }
    }
    let mut c = pin!(endless());
    c.start();
    assert_eq!(c.throw("a".into()), Ok(Yielded(())));
    assert_eq!(c.close(), Ok(None));
}

#[test]
fn rule_2_14_a_destructor_that_panics_leaves_the_others_to_run() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("in a destructor");
        }
    }
    #[antiphon::coroutine(yield = u8)]
    fn f(log: Log, _argument: Guard) {
        let _first = log.guard("first");
        let _panics = Panics;
        let _last = log.guard("last");
        yield_!(1);
    }
    let log = Log::new();
    let mut c = Box::pin(f(log.clone(), log.guard("argument")));
    c.start();
    assert!(catch_unwind(AssertUnwindSafe(|| c.close())).is_err());
    assert_eq!(log.take(), ["last", "first", "argument"]);
    assert_eq!(c.status(), Status::Poisoned);
    drop(c);
    assert!(log.take().is_empty());
}

#[test]
fn rule_2_15_nothing_outlives_the_end_of_the_body() {
    let (mut c, log) = resilient_and_log();
    c.start();
    c.send(0);
    c.send(0);
    assert_eq!(c.send(0), Complete(Ok(0)));
    assert_eq!(log.take(), ["local", "argument"]);

    // A value that nobody keeps is dropped at once.
    #[antiphon::coroutine(send = Guard)]
    fn ignore(log: Log) {
        let _ = yield_!();
        log.note("after");
        yield_!();
    }
    let mut c = pin!(ignore(log.clone()));
    c.start();
    c.send(log.guard("sent"));
    assert_eq!(log.take(), ["sent", "after"]);
}

/// Has a handle to itself, once it is given one.
type Handle<C> = Rc<RefCell<Option<Shared<C>>>>;

type Boxed = Pin<Box<dyn Throw<&'static str, Yield = &'static str, Send = u8, Return = ()>>>;

/// Does to itself what can be done, and says what came of it.
fn meddle(handle: &Handle<Boxed>) -> Vec<String> {
    let Some(mut handle) = handle.borrow().clone() else { return Vec::new() };
    vec![
        format!("{:?}", handle.status()),
        format!("{}", handle.try_start().unwrap_err()),
        format!("{} {}", handle.try_send(9).unwrap_err(), handle.try_send(9).unwrap_err().into_value()),
        format!("{} {}", handle.throw("e").unwrap_err(), handle.throw("e").unwrap_err().into_error()),
        format!("{}", handle.close().unwrap_err()),
        format!("{:?} {:?}", handle.suspended_at(), handle.backtrace()),
        format!("{handle:?}"),
    ]
}

struct Meddler {
    handle: Handle<Boxed>,
    seen: Rc<RefCell<Vec<String>>>,
}

impl Drop for Meddler {
    fn drop(&mut self) {
        self.seen.borrow_mut().extend(meddle(&self.handle));
    }
}

#[antiphon::coroutine(yield = &'static str, send = u8, throw = &'static str)]
fn meddling(handle: Handle<Boxed>, seen: Rc<RefCell<Vec<String>>>) {
    let _in_drop = Meddler { handle: handle.clone(), seen: seen.clone() };
    let _ = yield_!("first");
    seen.borrow_mut().extend(meddle(&handle));
    let _ = yield_!("second");
}

const ALREADY_EXECUTING: [&str; 7] = [
    "Running",
    "cannot start a coroutine that is running",
    "cannot send to a coroutine that is running 9",
    "cannot throw into a coroutine that is running e",
    "cannot close a coroutine that is running",
    "None []",
    "Shared { status: Running, .. }",
];

#[test]
fn rule_2_18_a_running_coroutine_cannot_be_resumed_through_a_handle() {
    let handle = Handle::<Boxed>::default();
    let seen = Rc::default();
    let c: Boxed = Box::pin(meddling(handle.clone(), Rc::clone(&seen)));
    let mut c = Shared::new(c);
    *handle.borrow_mut() = Some(c.clone());
    assert_eq!(c.start(), Yielded("first"));
    assert_eq!(c.send(1), Yielded("second"));
    assert_eq!(std::mem::take(&mut *seen.borrow_mut()), ALREADY_EXECUTING);
    // Its destructors run while it is being closed.
    assert_eq!(c.close(), Ok(None));
    assert_eq!(std::mem::take(&mut *seen.borrow_mut()), ALREADY_EXECUTING);
    assert_eq!(c.status(), Status::Finished);
    handle.borrow_mut().take();
}

#[test]
fn rule_2_18_nor_by_a_destructor_at_its_end() {
    for error in [None, Some("e")] {
        let handle = Handle::<Boxed>::default();
        let seen = Rc::default();
        let c: Boxed = Box::pin(meddling(handle.clone(), Rc::clone(&seen)));
        let mut c = Shared::new(c);
        *handle.borrow_mut() = Some(c.clone());
        c.start();
        c.send(1);
        seen.borrow_mut().clear();
        match error {
            None => assert_eq!(c.send(1), Complete(())),
            Some(error) => assert_eq!(c.throw(error), Ok(Complete(()))),
        }
        assert_eq!(*seen.borrow(), ALREADY_EXECUTING);
        handle.borrow_mut().take();
    }
}

#[test]
fn rule_2_19_where_it_stands_can_be_asked() {
    let (mut c, _) = resilient_and_log();
    assert_eq!((c.status(), c.suspended_at()), (Status::Created, None));
    c.start();
    let at = c.suspended_at().unwrap();
    assert!(at.function().ends_with("pep_342::resilient"), "{at}");
    assert!(at.location().file().ends_with("pep_342.rs"), "{at}");
    assert_eq!(c.status(), Status::Suspended);
    // Nothing has moved.
    assert_eq!(c.suspended_at(), Some(at));
    assert_eq!(c.send(1), Yielded(1));
    c.close().unwrap();
    assert_eq!((c.status(), c.suspended_at()), (Status::Finished, None));
}

#[test]
fn rule_2_20_a_loop_over_a_borrowed_one_leaves_it_suspended() {
    #[antiphon::coroutine(yield = u8)]
    fn three(log: Log) {
        let _guard = log.guard("guard");
        yield_from!([1, 2, 3]);
    }
    let log = Log::new();
    let mut c = Box::pin(three(log.clone()));
    for n in &mut c {
        if n == 2 {
            break;
        }
    }
    assert_eq!(c.status(), Status::Suspended);
    assert_eq!(c.next(), Some(3));
    assert_eq!(c.next(), None);
    assert_eq!(log.take(), ["guard"]);
    for n in three(log.clone()) {
        if n == 2 {
            break;
        }
    }
    assert_eq!(log.take(), ["guard"]);
}

#[test]
fn rule_2_22_a_panic_poisons() {
    #[antiphon::coroutine(yield = u8, send = u8, throw = u8, close)]
    fn divide(log: Log, _argument: Guard) {
        let _local = log.guard("local");
        let divisor = yield_!(1).unwrap().unwrap_or(0);
        let _ = yield_!(1 / divisor);
    }
    let log = Log::new();
    let mut c = Box::pin(divide(log.clone(), log.guard("argument")));
    c.start();
    assert!(catch_unwind(AssertUnwindSafe(|| c.throw(0))).is_err());
    assert_eq!(log.take(), ["local", "argument"]);
    assert_eq!(c.status(), Status::Poisoned);
    assert_eq!(c.try_send(1).unwrap_err().to_string(), "cannot send to a coroutine that has panicked");
    let refused = c.throw(2).unwrap_err();
    assert_eq!(refused.to_string(), "cannot throw into a coroutine that has panicked");
    assert_eq!(refused.into_error(), 2);
    assert_eq!(c.close(), Ok(None));
    assert_eq!(c.suspended_at(), None);
}
