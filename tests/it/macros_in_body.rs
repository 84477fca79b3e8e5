//! Yields inside the arguments of other macros, known and unknown.

use antiphon::prelude::*;
use std::fmt::Write as _;
use std::pin::pin;

fn converse<R>(mut c: impl Coroutine<Yield = u32, Send = u32, Return = R> + Unpin) -> R {
    let mut state = c.start();
    loop {
        match state {
            Yielded(value) => state = c.send(value * 10),
            Complete(value) => return value,
        }
    }
}

#[test]
fn of_the_standard_library() {
    #[antiphon::coroutine(yield = u32, send = u32)]
    fn f() -> String {
        let mut text = format!("{} {n}", yield_!(1), n = yield_!(2));
        write!(text, " {:?}", vec![yield_!(3), yield_!(yield_!(4))]).unwrap();
        assert!(yield_!(5) == 50, "not {}", yield_!(0));
        assert_eq!(yield_!(6), 60);
        assert!(matches!(yield_!(7), 70));
        println!("{}", yield_!(8));
        debug_assert_ne!(yield_!(9), 9);
        text
    }
    assert_eq!(converse(pin!(f())), "10 20 [30, 400]");
}

#[test]
fn nobody_has_heard_of() {
    macro_rules! twice {
        ($value:expr) => {{ $value + $value }};
    }
    macro_rules! pick {
        ({ $($body:tt)* } or $other:expr) => {{ let _ = || $other; $($body)* }};
    }
    macro_rules! hidden_yield {
        ($value:literal) => {
            yield_!($value)
        };
    }
    #[antiphon::coroutine(yield = u32, send = u32)]
    fn f() -> u32 {
        let a = twice!(yield_!(1));
        let b = pick!({ let x = yield_!(2); x + 1 } or 5);
        let c = hidden_yield!(3);
        let d = yield_!(hidden_operand!());
        a + b + c + d
    }
    macro_rules! hidden_operand {
        () => {
            4
        };
    }
    use hidden_operand;
    assert_eq!(converse(pin!(f())), 20 + 21 + 30 + 40);
}

#[test]
fn that_contain_a_coroutine_of_their_own() {
    macro_rules! define {
        ($name:ident, $value:expr) => {
            #[antiphon::coroutine(yield = u32, send = u32)]
            fn $name() -> u32 {
                yield_!($value)
            }
        };
    }
    #[antiphon::coroutine(yield = u32, send = u32)]
    fn outer() -> u32 {
        define!(inner, 5);
        #[antiphon::coroutine(yield = u32, send = u32)]
        fn other() -> u32 {
            yield_!(6)
        }
        yield_from!(inner()) + yield_from!(other()) + yield_!(1)
    }
    assert_eq!(converse(pin!(outer())), 120);
}
