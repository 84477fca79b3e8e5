//! What becomes of values that are sent, and of those that are yielded.

use super::*;

bodies! {
    fn not_kept(t; yield u32, send Guard, return ()) {
        yield_!(1);
        t.note("next");
        let _ = yield_!(2);
        t.note("next");
        _ = yield_!(3);
        t.note("next");
    }

    fn kept(t; yield u32, send Guard, return ()) {
        let _first = yield_!(1);
        let second = yield_!(2);
        drop(second);
        let _third = yield_!(3);
    }

    fn replaced(t; yield u32, send Guard, return Guard) {
        let mut last = yield_!(0);
        for n in 1..4 {
            last = yield_!(n);
        }
        last
    }

    fn taken_apart(t; yield u32, send (Guard, Guard), return ()) {
        let (a, _) = yield_!(1);
        let (_, b) = yield_!(2);
        let (_, _) = yield_!(3);
        yield_!(4);
    }

    fn sent_back(t; yield Option<Guard>, send Guard, return Option<Guard>) {
        let first = yield_!(None);
        let second = yield_!(Some(first));
        yield_!(Some(second));
        yield_!(Some(t.guard("new")));
        None
    }

    fn local_that_is_yielded(t; yield Guard, send u32, return ()) {
        let a = t.guard("a");
        let _b = t.guard("b");
        yield_!(a);
        yield_!({ let _inner = t.guard("inner"); t.guard("c") });
    }

    fn part_that_is_yielded(t; yield Guard, send u32, return ()) {
        let pair = Pair { left: t.guard("left"), right: t.guard("right") };
        yield_!(pair.right);
        t.note("next");
    }

    fn coerced(t; yield Box<dyn std::fmt::Debug>, send u32, return ()) {
        yield_!(Box::new(t.guard("a")) as Box<dyn std::fmt::Debug>);
        yield_!(Box::new((t.guard("b"), 1)));
    }

    fn slice_of_a_constant(t; yield &'static [u8], send u32, return usize) {
        let n = yield_!(&[1_u8, 2, 3][..]);
        yield_!(b"ab").max(n) as usize
    }

    fn maybe_yielded(t; yield Guard, send bool, return ()) {
        let a = t.guard("a");
        let b = t.guard("b");
        if yield_!(t.guard("c")) {
            yield_!(a);
        } else if yield_!(b) {
            yield_!(t.guard("d"));
        }
        t.note("next");
    }

    fn in_a_collection(t; yield u32, send Guard, return Vec<Guard>) {
        let mut list = Vec::new();
        while list.len() < 3 {
            list.push(yield_!(list.len() as u32));
        }
        list.swap_remove(0);
        list
    }
}
