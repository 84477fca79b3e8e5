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

    fn beside_a_temporary(t; yield u32, send Guard, return ()) {
        yield_!(t.guard("a").number());
        let _ = yield_!(t.guard("b").number());
        _ = yield_!(t.guard("c").number());
        let kept = yield_!(t.guard("d").number());
        yield_!(t.guard("e").number()).number();
        let n = yield_!(t.guard("f").number()).number() + t.guard("g").number();
        take(t.guard("h").number(), yield_!(t.guard("i").number()), t.guard("j"));
        t.see(n);
    }

    fn struct_update_of_it(t; yield u32, send Pair, return Pair) {
        let left = Pair { left: t.guard("left"), ..yield_!(t.guard("a").number()) };
        t.note("next");
        let right = Pair { right: t.guard("right"), ..{ yield_!(2) } };
        yield_!(3);
        Pair { left: left.left, ..right }
    }

    fn matched_in_place(t; yield u32, send (Guard, Guard), return ()) {
        match yield_!(t.guard("a").number()) {
            _ => { yield_!(2); }
        }
        match yield_!(3) {
            (left, _) => { yield_!(4); }
        }
        match yield_!(5) {
            (_, ref right) if right.is("r5") => { yield_!(6); }
            (left, right) => { yield_!(7); }
        }
        if let (ref left, _) = yield_!(8) {
            t.see(left);
        }
        t.note("next");
    }

    fn bound_in_place(t; yield u32, send (Guard, Guard), return ()) {
        let (ref left, _) = yield_!(t.guard("a").number());
        let ref mut whole = yield_!(t.guard("b").number());
        whole.0 = t.guard("c");
        let field = &yield_!(t.guard("d").number()).1;
        let (left, right) = &mut yield_!(4);
        std::mem::swap(left, right);
        t.see(field);
        yield_!(5);
    }

    fn captured_in_place(t; yield u32, send (Guard, Guard), return ()) {
        let sent = yield_!(1);
        let closure = move || sent.0.number();
        yield_!(closure());
        let boxed = Box::new(yield_!(2).1);
        let list = vec![yield_!(3).0, yield_!(4).1];
        drop(closure);
        yield_!(5);
    }

    fn index_of_it(t; yield u32, send (Guard, Guard), return usize) {
        let names = [yield_!(1).0.name, yield_!(2).1.name];
        let pair = [yield_!(3), yield_!(4)];
        let n = [t.guard("a"), t.guard("b")][yield_!(5).0.name.len() - 1].name.len();
        yield_!(names.len() as u32 + pair.len() as u32);
        n
    }
}
