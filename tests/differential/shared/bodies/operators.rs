//! In which order operands are evaluated.

use super::*;

bodies! {
    fn arithmetic(t; yield u32, send u32, return u32) {
        t.see(100) * yield_!(1) + t.see(10) * yield_!(2) + yield_!(t.see(3))
    }

    /// Of primitive types, the right-hand side first.
    fn compound_assignment(t) {
        let mut a = 1;
        a += yield_!(a);
        t.see(a);
        *{ t.note("place"); &mut a } += { t.note("value"); yield_!(2) };
        t.see(a);
    }

    /// Of others, the left-hand side first.
    fn compound_assignment_of_a_string(t; yield u32, send u32, return String) {
        let mut text = String::from("a");
        *{ t.note("place"); &mut text } += { t.note("value"); yield_!(1).to_string().leak() };
        text += &format!("{}", yield_!(2));
        text
    }

    fn index_assignment(t; yield u32, send usize, return [u32; 4]) {
        let mut list = [0; 4];
        list[yield_!(1)] = yield_!(2) as u32;
        list[{ t.note("index"); yield_!(3) - 2 }] += { t.note("value"); yield_!(4) as u32 };
        list
    }

    fn index_assignment_of_guards(t; yield u32, send usize, return ()) {
        let mut list = vec![t.guard("a"), t.guard("b"), t.guard("c")];
        list[yield_!(1)] = { yield_!(2); t.guard("d") };
        list[yield_!(3) - 3] = t.guard("e");
        yield_!(4);
    }

    fn assignment_evaluates_the_value_first(t) {
        let mut pair = (t.guard("a"), 0);
        *{ t.note("place"); &mut pair.0 } = { t.note("value"); yield_!(1); t.guard("b") };
        (pair.1, pair.0) = (yield_!(2), t.guard("c"));
        yield_!(pair.1);
    }

    fn short_circuits(t; yield u32, send bool, return bool) {
        let a = t.guard("a").is("a") && yield_!(1) && t.guard("b").is("b");
        let b = yield_!(2) || t.guard("c").is("no") || yield_!(3);
        t.see((a, b));
        !(a && yield_!(4)) | b & yield_!(5)
    }

    fn comparison(t; yield u32, send u32, return bool) {
        t.guard("a").number() < yield_!(t.guard("b").number()) && yield_!(1) == yield_!(2) - 1
    }

    fn casts_and_references(t; yield u32, send u32, return i64) {
        let a = &yield_!(1);
        let b = &mut yield_!(2);
        *b += *a;
        -(yield_!(*b) as i64) + *b as i64
    }

    fn dereferenced(t) {
        let n = *{ t.note("deref"); Box::new(yield_!(1)) } + *Box::new(yield_!(2));
        let boxed = Box::new(t.guard("a"));
        let a = *boxed;
        yield_!(n);
    }

    fn nested_yields(t; yield u32, send u32, return u32) {
        yield_!(yield_!(yield_!(7) + 10) + 20) + yield_!(yield_!(0))
    }

    fn let_chain_by_hand(t; yield u32, send Option<u32>, return u32) {
        if let (Some(a), Some(b)) = (yield_!(1), yield_!(2).or(yield_!(3))) { a + b } else { 0 }
    }
}
