//! Yields in the arguments of macros.

use super::*;
use std::fmt::Write;

macro_rules! twice {
    ($value:expr) => { ($value, $value) };
}

macro_rules! block {
    ($($body:tt)*) => { { $($body)* } };
}

bodies! {
    fn in_a_vec(t) {
        let list = vec![t.guard("a"), { yield_!(1); t.guard("b") }, t.guard("c")];
        let numbers = vec![yield_!(2); 2];
        yield_!(numbers[1]);
    }

    fn in_a_format(t; yield u32, send u32, return String) {
        format!("{} {:?} {}", yield_!(1), t.guard("a"), yield_!(t.guard("b").number()))
    }

    fn in_a_write(t; yield u32, send Guard, return String) {
        let mut text = String::new();
        write!(text, "{:?}{:?}", yield_!(1), yield_!(2)).unwrap();
        t.note("next");
        writeln!(text, "{}", yield_!(3).number()).unwrap();
        text
    }

    fn in_assertions(t) {
        assert!(t.guard("a").number() == 1 && yield_!(1) == 1, "not reached: {}", yield_!(2));
        assert_eq!(yield_!(3), { let _b = t.guard("b"); 2 });
        t.note("next");
    }

    fn in_ones_own(t) {
        let pair = twice!(t.guard("a").with(yield_!(1)));
        t.see(pair);
        let n = block! {
            let _b = t.guard("b");
            t.guard("c").number() + yield_!(2)
        };
        yield_!(n);
    }

    fn in_each_other(t; yield u32, send u32, return ()) {
        t.see(format!("{}", vec![yield_!(1), yield_!(vec![yield_!(2)].len() as u32)].len()));
        t.note("next");
    }

    fn in_a_macro_of_the_body(t) {
        macro_rules! ask {
            ($n:expr) => { yield_!(t.guard("asked").number() + $n) };
        }
        let n = ask!(1) + ask!(ask!(2));
        t.see(n);
    }

    fn with_other_delimiters(t; yield (), send Guard, return ()) {
        let _ = yield_! {};
        let _a = yield_![];
        yield_!((),);
    }
}
