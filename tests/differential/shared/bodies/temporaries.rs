//! How long temporaries live in a statement that yields.

use super::*;

bodies! {
    fn of_the_operand(t) {
        yield_!(t.guard("a").number());
        t.note("next");
    }

    fn before_the_yield(t) {
        let _ = (t.guard("a").number(), yield_!(1), t.guard("b").number());
        t.note("next");
    }

    fn in_a_let(t) {
        let n = t.guard("a").number() + yield_!(t.guard("b").number());
        t.note("next");
        yield_!(n);
    }

    fn extended(t) {
        let a = &t.guard("a");
        let b = (&t.guard("b"), yield_!(1));
        let Pair { left, .. } = &Pair { left: t.guard("left"), right: t.guard("right") };
        let c = { &t.guard("c") };
        yield_!(2);
        t.see(left);
        yield_!(3);
    }

    fn extended_beside_one_that_is_not(t) {
        let a = &(t.guard("a"), t.guard("gone").number(), yield_!(1));
        yield_!(2);
    }

    fn extended_by_ref(t) {
        let ref a = (t.guard("a"), yield_!(1));
        yield_!(2);
    }

    fn extended_in_an_array(t) {
        let all = [&t.guard("a"), &t.guard("b")];
        yield_!(all[0].number());
        let some = Some(t.guard("c").number());
        yield_!(2);
    }

    fn extended_conditionally(t; yield u32, send bool, return ()) {
        let text: &str = if yield_!(1) { t.guard("a").name } else { t.guard("b").name };
        t.see(text);
        yield_!(2);
    }

    fn in_a_let_else(t; yield u32, send bool, return ()) {
        let true = (t.guard("a").number(), yield_!(1)).1 else {
            t.note("else");
            yield_!(2);
            return;
        };
        t.note("then");
        yield_!(3);
    }

    fn let_else_with_a_place(t; yield u32, send Option<Guard>, return ()) {
        let _a = t.guard("a");
        let Some(guard) = yield_!(t.guard("b").number()) else {
            let _c = t.guard("c");
            yield_!(2);
            return;
        };
        yield_!(3);
    }

    fn in_conditions(t; yield u32, send bool, return ()) {
        if t.guard("if").is("if") && yield_!(t.guard("operand").number()) {
            yield_!(2);
        } else if t.guard("else if").is("no") || yield_!(3) {
            yield_!(4);
        }
        t.note("next");
    }

    fn nested_yields(t) {
        yield_!(yield_!(yield_!(t.guard("a").number()) + t.guard("b").number()) + t.guard("c").number());
        t.note("next");
    }

    fn in_an_assignment(t) {
        let mut n;
        n = t.guard("a").number() + yield_!(1);
        t.see(n);
        (n, _) = (t.guard("b").number() + yield_!(2), t.guard("c"));
        t.see(n);
    }

    fn discarded(t; yield u32, send (Guard, Guard), return ()) {
        yield_!(1).0;
        yield_!(2);
        let _ = yield_!(3).1;
        let (_, _kept) = yield_!(4);
        yield_!(5);
    }

    fn in_places(t) {
        let mut pair = (1, t.guard("held"));
        pair.0 = t.guard("a").number() + yield_!(t.guard("b").number());
        (pair.0, pair.1) = (t.guard("c").number() + yield_!(pair.0), t.guard("new"));
        [&mut pair][0].0 += t.guard("d").number() + yield_!(t.guard("e").number());
        yield_!(pair.0);
    }

    fn in_a_method_chain(t) {
        let name = t.guard("a").then(yield_!(1)).then(t.guard("b").number() + yield_!(2)).name;
        t.see(name);
        let text = t.guard("c").borrow().map(|text| text.len() as u32 + t.guard("in the closure").number());
        yield_!(text.unwrap_or(t.guard("d").with(yield_!(3))));
    }

    fn in_blocks_within_a_statement(t) {
        let n = { t.guard("a").number() } + { yield_!(t.guard("b").number()) } + { let _c = t.guard("c"); yield_!(2) };
        let m = (|| t.guard("d").number())() + if yield_!(n) > 0 { t.guard("e").number() } else { 0 };
        t.see(m);
    }

    fn of_a_deref(t) {
        let n = *Box::new((t.guard("a").number(), yield_!(1))).as_ref();
        let text: &str = &t.guard("b").name.to_owned()[..];
        yield_!(n.1);
        let taken = *Box::new(t.guard("c"));
        t.see(text);
    }

    fn of_a_whole_loop(t) {
        for n in [t.guard("a").number(), yield_!(t.guard("b").number())].iter().map(|n| n + t.guard("mapped").number()) {
            t.see(n);
            yield_!(n);
        }
        while { let _c = t.guard("c"); t.guard("d").number() + yield_!(3) } < 5 {
            t.note("turn");
        }
    }
}
