//! Temporaries in the last expression of a block. Their end depends on the edition.

use super::*;

bodies! {
    fn of_the_body(t; yield u32, send u32, return u32) {
        let _local = t.guard("local");
        t.guard("temporary").number() + yield_!(1)
    }

    fn of_an_operand_in_the_body(t; yield u32, send u32, return u32) {
        let _local = t.guard("local");
        yield_!(t.guard("temporary").number())
    }

    fn of_a_block(t) {
        let n = {
            let _local = t.guard("local");
            t.guard("temporary").number() + yield_!(1)
        };
        t.note("next");
        yield_!(n);
    }

    fn of_a_block_in_an_operand(t) {
        yield_!({
            let _local = t.guard("local");
            t.guard("temporary").with(yield_!(1)) + t.guard("second").number()
        });
        t.note("next");
    }

    fn of_a_loop(t) {
        let mut n = 0;
        while n < 2 {
            let _local = t.guard("local");
            n += 1;
            t.see(t.guard("temporary").number() + yield_!(n));
        }
        for _ in 0..2 {
            let _local = t.guard("local");
            take(t.guard("temporary").number(), yield_!(7), t.guard("moved"))
        }
    }

    fn of_the_arms(t; yield u32, send bool, return u32) {
        let _local = t.guard("local");
        match yield_!(t.guard("scrutinee").number()) {
            true => t.guard("true").number() + yield_!(1) as u32,
            false => {
                let _inner = t.guard("inner");
                t.guard("false").number() + yield_!(2) as u32
            }
        }
    }

    fn of_the_branches(t; yield u32, send bool, return u32) {
        let _local = t.guard("local");
        if yield_!(1) {
            let _inner = t.guard("inner");
            t.guard("then").number() + yield_!(2) as u32
        } else {
            t.guard("else").number() + yield_!(3) as u32
        }
    }

    fn that_is_a_match_on_a_temporary(t; yield u32, send u32, return u32) {
        let _local = t.guard("local");
        match t.guard("temporary").borrow() {
            Some(text) => yield_!(text.len() as u32),
            None => 0,
        }
    }

    fn that_is_an_if_let(t; yield u32, send u32, return u32) {
        let _local = t.guard("local");
        if let Some("other") = t.guard("temporary").borrow() {
            0
        } else {
            yield_!(1)
        }
    }

    fn of_a_labelled_block(t; yield u32, send bool, return u32) {
        let _local = t.guard("local");
        'block: {
            let _inner = t.guard("inner");
            if yield_!(1) {
                break 'block t.guard("broken out").number();
            }
            t.guard("temporary").number() + yield_!(2) as u32
        }
    }

    fn that_is_returned(t; yield u32, send u32, return u32) {
        let _local = t.guard("local");
        return t.guard("temporary").number() + yield_!(1);
    }

    fn of_a_nested_block(t; yield u32, send u32, return u32) {
        let _local = t.guard("local");
        {
            let _inner = t.guard("inner");
            t.guard("temporary").number() + yield_!(1)
        }
    }
}
