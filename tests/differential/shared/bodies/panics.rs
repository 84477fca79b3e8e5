//! Unwinding. Every body is ended by a panic at each of its events; these have more to unwind.

use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

bodies! {
    fn after_a_resume(t) {
        let _a = t.guard("a");
        yield_!(1);
        let _b = t.guard("b");
        t.note("after the first");
        yield_!(2);
        t.note("after the second");
    }

    fn through_all_scopes(t) {
        let _a = t.guard("a");
        for n in 0..2 {
            let _b = t.guard("b");
            match (t.guard("c"), yield_!(n)) {
                (_c, m) if m == n + 1 => take(t.guard("d"), t.see(yield_!(m)), t.guard("e")),
                _ => t.note("otherwise"),
            }
        }
    }

    fn with_parts_moved_out(t) {
        let pair = Pair { left: t.guard("left"), right: t.guard("right") };
        let kept = pair.left;
        yield_!(1);
        t.note("in between");
        drop(pair.right);
        t.note("after");
        yield_!(2);
    }

    fn in_the_operand(t) {
        let _a = t.guard("a");
        yield_!(t.guard("b").with(1));
        yield_!(t.see(2));
    }

    fn half_way_through_a_list(t; yield u32, send Guard, return ()) {
        let list = [yield_!(1), t.guard("a"), yield_!(2)];
        let list = vec![t.guard("b"), yield_!(3), t.see(t.guard("c"))];
        t.note("end");
    }

    fn that_is_caught_in_the_body(t) {
        let a = t.guard("a");
        let result = catch_unwind(AssertUnwindSafe(|| {
            let _b = t.guard("b");
            t.note("inside");
            a
        }));
        yield_!(result.is_ok() as u32);
        drop(result);
        yield_!(2);
    }

    fn in_a_destructor_of_an_assignment(t) {
        let mut a = t.guard("a");
        let _b = t.guard("b");
        a = { yield_!(1); t.guard("c") };
        yield_!(2);
        a = t.guard("d");
        t.note("end");
    }

    fn in_a_destructor_at_the_end(t; yield u32, send u32, return Guard) {
        let _a = t.guard("a");
        let _b = (t.guard("b"), t.guard("c"));
        yield_!(1);
        let returned = t.guard("returned");
        let _d = vec![t.guard("d"), t.guard("e")];
        returned
    }
}
