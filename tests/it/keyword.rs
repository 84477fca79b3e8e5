//! The keyword `yield`, in functions that stand in `coroutines! { … }`.

#![allow(clippy::all, reason = "bodies show what can be written, not what should be")]

use antiphon::prelude::*;
use antiphon_tests::converse;
use std::fmt::Write as _;
use std::pin::pin;

antiphon::coroutines! {
    /// Its precedence is that of `return`: everything to the right belongs to it.
    #[coroutine(yield = i64, send = i64)]
    fn operators() -> i64 {
        let a = 100 * (yield 10) + 10 * (yield 20) + (yield 30);
        let b = 1 + yield 1 + 1;
        let c = -yield -5;
        a + b + c + yield yield yield 7 * 2
    }

    #[coroutine(yield = i64, send = i64)]
    fn arguments() -> String {
        join(yield 1, yield 2, (yield 3, yield 4).1).repeat((yield 5).min(1) as usize)
    }

    #[coroutine(yield = i64, send = i64)]
    fn statements() -> Vec<i64> {
        yield 1;
        let a = yield 2;
        let b;
        b = yield 3;
        let (mut c, ..) = (yield 4, ());
        c += yield 5;
        { yield 6 };
        let d = { yield 7 };
        vec![a, b, c, d, yield 8, ]
    }

    #[coroutine(yield = i64, send = i64)]
    fn literals() -> (Point, [i64; 2], i64) {
        let point = Point { y: yield 1, x: yield 2 };
        let other = Point { x: yield 3, ..yield_point(yield 4, point) };
        (other, [yield 5, { yield 6 }], [10, 11, 12, 13, 14, 15, 16, 17][(yield 7) as usize])
    }

    #[coroutine(yield = std::ops::Range<i64>, send = i64)]
    fn ranges() -> Vec<i64> {
        let mut seen = vec![];
        seen.extend((yield 1..3)..=yield 2..4);
        seen
    }

    #[coroutine(yield = &'static str, send = Vec<i64>)]
    fn heads(name: &'static str) -> i64 {
        let mut sum = 0;
        for n in yield "for" {
            sum += n;
        }
        while (yield "while").len() < 2 {
            sum += 100;
        }
        while let [_] = *yield name {
            sum += 1000;
        }
        if let [n] = *yield "if let" {
            sum += n;
        } else {
            sum = 0;
        }
        let [_, n] = *yield "let else" else { return -1 };
        match yield name {
            list if list.is_empty() => sum + n,
            list if list == yield name => -sum,
            _ if (yield "guard").is_empty() => { sum * 2 }
            _ => yield_one(yield "arm"),
        }
    }

    #[coroutine(yield = bool, send = bool)]
    fn conditions(no: bool) -> u32 {
        if yield no { return 1 }
        if yield no && true { 2 } else if !yield no { 3 } else { 4 }
    }

    #[coroutine(send = bool)]
    fn without_operands() -> u32 {
        let mut n = 0;
        while yield { n += 1; }
        if yield { n += 10; }
        if !yield () { n += 100; }
        n += [u32::from(yield), 1][0] * 1000;
        match yield { true => n, false if yield => 0, false => 1 }
    }

    #[coroutine(yield = i64, send = i64)]
    fn exits(n: i64) -> Option<i64> {
        let a = 'out: loop {
            loop {
                if (yield n) > 1 { break 'out yield 10; }
            }
        };
        let b = 'block: { if a > 1 { break 'block yield 20 } 0 };
        (yield 30).checked_sub(b)?;
        (yield 40).checked_rem(n)?;
        return yield_some(yield 50);
    }

    #[coroutine(yield = u32, send = Result<u32, String>)]
    fn question_marks() -> Result<u32, String> {
        let a = (yield 1)?;
        Ok(a + (yield (yield 2)? + 1)?)
    }

    #[coroutine(yield = i64, send = i64)]
    fn blocks() -> i64 {
        let a = yield if (yield 1) == 1 { 2 } else { 3 };
        let b = yield match yield a { 3 => 30, _ => 40 };
        let c = yield { let x = yield 5; x + 1 };
        let d = yield (|a: i64, b: i64| a + b)(1, 2);
        let e = yield i64::from_str_radix("11", 2).unwrap() as i64;
        let _ = || Point { x: 1, y: 2 };
        unsafe_free(yield std::cmp::max::<i64>(1, 2)) + a + b + c + d + e
    }

    #[coroutine(yield = i64, send = i64)]
    fn mixed() -> i64 {
        yield_!(1) + yield yield_!(yield 2) + yield_from!(child(yield 3))
    }

    #[coroutine(yield = i64, send = i64)]
    fn child(n: i64) -> i64 {
        yield n * 100
    }

    #[coroutine(yield = i64)]
    fn delegations() {
        yield_from!([1, 2]);
        yield_from!(box countdown(2));
        yield 3;
    }

    #[antiphon::coroutine(yield = i64)]
    fn countdown(n: i64) {
        if n > 0 {
            yield n;
            yield_from!(box countdown(n - 1))
        }
    }

    /// Not a coroutine.
    fn join(a: i64, b: i64, c: i64) -> String {
        format!("{a}{b}{c}")
    }
}

fn yield_point(x: i64, point: Point) -> Point {
    Point { x, ..point }
}

fn yield_one(list: Vec<i64>) -> i64 {
    list[0]
}

fn yield_some(n: i64) -> Option<i64> {
    Some(n)
}

fn unsafe_free(n: i64) -> i64 {
    n
}

#[derive(Debug, PartialEq)]
struct Point {
    x: i64,
    y: i64,
}

#[test]
fn as_an_operand() {
    let (seen, sum) = converse(pin!(operators()));
    assert_eq!(seen, [10, 20, 30, 2, -5, 14, 6, 7]);
    assert_eq!(sum, 123 + (1 + 4) + -5 + 8);
}

#[test]
fn as_arguments() {
    assert_eq!(converse(pin!(arguments())), (vec![1, 2, 3, 4, 5], "124".to_owned()));
}

#[test]
fn as_statements() {
    assert_eq!(converse(pin!(statements())), (vec![1, 2, 3, 4, 5, 6, 7, 8], vec![2, 3, 9, 7, 8]));
}

#[test]
fn in_literals_and_indices() {
    let (seen, returned) = converse(pin!(literals()));
    assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(returned, (Point { x: 3, y: 1 }, [5, 6], 17));
}

#[test]
fn in_ranges() {
    let mut c = pin!(ranges());
    assert_eq!(c.start(), Yielded(1..3));
    assert_eq!(c.send(5), Yielded(2..4));
    assert_eq!(c.send(7), Complete(vec![5, 6, 7]));
}

#[test]
fn in_heads_of_statements() {
    let answers = [vec![1, 2], vec![], vec![0, 0], vec![5], vec![], vec![7], vec![0, 3], vec![1], vec![], vec![0]];
    let (mut asked, mut answers) = (Vec::new(), answers.into_iter().chain([vec![9]]));
    let sum = pin!(heads("name")).run(|what| {
        asked.push(what);
        answers.next().unwrap()
    });
    let all = ["for", "while", "while", "name", "name", "if let", "let else", "name", "name", "guard", "arm"];
    assert_eq!(asked, all);
    assert_eq!(sum, 9);
    assert_eq!(pin!(heads("name")).run(|what| if what == "let else" { vec![] } else { vec![1, 2] }), -1);
}

#[test]
fn in_conditions() {
    assert_eq!(pin!(conditions(false)).run(|_| true), 1);
    assert_eq!(pin!(conditions(false)).run(|yielded| yielded), 3);
}

#[test]
fn without_an_operand() {
    let mut answers = [true, true, false, true, false, true, false, true].into_iter();
    assert_eq!(pin!(without_operands()).run(|()| answers.next().unwrap()), 0);
}

#[test]
fn where_the_body_is_left() {
    assert_eq!(converse(pin!(exits(7))), (vec![7, 7, 10, 20, 30, 40, 50], Some(7)));
    assert_eq!(converse(pin!(exits(0))), (vec![0, 0, 10, 20, 30, 40], None));
}

#[test]
fn with_a_question_mark() {
    let mut c = pin!(question_marks());
    c.start();
    assert_eq!([c.send(Ok(5)), c.send(Ok(6)), c.send(Ok(7))], [Yielded(2), Yielded(7), Complete(Ok(12))]);
    let mut c = pin!(question_marks());
    c.start();
    assert_eq!(c.send(Err("no".into())), Complete(Err("no".into())));
}

#[test]
fn with_operands_that_are_blocks() {
    let (seen, _) = converse(pin!(blocks()));
    assert_eq!(seen, [1, 2, 2, 30, 5, 6, 3, 3, 2]);
}

#[test]
fn beside_the_macros() {
    assert_eq!(converse(pin!(mixed())), (vec![1, 2, 2, 3, 400, 8], 1 + 6));
    assert!(delegations().into_iter().eq([1, 2, 2, 1, 3]));
}

/// What a macro makes of its arguments is its own affair.
mod in_macros {
    use super::*;

    macro_rules! twice {
        ($value:expr) => {{ $value + $value }};
    }

    macro_rules! pick {
        ({ $($body:tt)* } or $other:expr; yield = $name:ident) => {{
            let $name = || $other;
            let _ = $name;
            $($body)*
        }};
    }

    macro_rules! count {
        ($($n:expr),* $(; $rest:expr)?) => { [$($n),*].len() as i64 $(+ $rest)? };
    }

    antiphon::coroutines! {
        #[coroutine(yield = i64, send = i64)]
        fn known() -> String {
            let mut text = format!("{} {n}", yield 1, n = yield 2);
            write!(text, " {:?}", vec![yield 3, yield (yield 4) + 10]).unwrap();
            assert!((yield 5) == 6, "not {}", yield 0);
            assert_eq!(yield 6, 7);
            assert!(matches!(yield 7, 8 if (yield 8) == 9));
            text + &vec![yield 9; 2].len().to_string()
        }

        #[coroutine(yield = i64, send = i64)]
        fn unknown() -> i64 {
            let a = twice!(yield 1);
            let b = pick!({ let mut x = yield 2; while (yield x) < 5 { x += 1; } x } or 5; yield = later);
            let c = count![yield 0, 1 + yield 1, { yield 2 }; yield 3];
            let d = twice!(twice!(yield hidden!()));
            a + b + c + d
        }

        #[coroutine(yield = i64, send = i64)]
        fn defines_macros() -> i64 {
            macro_rules! ask {
                ($n:expr) => { yield_!($n * 2) };
            }
            let text = stringify!(yield x);
            ask!(yield 1) + ask!(text.len() as i64)
        }
    }

    macro_rules! hidden {
        () => {
            4
        };
    }
    use hidden;

    #[test]
    fn of_the_standard_library() {
        assert_eq!(converse(pin!(known())), (vec![1, 2, 3, 4, 14, 5, 6, 7, 8, 9], "1 2 [3, 5]2".to_owned()));
    }

    #[test]
    fn nobody_has_heard_of() {
        let (seen, sum) = converse(pin!(unknown()));
        assert_eq!(seen, [1, 1, 2, 3, 4, 0, 1, 2, 3, 4, 4, 4, 4]);
        assert_eq!(sum, (1 + 2) + 4 + (3 + 9) + (10 + 11 + 12 + 13));
    }

    #[test]
    fn that_are_defined_in_the_body() {
        assert_eq!(converse(pin!(defines_macros())), (vec![1, 2, 14], 2 + 3));
    }
}
