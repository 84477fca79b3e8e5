//! Tasks run in turn, call each other, fail and panic, and lose nothing.

use antiphon::prelude::*;
use antiphon::trampoline::{Finished, Reply, Request, TaskId, Trampoline, ask, call, pass, stop};
use antiphon_tests::{Guard, Log, with_panic_hook};
use std::panic::{AssertUnwindSafe, catch_unwind};

type Ask<'a> = Request<'a, &'static str, usize>;

#[antiphon::coroutine(yield = Ask<'static>, send = Reply<usize>)]
fn worker(log: Log, names: &'static [&'static str]) -> usize {
    let mut sum = 0;
    for &name in names {
        log.note(name);
        sum += yield_from!(ask(name));
    }
    sum
}

fn results<R: Clone>(mut finished: Vec<Finished<R>>) -> Vec<R> {
    finished.sort_by_key(|task| task.id);
    finished.into_iter().map(|task| task.result.expect("a task panicked")).collect()
}

fn quietly<T>(run: impl FnOnce() -> T) -> T {
    with_panic_hook(|_| {}, run)
}

#[test]
fn none() {
    let mut trampoline = Trampoline::<'_, (), (), ()>::new();
    assert!(trampoline.is_empty());
    assert!(trampoline.run(|()| ()).is_empty());
    assert_eq!(format!("{trampoline:?}"), "Trampoline { tasks: 0, .. }");
}

#[test]
fn they_run_in_turn_and_the_handler_answers() {
    let log = Log::new();
    let mut trampoline = Trampoline::new();
    trampoline.add(worker(log.clone(), &["a1", "a22", "a3"]));
    trampoline.add(worker(log.clone(), &["b1"]));
    trampoline.add(worker(log.clone(), &["c1", "c2"]));
    let finished = trampoline.run(str::len);
    assert_eq!(log.take(), ["a1", "b1", "c1", "a22", "c2", "a3"]);
    assert_eq!(results(finished), [7, 2, 4]);
}

#[test]
fn they_come_back_in_the_order_in_which_they_end() {
    let log = Log::new();
    let mut trampoline = Trampoline::new();
    let long = trampoline.add(worker(log.clone(), &["1", "2", "3"]));
    let short = trampoline.add(worker(log.clone(), &["1"]));
    assert_eq!(trampoline.len(), 2);
    let order: Vec<TaskId> = trampoline.run(str::len).into_iter().map(|task| task.id).collect();
    assert_eq!(order, [short, long]);
}

#[antiphon::coroutine(yield = Ask<'static>, send = Reply<usize>)]
fn depth(n: usize) -> usize {
    if n == 0 { yield_from!(ask("bottom")) } else { 1 + yield_from!(call(depth(n - 1))) }
}

#[test]
fn calls_return_values() {
    let mut trampoline = Trampoline::new();
    trampoline.add(depth(0));
    trampoline.add(depth(5));
    assert_eq!(results(trampoline.run(str::len)), [6, 11]);
}

/// Run on a thread whose stack would not hold a thousandth of the frames.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn calls_nest_to_any_depth() {
    on_a_small_stack(|| {
        let mut trampoline = Trampoline::new();
        trampoline.add(depth(100_000));
        assert_eq!(results(trampoline.run(str::len)), [100_006]);
    });
}

#[test]
fn a_deep_task_is_dropped_without_recursion() {
    on_a_small_stack(|| {
        #[antiphon::coroutine(yield = Ask<'static>, send = Reply<usize>)]
        fn stopping(n: usize) {
            if n == 0 {
                yield_from!(stop());
            } else {
                yield_from!(call(stopping(n - 1)));
            }
        }
        let mut trampoline = Trampoline::new();
        trampoline.add(stopping(100_000));
        assert!(trampoline.run(str::len).is_empty());
        drop(trampoline);
    });
}

#[test]
fn frames_are_dropped_from_the_innermost_outwards() {
    #[antiphon::coroutine(yield = Ask<'static>, send = Reply<usize>)]
    fn nested(log: Log, names: &'static [&'static str]) {
        let Some((name, rest)) = names.split_first() else {
            yield_from!(stop());
            return;
        };
        let _guard = log.guard(name);
        yield_from!(call(nested(log.clone(), rest)));
    }
    let log = Log::new();
    let mut trampoline = Trampoline::new();
    trampoline.add(nested(log.clone(), &["outer", "middle", "inner"]));
    trampoline.run(str::len);
    assert!(log.take().is_empty());
    drop(trampoline);
    assert_eq!(log.take(), ["inner", "middle", "outer"]);
}

#[antiphon::coroutine(yield = Ask<'static>, send = Reply<usize>)]
fn parse(text: &'static str) -> Result<usize, String> {
    yield_from!(pass());
    text.parse().map_err(|_| format!("{text:?} is no number"))
}

#[test]
fn an_error_goes_to_the_caller_first_and_to_run_last() {
    #[antiphon::coroutine(yield = Ask<'static>, send = Reply<usize>)]
    fn add_up(texts: &'static [&'static str], lenient: bool) -> Result<usize, String> {
        let mut sum = 0;
        for text in texts {
            sum += match yield_from!(call(parse(text))) {
                Err(_) if lenient => 0,
                other => other?,
            };
        }
        Ok(sum)
    }
    let mut trampoline = Trampoline::new();
    trampoline.add(add_up(&["1", "x", "3"], true));
    trampoline.add(add_up(&["1", "x", "3"], false));
    trampoline.add(add_up(&["1", "2", "3"], false));
    assert_eq!(results(trampoline.run(str::len)), [Ok(4), Err("\"x\" is no number".to_owned()), Ok(6)]);
}

#[antiphon::coroutine(yield = Ask<'static>, send = Reply<usize>)]
fn panics(log: Log) -> usize {
    let _guard = log.guard("dropped");
    yield_from!(pass());
    panic!("a bug")
}

#[test]
fn a_panic_ends_its_own_task_only() {
    let log = Log::new();
    let mut trampoline = Trampoline::new();
    let broken = trampoline.add(panics(log.clone()));
    let sound = trampoline.add(worker(log.clone(), &["1", "2", "3"]));
    let finished = quietly(|| trampoline.run(str::len));
    assert_eq!(log.take(), ["1", "dropped", "2", "3"]);
    assert_eq!([finished[0].id, finished[1].id], [broken, sound]);
    let payload = finished[0].result.as_ref().unwrap_err();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"a bug"));
    assert_eq!(finished[1].result.as_ref().unwrap(), &3);
}

#[test]
fn a_panic_unwinds_through_the_callers() {
    #[antiphon::coroutine(yield = Ask<'static>, send = Reply<usize>)]
    fn caller(log: Log) -> usize {
        let _guard = log.guard("caller's");
        yield_from!(call(panics(log.clone()))) + 1
    }
    let log = Log::new();
    let mut trampoline = Trampoline::new();
    trampoline.add(caller(log.clone()));
    let finished = quietly(|| trampoline.run(str::len));
    assert_eq!(log.take(), ["dropped", "caller's"]);
    assert_eq!(finished[0].result.as_ref().unwrap_err().downcast_ref::<&str>(), Some(&"a bug"));
}

#[test]
fn stop_leaves_the_rest_to_be_run_on() {
    #[antiphon::coroutine(yield = Ask<'static>, send = Reply<usize>)]
    fn stopper(log: Log) -> usize {
        yield_from!(stop());
        log.note("after the stop");
        0
    }
    let log = Log::new();
    let mut trampoline = Trampoline::new();
    trampoline.add(worker(log.clone(), &["1", "2"]));
    trampoline.add(stopper(log.clone()));
    trampoline.add(worker(log.clone(), &[]));
    assert!(trampoline.run(str::len).is_empty());
    assert_eq!(log.take(), ["1"]);
    assert_eq!(trampoline.len(), 3);
    assert_eq!(results(trampoline.run(str::len)), [2, 0, 0]);
    assert_eq!(log.take(), ["2", "after the stop"]);
}

#[test]
fn a_handler_that_panics_loses_no_task() {
    let log = Log::new();
    let mut trampoline = Trampoline::new();
    let asking = trampoline.add(worker(log.clone(), &["fatal"]));
    let other = trampoline.add(worker(log.clone(), &["fine"]));
    let answer = |name: &'static str| if name == "fatal" { panic!("cannot answer") } else { name.len() };
    quietly(|| {
        assert!(catch_unwind(AssertUnwindSafe(|| trampoline.run(answer))).is_err());
        assert_eq!(trampoline.len(), 2);
        let finished = trampoline.run(answer);
        let of = |id| &finished.iter().find(|task| task.id == id).unwrap().result;
        assert_eq!(of(other).as_ref().unwrap(), &4);
        let payload = of(asking).as_ref().unwrap_err();
        let text = payload.downcast_ref::<&str>().unwrap();
        assert_eq!(*text, "the trampoline's handler panicked over this question");
    });
}

#[test]
fn tasks_may_borrow() {
    #[antiphon::coroutine(yield = Ask<'a>, send = Reply<usize>)]
    fn borrower<'a>(text: &'a str, seen: &'a std::cell::RefCell<Vec<&'a str>>) -> &'a str {
        seen.borrow_mut().push(text);
        yield_from!(pass());
        text
    }
    let text = String::from("borrowed");
    let seen = Default::default();
    let mut trampoline = Trampoline::new();
    trampoline.add(borrower(&text, &seen));
    trampoline.add(borrower(&text[..3], &seen));
    assert_eq!(results(trampoline.run(str::len)), ["borrowed", "bor"]);
    assert_eq!(*seen.borrow(), ["borrowed", "bor"]);
}

#[test]
fn a_boxed_coroutine_can_be_called() {
    let mut trampoline = Trampoline::new();
    trampoline.add(Box::pin(depth(3)));
    assert_eq!(results(trampoline.run(str::len)), [9]);
}

#[test]
#[should_panic = "cannot start a coroutine twice"]
fn a_started_coroutine_cannot_be_added() {
    let mut c = Box::pin(depth(0));
    let _ = c.start();
    Trampoline::new().add(c);
}

#[test]
fn arguments_are_dropped_with_the_task() {
    #[antiphon::coroutine(yield = Ask<'static>, send = Reply<usize>)]
    fn holder(_guard: Guard) {}
    let log = Log::new();
    let mut trampoline = Trampoline::new();
    trampoline.add(holder(log.guard("held")));
    drop(trampoline);
    assert_eq!(log.take(), ["held"]);
}
