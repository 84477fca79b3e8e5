//! Half-built values.

use super::*;

#[derive(Debug)]
struct Three {
    a: Guard,
    b: u32,
    c: Guard,
}

impl Three {
    fn new(t: &Trace) -> Three {
        Three { a: t.guard("base a"), b: 0, c: t.guard("base c") }
    }
}

#[derive(Debug)]
struct Wrapped(Guard, u32, Guard);

bodies! {
    fn struct_in_another_order(t) {
        let three = Three { c: t.guard("c"), b: yield_!(1), a: t.guard("a") };
        yield_!(three.b);
    }

    fn struct_update_with_a_place(t) {
        let base = Three::new(t);
        let three = Three { b: yield_!(1), c: t.guard("c"), ..base };
        yield_!(three.b);
    }

    fn struct_update_with_a_temporary(t) {
        let three = Three { b: yield_!(1), a: t.guard("a"), ..Three::new(t) };
        yield_!(three.b);
    }

    fn struct_update_that_yields(t) {
        let three = Three { a: t.guard("a"), ..{ yield_!(1); Three::new(t) } };
        yield_!(three.b);
    }

    fn tuple_struct(t) {
        let wrapped = Wrapped(t.guard("a"), yield_!(1), t.guard("b"));
        yield_!(wrapped.1);
    }

    fn tuple(t) {
        let tuple = (t.guard("a"), yield_!(1), t.guard("b"), yield_!(2));
        yield_!(tuple.3);
    }

    fn array(t) {
        let array = [t.guard("a"), { yield_!(1); t.guard("b") }, t.guard("c")];
        yield_!(2);
        let [_, b, _] = array;
        yield_!(3);
    }

    fn array_of_what_is_sent(t; yield u32, send Guard, return ()) {
        let array = [yield_!(1), yield_!(2), yield_!(3)];
        yield_!(4);
        drop(array.into_iter().nth(1));
        yield_!(5);
    }

    fn repetition(t) {
        let zeros = [yield_!(1); 3];
        const NONE: Option<Guard> = None;
        let mut list = [NONE; 2];
        list[1] = Some(t.guard("b"));
        list[0] = { yield_!(zeros[2]); Some(t.guard("a")) };
        yield_!(3);
    }

    fn ranges(t) {
        for n in yield_!(1)..=yield_!(2) {
            yield_!(n + 10);
        }
        let range = t.guard("a").number()..yield_!(3);
        t.see(range);
    }

    fn nested_and_left_early(t; yield u32, send bool, return Option<Three>) {
        let three = Three {
            a: t.guard("a"),
            b: [1, if yield_!(1) { return None } else { 2 }][1],
            c: if yield_!(2) { t.guard("c") } else { None? },
        };
        Some(three)
    }
}
