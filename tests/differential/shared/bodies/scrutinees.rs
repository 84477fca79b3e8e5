//! Temporaries in what is matched. In edition 2024, those of an `if let` end before its `else`.

use super::*;

bodies! {
    fn if_let(t) {
        if let Some(text) = t.guard("a").borrow() {
            yield_!(text.len() as u32);
        }
        t.note("next");
    }

    fn if_let_else(t) {
        if let Some("b") = t.guard("a").borrow() {
            yield_!(1);
        } else {
            let _inner = t.guard("inner");
            yield_!(2);
        }
        t.note("next");
    }

    fn if_let_chain_of_elses(t) {
        if let Some("b") = t.guard("a").borrow() {
            yield_!(1);
        } else if let Some("c") = (t.guard("d").borrow(), yield_!(2)).0 {
            yield_!(3);
        } else if t.guard("e").is("e") {
            yield_!(4);
        }
        t.note("next");
    }

    fn if_let_in_a_let(t) {
        let n = if let Some("b") = t.guard("a").borrow() { 1 } else { yield_!(2) };
        t.note("next");
        yield_!(n);
    }

    fn if_let_of_what_is_sent(t; yield u32, send Option<Guard>, return ()) {
        if let Some(guard) = yield_!(t.guard("operand").number()) {
            yield_!(1);
        } else {
            yield_!(2);
        }
        if let Some(_) = yield_!(3) {
            yield_!(4);
        }
        t.note("next");
    }

    fn match_on_a_temporary(t) {
        match t.guard("a").borrow() {
            Some("b") => { yield_!(1); }
            Some(_) => { yield_!(2); }
            None => {}
        }
        t.note("next");
    }

    fn match_on_what_is_sent(t; yield u32, send Result<Guard, (Guard, Guard)>, return ()) {
        match yield_!(1) {
            Ok(_) => { yield_!(2); }
            Err((left, _)) => { yield_!(3); }
        }
        t.note("next");
    }

    fn match_guards(t; yield u32, send bool, return ()) {
        match t.guard("a") {
            _ if t.guard("first").is("first") && yield_!(1) => { yield_!(2); }
            a if yield_!(a.number()) => { yield_!(3); }
            ref a => { yield_!(a.number() + 3); }
        }
        t.note("next");
    }

    fn match_guard_that_moves(t; yield u32, send bool, return ()) {
        let value = (t.guard("a"), t.guard("b"));
        match value {
            (a, _) if { let _inner = t.guard("inner"); yield_!(1) } => { yield_!(2); }
            (_, b) => { yield_!(3); }
        }
        t.note("next");
    }

    fn while_let(t; yield u32, send bool, return ()) {
        let mut turns = 0;
        while let (true, _) = (yield_!(t.guard("scrutinee").number()), t.guard("beside")) {
            turns += 1;
            if turns == 2 {
                break;
            }
            yield_!(turns);
        }
        t.note("next");
    }

    fn while_let_pop(t) {
        let mut stack = vec![t.guard("a"), t.guard("b"), t.guard("c")];
        while let Some(top) = stack.pop() {
            yield_!(stack.len() as u32);
            if stack.len() == 1 {
                break;
            }
        }
        t.note("next");
    }

    fn matches_macro(t; yield u32, send Option<Guard>, return ()) {
        let is = matches!(yield_!(t.guard("a").number()), Some(guard) if guard.is("s1"));
        t.see(is);
        yield_!(2);
    }

    fn binding_by_reference(t; yield u32, send Option<Guard>, return ()) {
        match &yield_!(1) {
            Some(guard) => { yield_!(guard.number()); }
            None => { yield_!(3); }
        }
        match yield_!(4) {
            Some(ref guard) => { yield_!(guard.number()); }
            None => {}
        }
        t.note("next");
    }
}
