//! Delegation: to the driver it is what a call is to the caller of a function.

use super::*;

bodies_with_parameters! {
    fn child(t: &Run, a: Guard) -> u32 from (t.silent("a")) {
        let _local = t.guard("child's");
        let n = yield_!(a.number());
        t.note("child");
        n + yield_!(n)
    }

    fn fallible_child(t: &Run, a: Guard) -> (Result<u32, Guard>) from (t.silent("a")) {
        let _local = t.guard("child's");
        if yield_!(a.number()) > 1 { Err(a) } else { Ok(1) }
    }

    fn child_that_returns_a_guard(t: &Run, a: Guard, b: Guard) -> Guard from (t.silent("a"), t.silent("b")) {
        yield_!(1);
        b
    }

    fn child_that_does_not_yield(t: &Run, a: Guard) -> u32 from (t.silent("a")) {
        let _local = t.guard("child's");
        a.number()
    }

    fn parent(t: &Run) from () {
        let _outer = t.guard("outer");
        let n = yield_from!(child(t, t.guard("a")));
        t.see(n);
        yield_!(n);
    }

    fn parent_of_a_box(t: &Run) from () {
        let _outer = t.guard("outer");
        let n = yield_from!(box child(t, t.guard("a")));
        t.see(n);
        yield_!(n);
    }

    fn grandparent(t: &Run, a: Guard) from (t.silent("a")) {
        yield_from!(parent(t));
        let _between = t.guard("between");
        yield_from!(box parent_of_a_box(t));
        yield_from!(box parent(t));
        t.see(&a);
    }

    fn temporaries_in_the_operand(t: &Run) from () {
        let n = yield_from!(child(t, { t.guard("gone").number(); t.guard("a") })) + t.guard("b").number();
        take(t.guard("first").number(), yield_from!(child(t, t.guard(t.guard("name").name))), t.guard("last").number());
        t.note("next");
        take(t.guard("first"), yield_from!(box child(t, t.guard(t.guard("name").name))), t.guard("last"));
        t.note("next");
    }

    fn in_a_tail(t: &Run) -> u32 from () {
        let _local = t.guard("local");
        yield_from!(child(t, t.guard(t.guard("temporary").name)))
    }

    fn boxed_in_a_tail(t: &Run) -> u32 from () {
        let _local = t.guard("local");
        yield_from!(box child(t, t.guard(t.guard("temporary").name)))
    }

    fn arguments_that_yield(t: &Run) from () {
        let n = sum(t.guard("a"), yield_from!(child(t, { yield_!(1); t.guard("b") })), t.guard("c"));
        yield_!(yield_from!(child(t, t.guard("d"))) + n);
        yield_!(yield_from!(box child(t, { yield_!(2); t.guard("e") })) + n);
    }

    fn errors(t: &Run) -> (Result<u32, Guard>) from () {
        let _outer = t.guard("outer");
        let a = yield_from!(fallible_child(t, t.guard("a")))?;
        let _between = t.guard("between");
        let b = t.guard("temporary").number() + yield_from!(box fallible_child(t, t.guard("b")))?;
        Ok(a + b)
    }

    fn scrutinees(t: &Run) from () {
        if let Ok(n) = yield_from!(fallible_child(t, t.guard(t.guard("temporary").name))) {
            yield_!(n);
        }
        match yield_from!(box fallible_child(t, t.guard(t.guard("temporary").name))) {
            Err(guard) => { yield_!(guard.number()); }
            Ok(_) => {}
        }
        t.note("next");
    }

    fn results_that_nobody_keeps(t: &Run) from () {
        yield_from!(child_that_returns_a_guard(t, t.guard("a"), t.guard("b")));
        t.note("next");
        yield_from!(box child_that_returns_a_guard(t, t.guard("c"), t.guard("d")));
        t.note("next");
        let _ = yield_from!(child_that_returns_a_guard(t, t.guard("e"), t.guard("f")));
        let _kept = yield_from!(box child_that_returns_a_guard(t, t.guard("g"), t.guard("h")));
        yield_!(4);
    }

    fn children_that_do_not_yield(t: &Run) from () {
        let _outer = t.guard("outer");
        let n = yield_from!(child_that_does_not_yield(t, t.guard("a")));
        let m = yield_from!(box child_that_does_not_yield(t, t.guard("b"))) + t.guard("c").number();
        yield_!(n + m);
    }

    fn countdown(t: &Run, n: u32, _guard: Guard) -> u32 from (3, t.silent("outermost")) {
        yield_!(n);
        if n == 0 {
            return 0;
        }
        let _local = t.guard("local");
        let below = yield_from!(box countdown(t, n - 1, t.guard("parameter")));
        t.see(below + n)
    }

    fn tail_recursion(t: &Run, n: u32, guard: Guard) -> Guard from (2, t.silent("outermost")) {
        yield_!(n);
        let _local = t.guard("local");
        if n > 0 { yield_from!(box tail_recursion(t, n - 1, t.guard("parameter"))) } else { guard }
    }

    fn in_a_loop(t: &Run) from () {
        for n in [0, 1] {
            let _local = t.guard("local");
            let kept = loop {
                if yield_from!(box child(t, t.guard("a"))) > 4 {
                    break yield_from!(child_that_returns_a_guard(t, t.guard("b"), t.guard("c")));
                }
            };
            t.see(kept);
        }
    }
}
