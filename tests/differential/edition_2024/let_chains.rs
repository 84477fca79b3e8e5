//! Conditions of several `let`s, which only this edition has.

#![allow(unused, clippy::all, reason = "bodies show what can be written, not what should be")]

use crate::differential::bodies::*;

bodies! {
    fn across_yields(t; yield u32, send Option<Guard>, return ()) {
        if let Some(a) = yield_!(t.guard("a").number()) && a.is("s1") && let None = yield_!(2) {
            yield_!(3);
        } else {
            t.note("else");
            yield_!(4);
        }
        t.note("next");
    }

    fn with_temporaries(t; yield u32, send bool, return ()) {
        if let Some(text) = t.guard("a").borrow() && yield_!(t.guard("b").number()) && let Some(_) = t.guard("c").borrow() {
            yield_!(2);
        } else if yield_!(3) && let "d" = t.guard("d").name {
            yield_!(4);
        } else {
            yield_!(5);
        }
        t.note("next");
    }

    fn in_a_loop(t; yield u32, send Option<Guard>, return ()) {
        let mut turns = 0;
        while let Some(a) = yield_!(t.guard("a").number()) && turns < 2 && let Some(b) = t.guard("b").borrow() {
            turns += 1;
            yield_!(turns);
        }
        t.note("next");
    }
}
