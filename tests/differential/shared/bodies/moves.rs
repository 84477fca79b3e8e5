//! Values that may have been moved out: drop flags, and parts of structs.

use super::*;

bodies! {
    fn part_of_a_struct(t) {
        let pair = Pair { left: t.guard("left"), right: t.guard("right") };
        let _other = t.guard("other");
        let left = pair.left;
        yield_!(1);
        drop(left);
        yield_!(2);
    }

    fn part_of_a_tuple_refilled(t) {
        let mut pair = (t.guard("a"), t.guard("b"));
        drop(pair.0);
        yield_!(1);
        pair.0 = t.guard("c");
        yield_!(2);
    }

    fn part_of_a_box(t) {
        let boxed = Box::new(Pair { left: t.guard("left"), right: t.guard("right") });
        let right = boxed.right;
        yield_!(1);
        let left = boxed.left;
        yield_!(2);
    }

    fn maybe_before_a_yield(t; yield u32, send bool, return ()) {
        let a = t.guard("a");
        let _b = t.guard("b");
        if yield_!(1) {
            drop(a);
        }
        yield_!(2);
    }

    fn maybe_across_a_yield(t; yield u32, send bool, return ()) {
        let a = t.guard("a");
        let _b = t.guard("b");
        if yield_!(1) {
            let moved = a;
            yield_!(2);
        }
        yield_!(3);
    }

    fn maybe_in_a_loop(t; yield u32, send bool, return ()) {
        let mut a = Some(t.guard("a"));
        let b = t.guard("b");
        let kept = loop {
            if yield_!(1) || a.is_none() {
                break b;
            }
            drop(a.take());
            if !yield_!(2) {
                drop(b);
                return;
            }
        };
        yield_!(3);
    }

    fn maybe_assigned(t; yield u32, send bool, return ()) {
        let a;
        let _b = t.guard("b");
        if yield_!(1) {
            a = t.guard("a");
        }
        yield_!(2);
    }

    fn maybe_a_part(t; yield u32, send bool, return ()) {
        let pair = Pair { left: t.guard("left"), right: t.guard("right") };
        if yield_!(1) {
            drop(pair.left);
            yield_!(2);
        } else {
            drop(pair.right);
        }
        yield_!(3);
    }

    fn taken(t) {
        let mut list = vec![t.guard("a"), t.guard("b")];
        let taken = std::mem::take(&mut list);
        list.push(t.guard("c"));
        yield_!(1);
        drop(std::mem::replace(&mut list, taken));
        yield_!(2);
    }

    fn bound_by_move_in_a_match(t; yield u32, send bool, return ()) {
        let value = if yield_!(1) { Some((t.guard("a"), t.guard("b"))) } else { None };
        match value {
            Some((a, _)) if yield_!(2) => { yield_!(3); }
            Some((_, b)) => { yield_!(4); }
            None => {}
        }
        yield_!(5);
    }

    fn into_a_closure(t) {
        let a = t.guard("a");
        let pair = Pair { left: t.guard("left"), right: t.guard("right") };
        let closure = move || (a.number(), pair.left.number());
        yield_!(closure().0);
        drop(closure);
        yield_!(2);
    }

    fn in_an_or_pattern(t; yield u32, send bool, return ()) {
        let value = if yield_!(1) { Ok(t.guard("ok")) } else { Err(t.guard("err")) };
        let _after = t.guard("after");
        let (Ok(a) | Err(a)) = value;
        yield_!(2);
    }
}
