//! Coroutines in boxes: a named type, and recursion that takes neither time nor native stack by its depth.

use antiphon::prelude::*;
use antiphon::{Boxed, Generator};
use antiphon_tests::{Guard, Log};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};

#[antiphon::coroutine(yield = u32, send = u32)]
fn tally(times: u32) -> u32 {
    let mut sum = 0;
    for n in 0..times {
        sum += yield_!(n);
    }
    sum
}

/// Delegates `depth` times; sums up what comes back at each level.
#[antiphon::coroutine(yield = u32, send = u32)]
fn nested(depth: u32, times: u32) -> u32 {
    if depth == 0 { yield_from!(tally(times)) } else { 1 + yield_from!(nested(depth - 1, times).boxed()) }
}

/// The same, in nested polls.
#[antiphon::coroutine(yield = u32, send = u32)]
fn nested_polls(depth: u32, times: u32) -> u32 {
    if depth == 0 { yield_from!(tally(times)) } else { 1 + yield_from!(Box::pin(nested_polls(depth - 1, times))) }
}

/// The same, in frames of the stack's own.
#[antiphon::coroutine(yield = u32, send = u32)]
fn framed(depth: u32, times: u32) -> u32 {
    if depth == 0 { yield_from!(tally(times)) } else { 1 + yield_from!(box framed(depth - 1, times)) }
}

fn trace(mut c: impl Coroutine<Yield = u32, Send = u32, Return = u32> + Unpin) -> (Vec<u32>, u32) {
    let mut seen = Vec::new();
    let returned = c.run(|value| {
        seen.push(value);
        10 * value
    });
    (seen, returned)
}

/// Run on a thread whose stack would not hold a thousandth of the frames.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn it_has_a_name_and_needs_no_pin() {
    struct Holder<'a> {
        c: Boxed<'a, u32, u32, u32>,
    }
    let mut holder = Holder { c: tally(2).boxed() };
    assert_eq!(holder.c.status(), Status::Created);
    assert_eq!(holder.c.start(), Yielded(0));
    let mut moved = [holder.c];
    assert_eq!(moved[0].send(5), Yielded(1));
    assert_eq!(format!("{:?}", moved[0]), "Boxed { status: Suspended, depth: 1, .. }");
    assert_eq!(moved[0].send(6), Complete(11));
    assert_eq!(moved[0].try_send(6).unwrap_err().into_value(), 6);
}

#[test]
fn it_is_an_iterator() {
    #[antiphon::coroutine(yield = u32)]
    fn ruler(order: u32) {
        if order > 0 {
            yield_from!(ruler(order - 1).boxed());
            yield_!(order);
            yield_from!(ruler(order - 1).boxed());
        }
    }
    assert!(ruler(4).boxed().eq([1, 2, 1, 3, 1, 2, 1, 4, 1, 2, 1, 3, 1, 2, 1]));
    // In a plain coroutine the children are driven, not handed over.
    assert!(ruler(3).into_iter().eq([1, 2, 1, 3, 1, 2, 1]));
    let mut c = ruler(1).boxed();
    assert_eq!([c.next(), c.next(), c.next()], [Some(1), None, None]);
}

#[test]
fn the_trace_does_not_depend_on_how_it_is_delegated() {
    for depth in 0..6 {
        for times in 0..4 {
            let expected = trace(Box::pin(nested_polls(depth, times)));
            assert_eq!(trace(nested(depth, times).boxed()), expected);
            assert_eq!(trace(Box::pin(nested(depth, times))), expected);
            assert_eq!(trace(nested_polls(depth, times).boxed()), expected);
            assert_eq!(trace(framed(depth, times).boxed()), expected);
            assert_eq!(trace(Box::pin(framed(depth, times))), expected);
        }
    }
}

#[test]
fn depth_takes_no_native_stack() {
    on_a_small_stack(|| {
        let mut c = nested(100_000, 3).boxed();
        assert_eq!(c.start(), Yielded(0));
        assert_eq!(format!("{c:?}"), "Boxed { status: Suspended, depth: 100001, .. }");
        assert_eq!([c.send(1), c.send(2), c.send(3)], [Yielded(1), Yielded(2), Complete(100_006)]);
        let mut c = framed(1_000_000, 3).boxed();
        assert_eq!([c.start(), c.send(1), c.send(2)], [0, 1, 2].map(Yielded));
        assert_eq!(c.send(3), Complete(1_000_006));
    });
}

#[test]
fn a_deep_one_is_dropped_without_recursion() {
    on_a_small_stack(|| {
        let mut c = nested(100_000, 3).boxed();
        c.start();
        let mut c = framed(1_000_000, 3).boxed();
        c.start();
    });
}

#[antiphon::coroutine(yield = u32, send = u32)]
fn guarded(log: Log, names: &'static [&'static str], _parameter: Guard) -> u32 {
    let Some((name, rest)) = names.split_first() else { return 100 / yield_!(1) };
    let _local = log.guard(name);
    match names.len() % 2 {
        0 => yield_from!(box guarded(log.clone(), rest, log.guard("parameter"))),
        _ => yield_from!(guarded(log.clone(), rest, log.guard("parameter")).boxed()),
    }
}

#[test]
fn frames_are_dropped_from_the_innermost_outwards() {
    let log = Log::new();
    let mut c = guarded(log.clone(), &["outer", "inner"], log.guard("first parameter")).boxed();
    c.start();
    assert!(log.take().is_empty());
    drop(c);
    assert_eq!(log.take(), ["parameter", "inner", "parameter", "outer", "first parameter"]);
}

/// Each frame of its own size and alignment; each returns a value of another type.
#[test]
fn frames_of_any_size() {
    #[repr(align(64))]
    struct Aligned([u8; 64]);

    #[antiphon::coroutine(yield = usize)]
    fn small(depth: u32) -> u8 {
        yield_!(1);
        if depth > 0 {
            let (text, sum) = yield_from!(box large(depth - 1, vec![depth; 3]));
            assert_eq!(text, format!("{}", depth - 1));
            yield_!(sum);
        }
        7
    }
    #[antiphon::coroutine(yield = usize)]
    fn large(depth: u32, list: Vec<u32>) -> (String, usize) {
        let aligned = Aligned([depth as u8; 64]);
        let room = [u64::from(depth); 100];
        yield_!(&raw const aligned as usize % 64);
        if depth > 0 {
            assert_eq!(yield_from!(box small(depth - 1)), 7);
        }
        assert!(aligned.0.iter().all(|&byte| byte == depth as u8));
        assert!(room.iter().all(|&word| word == u64::from(depth)));
        (depth.to_string(), list.len())
    }
    for depth in [0, 1, 2, 50, 301] {
        for mut c in [small(depth).boxed(), small(depth).boxed()] {
            let mut seen = Vec::new();
            assert_eq!(c.run(|n| seen.push(n)), 7);
            assert_eq!(seen.iter().filter(|&&n| n == 0).count() as u32, depth.div_ceil(2));
            assert_eq!(seen.iter().filter(|&&n| n == 3).count() as u32, depth.div_ceil(2));
        }
    }
}

#[test]
fn a_frame_in_the_arguments_of_other_macros() {
    #[antiphon::coroutine(yield = u32)]
    fn spell(n: u32) -> String {
        if n == 0 {
            return String::new();
        }
        yield_!(n);
        format!("{n}{}", yield_from!(box spell(n - 1)))
    }
    let mut seen = Vec::new();
    assert_eq!(spell(3).boxed().run(|n| seen.push(n)), "321");
    assert_eq!(seen, [3, 2, 1]);
    assert_eq!(pin!(spell(2)).run(|_| ()), "21");
}

/// The stack is climbed and left again and again; what is left on it is dropped.
#[test]
fn frames_come_and_go() {
    #[antiphon::coroutine(yield = u32)]
    fn tree(log: Log, order: u32, _guard: Guard) {
        for _ in 0..order {
            yield_from!(box tree(log.clone(), order - 1, log.guard("frame")));
        }
        yield_!(order);
    }
    let log = Log::new();
    let mut c = tree(log.clone(), 4, log.guard("frame")).boxed();
    assert_eq!(c.by_ref().take(60).count(), 60);
    // The last to yield is still there, with three that wait for it.
    assert_eq!(log.take().len(), 59);
    assert_eq!(format!("{c:?}"), "Boxed { status: Suspended, depth: 4, .. }");
    drop(c);
    assert_eq!(log.take().len(), 4);
    assert_eq!(tree(log.clone(), 5, log.guard("frame")).boxed().count(), 326);
    assert_eq!(log.take().len(), 326);
}

#[test]
fn a_panic_drops_every_frame_once() {
    let log = Log::new();
    let mut c = guarded(log.clone(), &["outer", "inner"], log.guard("first parameter")).boxed();
    c.start();
    assert!(catch_unwind(AssertUnwindSafe(|| c.send(0))).is_err());
    assert_eq!(log.take(), ["parameter", "inner", "parameter", "outer", "first parameter"]);
    assert_eq!(c.status(), Status::Poisoned);
    assert_eq!(c.try_send(1).unwrap_err().to_string(), "cannot send to a coroutine that has panicked");
}

/// Frames borrow from those below, so those go last, whatever happens.
#[test]
fn a_panic_in_a_destructor_does_not_change_the_order() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("a destructor")
        }
    }
    struct Reader<'a>(&'a String, Log);
    impl Drop for Reader<'_> {
        fn drop(&mut self) {
            self.1.note(if self.0 == "borrowed" { "read" } else { "gone" });
        }
    }
    #[antiphon::coroutine(yield = u32)]
    fn top() {
        let _bomb = Bomb;
        yield_!(1);
    }
    #[antiphon::coroutine(yield = u32)]
    fn middle(text: &String, log: Log) {
        let _reader = Reader(text, log);
        yield_from!(box top());
    }
    #[antiphon::coroutine(yield = u32)]
    fn lowest(log: Log) {
        let _guard = log.guard("lowest");
        let text = String::from("borrowed");
        yield_from!(box middle(&text, log.clone()));
    }
    let log = Log::new();
    let mut c = lowest(log.clone()).boxed();
    c.next();
    assert!(catch_unwind(AssertUnwindSafe(|| drop(c))).is_err());
    assert_eq!(log.take(), ["read", "lowest"]);
}

#[test]
fn a_frame_that_returned_is_dropped_before_its_caller_goes_on() {
    #[antiphon::coroutine(yield = u32, send = u32)]
    fn caller(log: Log) {
        yield_from!(guarded(log.clone(), &["local"], log.guard("first parameter")).boxed());
        log.note("caller");
    }
    let log = Log::new();
    let mut c = caller(log.clone()).boxed();
    c.start();
    c.send(1);
    assert_eq!(log.take(), ["parameter", "local", "first parameter", "caller"]);
}

#[test]
fn a_child_may_borrow_from_its_parent() {
    #[antiphon::coroutine(yield = usize)]
    fn lengths(words: &[String]) -> usize {
        for word in words {
            yield_!(word.len());
        }
        words.len()
    }
    #[antiphon::coroutine(yield = usize)]
    fn parent() -> usize {
        let words = ["a", "bc"].map(String::from);
        let count = yield_from!(lengths(&words).boxed());
        count + yield_from!(lengths(&words[1..]).boxed())
    }
    let mut c = parent().boxed();
    assert!(c.by_ref().take(3).eq([1, 2, 2]));
    assert_eq!(c.resume(), Complete(3));
}

#[test]
fn values_of_any_type_are_returned_through_frames() {
    #[antiphon::coroutine]
    fn leaf() -> Result<Box<str>, [u64; 9]> {
        yield_!();
        Ok("text".into())
    }
    #[antiphon::coroutine]
    fn middle() -> (String, u8) {
        let text = yield_from!(leaf().boxed()).unwrap();
        (text.to_uppercase(), 7)
    }
    #[antiphon::coroutine]
    fn outer() -> [String; 2] {
        let (text, n) = yield_from!(middle().boxed());
        [text, n.to_string()]
    }
    let mut c = outer().boxed();
    c.resume();
    assert_eq!(c.resume(), Complete(["TEXT".to_owned(), "7".to_owned()]));
}

#[test]
fn a_child_that_has_been_started_goes_on() {
    #[antiphon::coroutine(yield = u32)]
    fn numbers(n: u32) -> u32 {
        yield_from!(0..n);
        n
    }
    #[antiphon::coroutine(yield = u32)]
    fn rest(c: Boxed<'_, u32, (), u32>) -> u32 {
        yield_from!(c)
    }
    let mut child = numbers(3).boxed();
    child.next();
    let mut c = rest(child).boxed();
    assert_eq!([c.resume(), c.resume(), c.resume()], [Yielded(1), Yielded(2), Complete(3)]);
}

#[test]
#[should_panic = "cannot delegate to a coroutine that waits for a value"]
fn a_child_that_waits_for_a_value_is_refused() {
    #[antiphon::coroutine(yield = u32, send = u32)]
    fn parent(c: Boxed<'_, u32, u32, u32>) -> u32 {
        yield_from!(c)
    }
    let mut child = tally(3).boxed();
    child.start();
    parent(child).boxed().start();
}

#[test]
fn empty_children_cost_no_suspension() {
    #[antiphon::coroutine(yield = u32, send = u32)]
    fn parent() -> u32 {
        let mut sum = 0;
        for _ in 0..1000 {
            sum += 1 + yield_from!(tally(0).boxed());
        }
        sum
    }
    assert_eq!(parent().boxed().start(), Complete(1000));
}

#[test]
fn frames_meet_other_kinds_of_delegation() {
    #[antiphon::coroutine(yield = u32)]
    fn inner(n: u32) -> u32 {
        yield_from!([n, n + 1]);
        n
    }
    #[antiphon::coroutine(yield = u32)]
    fn by_value(n: u32) -> u32 {
        yield_from!(inner(n).boxed())
    }
    #[antiphon::coroutine(yield = u32)]
    fn outer() -> u32 {
        let a = yield_from!(by_value(10));
        let b = yield_from!(pin!(by_value(20)));
        let mut boxed = by_value(30).boxed();
        let c = yield_from!(&mut boxed);
        let erased: Pin<Box<dyn Coroutine<Yield = u32, Send = (), Return = u32>>> = Box::pin(by_value(40).boxed());
        a + b + c + yield_from!(erased)
    }
    fn check(mut c: impl Coroutine<Yield = u32, Send = (), Return = u32> + Unpin) {
        let mut seen = Vec::new();
        assert_eq!(c.run(|n| seen.push(n)), 100);
        assert_eq!(seen, [10, 11, 20, 21, 30, 31, 40, 41]);
    }
    check(outer().boxed());
    check(Box::pin(outer()));
}

/// What another frame has left before is not taken for what the child returns.
#[test]
fn frames_that_wait_are_asked_and_told() {
    #[antiphon::coroutine(yield = u32, close)]
    fn leaf(n: u32) -> u32 {
        let _ = yield_!(n);
        n + 1
    }
    #[antiphon::coroutine(yield = u32, close)]
    fn middle() -> String {
        let Ok(n) = yield_from!(box leaf(1)) else { return "leaf".to_owned() };
        match yield_!(n) {
            Ok(()) => "went on".to_owned(),
            Err(_) => "closed".to_owned(),
        }
    }
    #[antiphon::coroutine(yield = u32, close)]
    fn root() -> String {
        match yield_from!(box middle()) {
            Ok(text) => text,
            Err(exit) => exit.to_string(),
        }
    }
    let at_the_second_yield = || {
        let mut c = root().boxed();
        assert_eq!([c.next(), c.next()], [Some(1), Some(2)]);
        let chain = c.backtrace();
        let functions: Vec<_> = chain.iter().map(|at| at.function().rsplit("::").next().unwrap()).collect();
        assert_eq!(functions, ["root", "middle"]);
        assert_eq!(c.backtrace(), chain);
        c
    };
    assert_eq!(at_the_second_yield().resume(), Complete("went on".to_owned()));
    assert_eq!(at_the_second_yield().close(), Ok(Some("the coroutine is being closed".to_owned())));
}

#[test]
fn generic_code_boxes_what_it_is_given() {
    fn boxed<'a, Y, S, B: Future + 'a>(c: Generator<Y, S, B>) -> Boxed<'a, Y, S, B::Output>
    where
        Y: 'a,
        S: 'a,
    {
        c.boxed()
    }
    assert_eq!(trace(boxed(tally(2))), (vec![0, 1], 10));
}
