//! Coroutines made of coroutines: all that can be told to one goes through to those within, and all that these say comes out.

use antiphon::adaptors::{collect, map_returned, map_sent, map_yielded, take_while, zip};
use antiphon::prelude::*;
use antiphon::{CloseError, Suspension};
use antiphon_tests::{Guard, Log};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

/// Adds up; "reset" makes it begin anew; any other error ends it, and so does its close.
#[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close)]
fn total() -> Result<u32, &'static str> {
    let mut sum = 0;
    loop {
        match yield_!(sum) {
            Ok(Ok(0)) => return Ok(sum),
            Ok(Ok(value)) => sum += value,
            Ok(Err("reset")) => sum = 0,
            Ok(Err(other)) => return Err(other),
            Err(GeneratorExit) if sum == 13 => return Err("unlucky"),
            Err(GeneratorExit) => return Ok(sum),
        }
    }
}

/// All three parts of it converted.
fn texts() -> impl Throw<&'static str, Yield = String, Send = &'static str, Return = String> {
    let c = map_yielded(total(), |sum| format!("={sum}"));
    let c = map_sent(c, |text: &str| text.len() as u32);
    map_returned(c, |end| format!("{end:?}"))
}

fn functions(c: &mut (impl Coroutine + Unpin)) -> Vec<&'static str> {
    c.backtrace().iter().map(|at: &Suspension| at.function().rsplit("::").next().unwrap()).collect()
}

#[test]
fn all_parts_are_converted() {
    let mut c = pin!(texts());
    assert_eq!(c.status(), Status::Created);
    assert_eq!(c.try_send("early").unwrap_err().into_value(), "early");
    assert_eq!(c.start(), Yielded("=0".to_string()));
    assert_eq!(c.send("four"), Yielded("=4".to_string()));
    assert_eq!(c.status(), Status::Suspended);
    assert_eq!(c.send(""), Complete("Ok(4)".to_string()));
    assert_eq!(c.status(), Status::Finished);
    assert_eq!(c.try_send("late").unwrap_err().into_value(), "late");
}

#[test]
fn errors_go_through() {
    let mut c = pin!(texts());
    c.start();
    c.send("four");
    assert_eq!(c.throw("reset"), Ok(Yielded("=0".to_string())));
    assert_eq!(c.throw("no"), Ok(Complete("Err(\"no\")".to_string())));
    assert_eq!(c.throw("late").unwrap_err().into_error(), "late");
    // It is closed by an error that comes before the start, as the coroutine within is.
    let mut c = pin!(texts());
    assert_eq!(c.throw("early").unwrap_err().into_error(), "early");
    assert_eq!(c.status(), Status::Finished);
}

#[test]
fn the_close_goes_through_and_the_value_comes_out() {
    let mut c = pin!(texts());
    c.start();
    c.send("four");
    assert_eq!(c.close(), Ok(Some("Ok(4)".to_string())));
    assert_eq!(c.close(), Ok(None));
}

#[test]
fn a_close_that_is_ignored_is_told_in_the_adaptors_words() {
    #[antiphon::coroutine(yield = u32, close)]
    fn stubborn() {
        loop {
            let _ = yield_!(7);
        }
    }
    let mut c = pin!(map_yielded(stubborn(), |n| n * 10));
    c.start();
    assert_eq!(c.close(), Err(CloseError::Yielded(70)));
    let mut c = pin!(take_while(stubborn(), |_| true));
    c.start();
    assert_eq!(c.close(), Err(CloseError::Yielded(7)));
    let mut c = pin!(zip(stubborn(), stubborn()));
    c.start();
    assert_eq!(c.close(), Err(CloseError::Yielded((7, 7))));
    assert_eq!(c.status(), Status::Finished);
}

#[test]
fn it_stands_where_the_coroutine_within_does() {
    #[antiphon::coroutine(yield = u32)]
    fn inner() {
        yield_!(1);
    }
    #[antiphon::coroutine(yield = u32)]
    fn middle() {
        yield_from!(inner());
    }
    #[antiphon::coroutine(yield = u64)]
    fn outer() {
        yield_from!(map_yielded(middle(), u64::from));
    }
    let mut c = pin!(map_returned(take_while(outer(), |_| true), drop));
    assert!(c.suspended_at().is_none());
    c.start();
    assert_eq!(functions(&mut c), ["outer", "middle", "inner"]);
    assert!(c.suspended_at().unwrap().function().ends_with("::inner"));
    let mut both = pin!(zip(middle(), inner()));
    assert!(both.backtrace().is_empty());
    both.start();
    assert_eq!(functions(&mut both), ["middle", "inner", "inner"]);
    assert_eq!(both.as_mut().suspension(2), both.suspended_at());
    assert!(both.as_mut().suspension(3).is_none());
}

/// A parent that can be told all that a child of its kind can.
#[antiphon::coroutine(yield = String, send = &'static str, throw = &'static str, close)]
fn parent(log: Log) -> String {
    let _guard = log.guard("parent");
    match yield_from!(texts()) {
        Ok(value) => value,
        Err(GeneratorExit) => "closed".to_string(),
    }
}

#[test]
fn an_adaptor_is_delegated_to() {
    let log = Log::new();
    let mut c = pin!(parent(log.clone()));
    assert_eq!(c.start(), Yielded("=0".to_string()));
    assert_eq!(c.send("four"), Yielded("=4".to_string()));
    assert_eq!(functions(&mut c), ["parent", "total"]);
    assert_eq!(c.throw("reset"), Ok(Yielded("=0".to_string())));
    assert_eq!(c.throw("no"), Ok(Complete("Err(\"no\")".to_string())));
    assert_eq!(log.take(), ["parent"]);

    let mut c = pin!(parent(log.clone()));
    c.start();
    assert_eq!(c.close(), Ok(Some("closed".to_string())));
    // What failed comes in the place of the close.
    let mut c = pin!(parent(log.clone()));
    c.start();
    c.send("thirteen long");
    assert_eq!(c.close(), Ok(Some("Err(\"unlucky\")".to_string())));
}

#[test]
fn what_would_not_be_sent_is_not_converted() {
    let log = Log::new();
    let mut c = pin!(map_sent(total(), |value| {
        log.note("converted");
        value
    }));
    assert!(c.as_mut().resume_send(1).is_none());
    assert_eq!(c.as_mut().resume_next(1), Some(Yielded(0)));
    assert_eq!(log.take(), [""; 0]);
    assert_eq!(c.as_mut().resume_next(1), Some(Yielded(1)));
    assert_eq!(log.take(), ["converted"]);
    c.close().unwrap();
    assert!(c.as_mut().resume_send(1).is_none());
    assert!(c.as_mut().resume_next(1).is_none());
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn what_is_sent_may_be_made_of_nothing() {
    let mut answers = [2, 3, 0].into_iter();
    let (sums, end): (Vec<u32>, _) = collect(pin!(map_sent(total(), |()| answers.next().unwrap())));
    assert_eq!((sums, end), (vec![0, 2, 5], Ok(5)));
}

#[test]
fn one_that_has_started_goes_on() {
    let mut inner = pin!(total());
    inner.start();
    inner.send(2);
    let mut c = map_yielded(inner.as_mut(), |sum| sum * 100);
    assert_eq!(c.status(), Status::Suspended);
    assert!(c.try_start().is_err());
    assert_eq!(c.send(3), Yielded(500));
    assert_eq!(inner.send(4), Yielded(9));
}

#[antiphon::coroutine(yield = u32)]
fn guarded(_guard: Guard, up_to: u32) -> &'static str {
    yield_from!(1..=up_to);
    "done"
}

#[test]
fn take_while_gives_the_first_that_is_not_wanted() {
    let log = Log::new();
    let mut c = pin!(take_while(guarded(log.guard("dropped"), 9), |n| *n < 3));
    assert_eq!([c.resume(), c.resume()], [Yielded(1), Yielded(2)]);
    assert_eq!(log.take(), [""; 0]);
    assert_eq!(c.resume(), Complete(Yielded(3)));
    // As the locals of one that has returned.
    assert_eq!((c.status(), log.take()), (Status::Finished, vec!["dropped"]));
    assert!(c.as_mut().resume_next(()).is_none());
    assert!(c.suspended_at().is_none());
    assert_eq!(c.close(), Ok(None));
    // Also if it is the very first.
    assert_eq!(pin!(take_while(guarded(log.guard("dropped"), 9), |_| false)).start(), Complete(Yielded(1)));
}

#[test]
fn take_while_that_wants_all_gives_what_is_returned() {
    let log = Log::new();
    let (all, end): (Vec<_>, _) = collect(pin!(take_while(guarded(log.guard("dropped"), 2), |_| true)));
    assert_eq!((all, end), (vec![1, 2], Complete("done")));
}

#[test]
fn take_while_is_told_errors_and_its_close() {
    let mut c = pin!(take_while(total(), |sum| *sum < 10));
    c.start();
    c.send(4);
    assert_eq!(c.throw("reset"), Ok(Yielded(0)));
    assert_eq!(c.close(), Ok(Some(Complete(Ok(0)))));
    let mut c = pin!(take_while(total(), |sum| *sum < 10));
    c.start();
    assert_eq!(c.send(12), Complete(Yielded(12)));
    assert_eq!(c.throw("late").unwrap_err().into_error(), "late");
}

#[test]
fn zip_ends_with_what_each_did_last() {
    let log = Log::new();
    for (left, right, steps) in [(2, 3, 2), (3, 2, 2), (2, 2, 2), (0, 1, 0)] {
        let c = zip(guarded(log.guard("left"), left), guarded(log.guard("right"), right));
        let (pairs, end): (Vec<_>, _) = collect(pin!(map_sent(c, |()| ((), ()))));
        assert_eq!(pairs, (1..=steps).map(|n| (n, n)).collect::<Vec<_>>());
        let last = |up_to| if up_to > steps { Yielded(steps + 1) } else { Complete("done") };
        assert_eq!(end, (last(left), last(right)));
        let mut dropped = log.take();
        dropped.sort();
        assert_eq!(dropped, ["left", "right"]);
    }
}

#[test]
fn the_other_of_two_goes_on_if_it_was_lent() {
    let log = Log::new();
    let mut long = pin!(guarded(log.guard("long"), 3));
    {
        let mut both = pin!(zip(long.as_mut(), guarded(log.guard("short"), 1)));
        assert_eq!(both.start(), Yielded((1, 1)));
        assert_eq!(both.send(((), ())), Complete((Yielded(2), Complete("done"))));
        assert_eq!(both.status(), Status::Finished);
    }
    assert_eq!(log.take(), ["short"]);
    assert_eq!([long.resume(), long.resume()], [Yielded(3), Complete("done")]);
}

#[test]
fn closing_two() {
    let log = Log::new();
    let mut c = pin!(zip(total(), total()));
    c.start();
    c.send((1, 2));
    assert_eq!(c.close(), Ok(Some((Complete(Ok(1)), Complete(Ok(2))))));
    // A failure of one is a failure of both.
    let mut c = pin!(zip(total(), total()));
    c.start();
    c.send((1, 13));
    let closed = c.as_mut().resume_close();
    assert_eq!(closed, Ok(antiphon::Closed::Failed((Complete(Ok(1)), Complete(Err("unlucky"))))));
    // Where one does not observe it, there is no pair; both are closed all the same.
    let mut first = pin!(total());
    let mut c = pin!(zip(first.as_mut(), guarded(log.guard("second"), 2)));
    c.start();
    assert_eq!(c.close(), Ok(None));
    assert_eq!(log.take(), ["second"]);
    assert_eq!(first.status(), Status::Finished);
}

#[test]
fn two_of_different_statuses_are_refused_and_stay() {
    let mut started = pin!(total());
    started.start();
    let mut fresh = pin!(total());
    {
        let mut both = pin!(zip(started.as_mut(), fresh.as_mut()));
        assert_eq!(both.status(), Status::Created);
        assert!(both.try_start().is_err());
        assert_eq!(both.try_send((1, 2)).unwrap_err().into_value(), (1, 2));
    }
    assert_eq!((started.status(), fresh.status()), (Status::Suspended, Status::Created));
    fresh.start();
    assert_eq!(zip(started.as_mut(), fresh.as_mut()).send((1, 2)), Yielded((1, 2)));
    started.close().unwrap().unwrap().unwrap();
    let both = zip(started.as_mut(), fresh.as_mut());
    assert_eq!(both.status(), Status::Finished);
}

#[test]
fn one_that_panics_poisons_both() {
    #[antiphon::coroutine(yield = u32, send = u32)]
    fn fails() {
        let heard = yield_!(1);
        panic!("heard {heard}");
    }
    let mut c = pin!(zip(total(), fails()));
    c.start();
    catch_unwind(AssertUnwindSafe(|| c.send((1, 2)))).unwrap_err();
    assert_eq!(c.status(), Status::Poisoned);
    assert_eq!(c.try_send((3, 4)).unwrap_err().into_value(), (3, 4));
}

#[test]
fn a_closure_that_panics_leaves_the_coroutine_where_it_stands() {
    let mut c = pin!(map_sent(total(), |value: u32| value.checked_sub(1).expect("not nothing")));
    c.start();
    catch_unwind(AssertUnwindSafe(|| c.send(0))).unwrap_err();
    assert_eq!(c.send(3), Yielded(2));
}

#[test]
fn they_are_shared_boxed_and_collected_as_others_are() {
    let log = Log::new();
    let mut c = antiphon::Shared::new(Box::pin(map_yielded(guarded(log.guard("dropped"), 3), |n| n * 2)));
    assert_eq!(c.next(), Some(2));
    let (rest, end): (Vec<u32>, _) = collect(c);
    assert_eq!((rest, end), (vec![4, 6], "done"));

    let mut sum = 0;
    let mut consumer = pin!(map_yielded(total(), drop));
    let Complete((end, mut rest)) = consumer.send_all([1, 2, 0, 4]) else { panic!("nothing ends it") };
    sum += end.unwrap();
    assert_eq!((sum, rest.next()), (3, Some(4)));
}

#[test]
fn they_are_small() {
    let c = guarded(Log::new().guard("dropped"), 1);
    let alone = size_of_val(&c);
    assert_eq!(size_of_val(&map_yielded(c, |n| n + 1)), alone);
}
