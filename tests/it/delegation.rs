//! `yield_from!`: values, sends and return values pass through any number of levels.

use antiphon::prelude::*;
use std::cell::RefCell;
use std::pin::{Pin, pin};

#[antiphon::coroutine(yield = &'static str, send = u32)]
fn tally(times: u32) -> u32 {
    let mut sum = 0;
    for _ in 0..times {
        sum += yield_!("got it");
    }
    sum
}

#[antiphon::coroutine(yield = &'static str, send = u32)]
fn pipe() -> String {
    let sum = yield_from!(tally(5));
    format!("Sum is {sum}")
}

#[antiphon::coroutine(yield = u32)]
fn upto(n: u32) -> u32 {
    for i in 0..n {
        yield_!(i);
    }
    n
}

fn items<B: Future>(c: antiphon::Generator<u32, (), B>) -> Vec<u32> {
    c.into_iter().collect()
}

#[test]
fn sends_reach_the_child_and_its_return_value_the_parent() {
    let mut c = pin!(pipe());
    assert_eq!(c.start(), Yielded("got it"));
    for _ in 0..4 {
        assert_eq!(c.send(2), Yielded("got it"));
    }
    assert_eq!(c.send(2), Complete("Sum is 10".to_owned()));
}

#[test]
fn through_five_levels() {
    macro_rules! level {
        ($name:ident, $inner:ident) => {
            #[antiphon::coroutine(yield = &'static str, send = u32)]
            fn $name(times: u32) -> u32 {
                1 + yield_from!($inner(times))
            }
        };
    }
    level!(one, tally);
    level!(two, one);
    level!(three, two);
    level!(four, three);
    level!(five, four);
    let mut c = pin!(five(2));
    assert_eq!([c.start(), c.send(10), c.send(20)], [Yielded("got it"), Yielded("got it"), Complete(35)]);
}

#[test]
fn empty_children_cost_no_suspension() {
    #[antiphon::coroutine(yield = u32)]
    fn parent() -> u32 {
        let a = yield_from!(upto(0));
        yield_from!(std::iter::empty());
        let b = yield_from!(Box::pin(upto(0)));
        a + b
    }
    assert_eq!(pin!(parent()).resume(), Complete(0));
}

#[test]
fn to_everything_that_can_be_iterated() {
    #[antiphon::coroutine(yield = u32)]
    fn parent(slice: &[u32]) {
        yield_from!([1, 2]);
        yield_from!(vec![3]);
        yield_from!(4..6);
        yield_from!(slice.iter().copied());
        yield_from!(Some(8));
        let mut rest = 9..100;
        yield_from!(rest.by_ref().take(1));
        yield_from!(rest.take(1));
    }
    assert_eq!(items(parent(&[6, 7])), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
}

#[test]
fn to_pinned_and_boxed_coroutines() {
    #[antiphon::coroutine(yield = u32)]
    fn parent() -> u32 {
        let local = pin!(upto(1));
        let a = yield_from!(local);
        let b = yield_from!(Box::pin(upto(2)));
        let erased: Pin<Box<dyn Coroutine<Yield = u32, Send = (), Return = u32>>> = Box::pin(upto(3));
        let c = yield_from!(erased);
        a * 100 + b * 10 + c
    }
    let mut c = pin!(parent());
    assert_eq!(c.by_ref().collect::<Vec<_>>(), [0, 0, 1, 0, 1, 2]);
    let mut c = pin!(parent());
    let end = std::iter::repeat_with(|| c.resume()).find_map(CoroutineState::complete);
    assert_eq!(end, Some(123));
}

#[test]
fn a_child_that_is_sent_nothing_may_have_been_started() {
    #[antiphon::coroutine(yield = u32)]
    fn rest(mut c: impl Coroutine<Yield = u32, Send = (), Return = u32> + Unpin) -> u32 {
        yield_from!(&mut c)
    }
    let mut child = pin!(upto(4));
    child.resume();
    child.resume();
    {
        let mut c = pin!(rest(child.as_mut()));
        assert_eq!([c.resume(), c.resume(), c.resume()], [Yielded(2), Yielded(3), Complete(4)]);
    }
    assert_eq!(child.status(), Status::Finished);
}

#[test]
fn a_borrowed_child_survives_its_parent() {
    #[antiphon::coroutine(yield = u32)]
    fn parent<C: Coroutine<Yield = u32, Send = ()>>(child: Pin<&mut C>) {
        yield_from!(child);
    }
    let mut child = pin!(upto(9));
    {
        let mut c = pin!(parent(child.as_mut()));
        assert_eq!([c.next(), c.next()], [Some(0), Some(1)]);
    }
    assert_eq!(child.next(), Some(2));
}

#[test]
#[should_panic = "cannot delegate to a coroutine that waits for a value; delegate to it before `start`"]
fn a_child_that_waits_for_a_value_is_refused() {
    #[antiphon::coroutine(yield = &'static str, send = u32)]
    fn parent<C: Coroutine<Yield = &'static str, Send = u32>>(child: Pin<&mut C>) {
        yield_from!(child);
    }
    let mut child = pin!(tally(3));
    child.start();
    pin!(parent(child)).start();
}

#[test]
#[should_panic = "cannot delegate to a coroutine that has finished"]
fn a_child_that_has_finished_is_refused() {
    #[antiphon::coroutine(yield = u32)]
    fn parent<C: Coroutine<Yield = u32, Send = ()>>(child: Pin<&mut C>) {
        yield_from!(child);
    }
    let mut child = pin!(upto(0));
    child.resume();
    pin!(parent(child)).resume();
}

#[test]
fn recursion_with_a_box() {
    #[antiphon::coroutine(yield = u32)]
    fn ruler(order: u32) {
        if order > 0 {
            yield_from!(Box::pin(ruler(order - 1)));
            yield_!(order);
            yield_from!(Box::pin(ruler(order - 1)));
        }
    }
    assert_eq!(items(ruler(3)), [1, 2, 1, 3, 1, 2, 1]);
}

#[test]
fn in_generic_code_the_bounds_decide() {
    #[antiphon::coroutine(yield = T)]
    fn chain<T, A, B>(a: A, b: B)
    where
        A: IntoIterator<Item = T>,
        B: Coroutine<Yield = T, Send = ()> + Unpin,
    {
        yield_from!(a);
        yield_from!(b);
    }
    assert_eq!(items(chain([7, 8], Box::pin(upto(2)))), [7, 8, 0, 1]);
}

#[test]
fn a_child_of_unknown_type_needs_no_pin() {
    #[antiphon::coroutine(yield = Y, send = S)]
    fn both<Y, S, A, B>(a: A, b: B) -> (A::Return, B::Return)
    where
        A: Coroutine<Yield = Y, Send = S>,
        B: Coroutine<Yield = Y, Send = S>,
    {
        let first = yield_from!(a);
        (first, yield_from!(b))
    }
    fn opaque() -> impl Coroutine<Yield = u32, Send = (), Return = u32> {
        upto(2)
    }
    #[antiphon::coroutine(yield = u32)]
    fn parent() -> (u32, u32) {
        let n = yield_from!(opaque());
        assert_eq!(n, 2);
        yield_from!(both(opaque(), upto(1)))
    }
    let mut seen = Vec::new();
    assert_eq!(pin!(parent()).run(|n| seen.push(n)), (2, 1));
    assert_eq!(seen, [0, 1, 0, 1, 0]);
    assert_eq!(pin!(both(tally(2), tally(1))).run(|_| 5), (10, 5));
}

#[test]
fn as_an_operand_and_in_other_macros() {
    #[antiphon::coroutine(yield = u32)]
    fn parent() -> String {
        format!("{}-{}", yield_from!(upto(1)), yield_from!(upto(2)) + 1)
    }
    let mut c = pin!(parent());
    assert_eq!([c.resume(), c.resume(), c.resume()], [Yielded(0), Yielded(0), Yielded(1)]);
    assert_eq!(c.resume(), Complete("1-3".to_owned()));
}

/// Moving a block of yields into a child changes nothing that can be seen from outside.
#[test]
fn refactoring_changes_no_trace() {
    #[antiphon::coroutine(yield = i64, send = i64)]
    fn whole(n: i64) -> i64 {
        let mut sum = 0;
        for i in 0..n {
            sum += yield_!(i);
        }
        for i in 0..n {
            sum -= yield_!(-i);
        }
        sum
    }
    #[antiphon::coroutine(yield = i64, send = i64)]
    fn half(n: i64, sign: i64) -> i64 {
        let mut sum = 0;
        for i in 0..n {
            sum += sign * yield_!(sign * i);
        }
        sum
    }
    #[antiphon::coroutine(yield = i64, send = i64)]
    fn cut(n: i64) -> i64 {
        yield_from!(half(n, 1)) + yield_from!(Box::pin(half(n, -1)))
    }
    fn trace(mut c: impl Coroutine<Yield = i64, Send = i64, Return = i64> + Unpin) -> (Vec<i64>, i64) {
        let mut state = c.start();
        let mut seen = Vec::new();
        loop {
            match state {
                Yielded(value) => {
                    seen.push(value);
                    state = c.send(7 * seen.len() as i64 % 11);
                }
                Complete(value) => return (seen, value),
            }
        }
    }
    for n in 0..5 {
        assert_eq!(trace(Box::pin(whole(n))), trace(Box::pin(cut(n))));
    }
}

/// As in a call: what the child returns may borrow from a temporary, for as long as the statement lasts.
#[test]
fn temporaries_of_the_operand_live_to_the_end_of_the_statement() {
    #[antiphon::coroutine(yield = usize)]
    fn longest<'a>(words: &'a [String]) -> &'a str {
        let mut longest = "";
        for word in words {
            yield_!(word.len());
            longest = if word.len() > longest.len() { word } else { longest };
        }
        longest
    }
    #[antiphon::coroutine(yield = usize)]
    fn parent() -> String {
        let first = yield_from!(longest(&["a".to_owned(), "bcd".to_owned()])).to_owned();
        let second = yield_from!(box longest(&["ef".to_owned()])).to_owned();
        first + &second
    }
    let mut c = pin!(parent());
    assert!(c.by_ref().eq([1, 3, 2]));
    let mut c = pin!(parent().boxed());
    assert_eq!(c.run(|_| ()), "bcdef");
}

/// Pops one item after each resume, and says when it is dropped.
#[antiphon::coroutine(yield = usize)]
fn popped(wire: &mut Vec<u32>, log: &RefCell<Vec<&'static str>>) -> u32 {
    let _end = Noted(log, "child");
    yield_!(wire.len());
    wire.pop().unwrap_or(0)
}

/// Notes that it is dropped.
struct Noted<'a>(&'a RefCell<Vec<&'static str>>, &'static str);

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.0.borrow_mut().push(self.1);
    }
}

#[test]
fn one_after_another_in_one_statement_on_what_each_borrows() {
    #[antiphon::coroutine(yield = usize)]
    fn parent(mut wire: Vec<u32>, log: &RefCell<Vec<&'static str>>) -> (u32, u32, u32) {
        (
            yield_from!(popped(&mut wire, log)),
            yield_from!(box popped(&mut wire, log)),
            yield_from!(popped(&mut wire, log)),
        )
    }
    let log = RefCell::new(Vec::new());
    let mut c = pin!(parent(vec![1, 2, 3], &log));
    assert_eq!(c.start(), Yielded(3));
    assert_eq!(c.resume(), Yielded(2));
    assert_eq!(*log.borrow(), ["child"]);
    assert_eq!(c.resume(), Yielded(1));
    assert_eq!(*log.borrow(), ["child", "child"]);
    assert_eq!(c.resume(), Complete((3, 2, 1)));
}

#[test]
fn what_the_operand_borrows_outlives_the_child_to_the_end_of_the_statement() {
    #[antiphon::coroutine(yield = usize)]
    fn of<'a>(noted: &'a Noted<'_>) -> &'a &'static str {
        let _end = Noted(noted.0, "child");
        yield_!(1);
        &noted.1
    }
    #[antiphon::coroutine(yield = usize)]
    fn parent(log: &RefCell<Vec<&'static str>>) {
        let both = [*yield_from!(of(&Noted(log, "first"))), *yield_from!(box of(&Noted(log, "second")))];
        assert_eq!(both, ["first", "second"]);
        log.borrow_mut().push("statement");
    }
    let log = RefCell::new(Vec::new());
    parent(&log).into_iter().for_each(drop);
    assert_eq!(*log.borrow(), ["child", "child", "second", "first", "statement"]);
}
