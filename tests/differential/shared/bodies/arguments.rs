//! Calls of which one argument yields.

use super::*;

bodies! {
    fn between_two(t) {
        take(t.guard("a"), yield_!(1), t.guard("b"));
        t.note("next");
    }

    fn each(t) {
        take(yield_!(1), (yield_!(2), t.guard("a")), yield_!(3));
    }

    fn borrowed(t) {
        take(&t.guard("a"), yield_!(1), &t.guard("b"));
        t.note("next");
    }

    fn local_moved_before(t) {
        let a = t.guard("a");
        let b = t.guard("b");
        let n = sum(a, yield_!(1), b);
        yield_!(n);
    }

    fn sent_guards(t; yield u32, send Guard, return ()) {
        take(yield_!(1), yield_!(2), yield_!(3));
        t.note("next");
    }

    fn receiver_by_value(t) {
        let n = t.guard("a").with(yield_!(1));
        t.guard("b").then(yield_!(2)).then(yield_!(3));
        yield_!(n);
    }

    fn receiver_by_reference(t) {
        let mut a = t.guard("a");
        a.set(yield_!(1));
        t.guard("b").set(yield_!(t.guard("c").number()));
        t.note("next");
    }

    fn receiver_borrowed_in_two_phases(t) {
        let mut list = vec![t.guard("a")];
        list.insert(0, { yield_!(1); t.guard("b") });
        let mut numbers = vec![1];
        numbers.push(yield_!(numbers.len() as u32));
        yield_!(numbers[1]);
    }

    fn receiver_that_is_sent(t; yield u32, send Guard, return ()) {
        let n = yield_!(1).with(yield_!(2).number());
        yield_!(n);
    }

    fn callee_that_is_computed(t) {
        let a = t.guard("a");
        let f = |t: &Trace, n: u32| move |m: u32| { let _held = &a; n + m };
        let n = f(t, yield_!(1))(yield_!(2));
        yield_!(n);
    }

    fn nested(t) {
        sum(t.guard("a"), sum(t.guard("b"), yield_!(1), t.guard("c")) + yield_!(2), t.guard("d"));
        t.note("next");
    }

    fn never_called(t; yield u32, send bool, return ()) {
        take(t.guard("a"), if yield_!(1) { return } else { t.guard("b") }, t.guard("c"));
        t.note("next");
    }

    fn boxed(t) {
        let boxed = Box::new((t.guard("a"), yield_!(1), Box::new(t.guard("b"))));
        yield_!(boxed.1);
    }
}
