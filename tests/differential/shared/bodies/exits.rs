//! Leaving the body early.

use super::*;

bodies! {
    fn return_from_nested_scopes(t; yield u32, send bool, return Guard) {
        let _outer = t.guard("outer");
        {
            let inner = t.guard("inner");
            loop {
                let _innermost = t.guard("innermost");
                if yield_!(1) {
                    return inner;
                }
                if yield_!(2) {
                    break;
                }
                return t.guard("new");
            }
        }
        t.guard("last")
    }

    fn question_mark(t; yield u32, send Result<Guard, Guard>, return Result<u32, Guard>) {
        let _a = t.guard("a");
        let b = yield_!(1)?;
        let _c = t.guard("c");
        let n = (t.guard("temporary"), yield_!(2)?, 5).2;
        Ok(n)
    }

    fn question_mark_in_arguments(t; yield u32, send Option<Guard>, return Option<u32>) {
        let _a = t.guard("a");
        take(t.guard("b"), yield_!(1)?, t.guard("c"));
        Some(sum(t.guard("d"), yield_!(2)?.number(), t.guard("e")))
    }

    fn error_that_is_converted(t; yield u32, send Option<u32>, return Result<u32, Box<dyn std::error::Error>>) {
        let _a = t.guard("a");
        let n = yield_!(1).ok_or("nothing was sent")?;
        yield_!(n).ok_or_else(|| format!("{n} was the last"))?;
        Ok(n)
    }

    fn return_in_an_operand(t; yield u32, send bool, return u32) {
        let _a = t.guard("a");
        let n = t.guard("b").number() + if yield_!(1) { return 7 } else { 1 };
        yield_!(if yield_!(2) { n } else { return t.guard("c").number() }) as u32
    }

    fn return_in_a_match(t; yield u32, send Option<u32>, return u32) {
        let _a = t.guard("a");
        let n = match (t.guard("b").borrow(), yield_!(1)) {
            (_, Some(n)) => n,
            (Some(text), None) => return text.len() as u32,
            (None, None) => 0,
        };
        n + yield_!(n).unwrap_or(40)
    }

    fn nothing_ever_comes_back(t; yield u32, send u32, return std::convert::Infallible) {
        let _a = t.guard("a");
        yield_!(1);
        let _b = t.guard("b");
        std::panic::resume_unwind(Box::new(crate::differential::trace::Fault))
    }

    fn code_that_is_not_reached(t; yield u32, send u32, return u32) {
        let a = t.guard("a");
        if yield_!(1) == 1 {
            return 1;
        }
        let _b = t.guard("b");
        drop(a);
        loop {
            yield_!(2);
        }
    }

    fn without_a_yield(t) {
        let _a = t.guard("a");
        if false {
            yield_!(1);
        }
        t.guard("b").number();
    }
}
