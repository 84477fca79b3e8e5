//! Loops, and the ways out of them.

use super::*;

bodies! {
    fn break_with_a_value(t) {
        let _outer = t.guard("outer");
        let kept = loop {
            let a = t.guard("a");
            let _b = t.guard("b");
            if yield_!(1) > 1 {
                break a;
            }
        };
        yield_!(2);
    }

    fn break_with_what_is_sent(t; yield u32, send Guard, return Guard) {
        loop {
            let _a = t.guard("a");
            break yield_!(1);
        }
    }

    fn continue_drops(t) {
        let mut n = 0;
        while n < 2 {
            let _a = t.guard("a");
            n += 1;
            if yield_!(n) == 1 {
                let _b = t.guard("b");
                continue;
            }
            let _c = t.guard("c");
            yield_!(10 + n);
        }
    }

    fn labels(t) {
        'outer: for a in 0..2 {
            let _outer = t.guard("outer");
            for b in 0..3 {
                let _inner = t.guard("inner");
                match yield_!(10 * a + b) {
                    1 => continue,
                    2 => continue 'outer,
                    _ => break 'outer,
                }
            }
        }
        t.note("next");
    }

    fn for_over_guards(t) {
        for guard in [t.guard("a"), t.guard("b"), t.guard("c")] {
            if yield_!(guard.number()) == 2 {
                break;
            }
        }
        t.note("next");
    }

    fn for_over_borrowed_temporaries(t) {
        for guard in &[t.guard("a"), t.guard("b")] {
            yield_!(guard.number());
        }
        for n in [t.guard("c").number(), yield_!(2)] {
            yield_!(n);
        }
        t.note("next");
    }

    fn drain(t) {
        let mut list = vec![t.guard("a"), t.guard("b"), t.guard("c")];
        for guard in list.drain(..2) {
            yield_!(guard.number());
        }
        yield_!(9);
    }

    fn while_with_a_temporary(t) {
        let mut n = 0;
        while t.guard("condition").number() > 0 && yield_!(n) < 3 {
            let _a = t.guard("a");
            n += 1;
        }
        t.note("next");
    }

    fn labelled_block(t; yield u32, send bool, return ()) {
        let kept = 'block: {
            let a = t.guard("a");
            let b = t.guard("b");
            if yield_!(1) {
                break 'block a;
            }
            yield_!(2);
            b
        };
        yield_!(3);
    }

    fn leaving_in_the_operand(t; yield u32, send u32, return &'static str) {
        let mut n = 0;
        loop {
            n += 1;
            let _a = t.guard("a");
            yield_!(if n < 3 { t.guard("b").number() + n } else { break });
        }
        yield_!(return "returned");
    }
}
