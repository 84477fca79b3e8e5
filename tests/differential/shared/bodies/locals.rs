//! In which order locals are dropped.

use super::*;

bodies! {
    fn in_reverse(t) {
        let _a = t.guard("a");
        yield_!(1);
        let _b = t.guard("b");
        yield_!(2);
        let _c = t.guard("c");
        yield_!(3);
    }

    fn shadowed(t) {
        let a = t.guard("old");
        yield_!(1);
        let a = (t.guard("new"), a.number());
        yield_!(2);
        let a = t.guard("newest");
        yield_!(3);
    }

    fn never_mentioned_again(t) {
        let a = t.guard("a");
        let _ = t.guard("at once");
        let _b = t.guard("b");
        yield_!(1);
    }

    fn assigned_later(t) {
        let (first, second);
        second = t.guard("second");
        yield_!(1);
        first = t.guard("first");
        yield_!(2);
    }

    fn assigned_again(t) {
        let mut a = t.guard("a");
        yield_!(1);
        a = t.guard("b");
        yield_!(2);
        a = { yield_!(3); t.guard("c") };
        yield_!(4);
    }

    fn destructured(t) {
        let (a, (_, b), _) = (t.guard("a"), (t.guard("left out"), t.guard("b")), t.guard("too"));
        yield_!(1);
    }

    fn wildcard_of_a_place(t) {
        let whole = (t.guard("a"), t.guard("b"), t.guard("c"));
        let (_, b, _) = whole;
        yield_!(1);
        let _ = whole.0;
        yield_!(2);
    }

    fn inner_block(t) {
        let _outer = t.guard("outer");
        {
            let _inner = t.guard("inner");
            yield_!(1);
        }
        yield_!(2);
    }

    fn value_of_a_block(t) {
        let a = {
            let _inner = t.guard("inner");
            let value = t.guard("value");
            yield_!(1);
            value
        };
        yield_!(2);
    }

    fn moved_into_a_block(t) {
        let a = t.guard("a");
        let _b = t.guard("b");
        {
            let _moved = a;
            yield_!(1);
        }
        yield_!(2);
    }

    fn in_a_vec(t) {
        let list = vec![t.guard("a"), t.guard("b")];
        let boxed: Box<[Guard]> = Box::new([t.guard("c"), t.guard("d")]);
        yield_!(1);
        drop(list);
        yield_!(2);
    }

    fn only_in_one_branch(t; yield u32, send bool, return ()) {
        let _outer = t.guard("outer");
        if yield_!(1) {
            let _then = t.guard("then");
            yield_!(2);
        } else {
            let _else = t.guard("else");
            yield_!(3);
        }
        yield_!(4);
    }

    fn in_a_const_and_a_static_place(t; yield &'static str, send u32, return usize) {
        let text: &'static [&'static str] = &["promoted"];
        let _a = t.guard("a");
        yield_!(text[0]);
        text.len()
    }
}
