//! Borrows that live across a yield.

use super::*;
use std::cell::RefCell;

bodies! {
    fn of_a_local(t; yield u32, send u32, return ()) {
        let list = vec![t.guard("a"), t.guard("b")];
        let last = list.last();
        for guard in &list {
            yield_!(guard.number());
        }
        t.see(last);
    }

    fn mutable(t) {
        let mut a = t.guard("a");
        let borrowed = &mut a;
        yield_!(1);
        *borrowed = t.guard("b");
        yield_!(2);
        let mut number = 1;
        let counter = &mut number;
        *counter += yield_!(*counter);
        *counter += yield_!(*counter);
        t.see(number);
    }

    fn of_parts(t) {
        let mut pair = Pair { left: t.guard("left"), right: t.guard("right") };
        let Pair { left, right } = &mut pair;
        yield_!(left.number());
        std::mem::swap(left, right);
        yield_!(right.number());
    }

    fn by_a_closure(t; yield u32, send u32, return ()) {
        let a = t.guard("a");
        let mut seen = Vec::new();
        let mut see = |n| { seen.push(n); a.number() + n };
        see(yield_!(1));
        let n = see(yield_!(2));
        yield_!(n);
        t.see(seen);
    }

    fn of_a_cell(t) {
        let cell = RefCell::new(vec![t.guard("a")]);
        cell.borrow_mut().push({ yield_!(1); t.guard("b") });
        let n = cell.borrow().len() as u32 + yield_!(2);
        t.see((n, cell.try_borrow_mut().is_ok()));
        let held = cell.borrow_mut();
        yield_!(3);
        t.see(cell.try_borrow().is_ok());
    }

    fn of_what_is_sent(t; yield u32, send Guard, return ()) {
        let a = &yield_!(1);
        yield_!(a.number());
        let name = yield_!(3).name;
        t.see((a, name));
    }

    fn into_a_trait_object(t) {
        let a = t.guard("a");
        let dynamic: &dyn std::fmt::Debug = &a;
        let owned: Box<dyn std::fmt::Debug> = Box::new(t.guard("b"));
        yield_!(1);
        t.see((dynamic, &owned));
        yield_!(2);
    }

    fn of_a_slice_pattern(t) {
        let list = [t.guard("a"), t.guard("b"), t.guard("c")];
        if let [first, .., last] = &list[..] {
            yield_!(first.number());
            t.see((first, last));
        }
        let [a, rest @ ..] = list;
        yield_!(2);
    }
}
