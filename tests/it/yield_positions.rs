//! `yield_!` stands wherever an expression can; operands are evaluated from left to right.

use antiphon::prelude::*;
use antiphon_tests::converse;
use std::pin::pin;

#[test]
fn as_an_operand() {
    #[antiphon::coroutine(yield = i64, send = i64)]
    fn f() -> i64 {
        100 * yield_!(10) + 10 * yield_!(20) + yield_!(30)
    }
    assert_eq!(converse(pin!(f())), (vec![10, 20, 30], 123));
}

#[test]
fn in_another_yield() {
    #[antiphon::coroutine(yield = i64, send = i64)]
    fn f() -> i64 {
        yield_!(yield_!(yield_!(7) + 10) + 20) + yield_!(-yield_!(0))
    }
    assert_eq!(converse(pin!(f())), (vec![7, 11, 22, 0, -4], 3 + 5));
}

#[test]
fn as_arguments() {
    fn join(a: i64, b: i64, c: i64) -> String {
        format!("{a}{b}{c}")
    }
    #[antiphon::coroutine(yield = i64, send = i64)]
    fn f() -> String {
        join(yield_!(1), yield_!(2), yield_!(3)).repeat(yield_!(4).min(1) as usize)
    }
    assert_eq!(converse(pin!(f())), (vec![1, 2, 3, 4], "123".to_owned()));
}

#[test]
fn in_conditions_ranges_and_indices() {
    #[antiphon::coroutine(yield = i64, send = i64)]
    fn f() -> Vec<i64> {
        let mut seen = Vec::new();
        if yield_!(0) == 1 && yield_!(1) == 2 {
            seen.extend(yield_!(2)..=yield_!(3));
        }
        let table = [10, 11, 12, 13, 14, 15, 16];
        seen.push(table[yield_!(4) as usize]);
        while yield_!(5) < 8 {
            seen.push(-1);
        }
        seen
    }
    assert_eq!(converse(pin!(f())), (vec![0, 1, 2, 3, 4, 5, 5, 5], vec![3, 4, 15, -1, -1]));
}

#[test]
fn in_heads_of_statements() {
    #[antiphon::coroutine(yield = &'static str, send = Vec<i64>)]
    fn f() -> i64 {
        let mut sum = 0;
        for n in yield_!("for") {
            sum += n;
        }
        while yield_!("while").len() < 2 {
            sum += 100;
        }
        if let [n] = *yield_!("if let") {
            sum += n;
        }
        match yield_!("match") {
            list if list.is_empty() => sum,
            _ if yield_!("guard").is_empty() => -sum,
            _ => 0,
        }
    }
    let mut answers = [vec![1, 2], vec![], vec![0, 0], vec![7], vec![1], vec![]].into_iter();
    let mut asked = Vec::new();
    let sum = pin!(f()).run(|what| {
        asked.push(what);
        answers.next().unwrap()
    });
    assert_eq!(asked, ["for", "while", "while", "if let", "match", "guard"]);
    assert_eq!(sum, -110);
}

#[test]
fn in_literals_blocks_and_lets() {
    #[derive(Debug, PartialEq)]
    struct Point {
        x: i64,
        y: i64,
    }
    #[antiphon::coroutine(yield = i64, send = i64)]
    fn f() -> (Point, [i64; 2], i64) {
        let point = Point { y: yield_!(1), x: yield_!(2) };
        let other = Point { x: yield_!(3), ..point };
        let x;
        (x, _) = (identity(yield_!(4)), ());
        let array = [yield_!(5), { yield_!(6) }];
        (other, array, x)
    }
    fn identity(n: i64) -> i64 {
        n
    }
    assert_eq!(converse(pin!(f())).1, (Point { x: 3, y: 1 }, [5, 6], 4));
}

#[test]
fn as_a_receiver_and_with_a_question_mark() {
    #[antiphon::coroutine(yield = i64, send = i64)]
    fn f() -> Option<String> {
        let text = yield_!(1).to_string();
        let n = yield_!(2).checked_sub(1)?;
        (yield_!(3)).checked_rem(0)?;
        Some(text + &n.to_string())
    }
    assert_eq!(converse(pin!(f())), (vec![1, 2, 3], None));
}

#[test]
fn with_every_delimiter_and_without_a_value() {
    #[antiphon::coroutine(send = i64)]
    fn f() -> i64 {
        yield_! {}
        let a = yield_![];
        a + yield_!((),)
    }
    let mut c = pin!(f());
    c.start();
    c.send(1);
    c.send(2);
    assert_eq!(c.send(3), Complete(5));
}

#[test]
fn the_operand_is_coerced_to_the_yield_type() {
    #[antiphon::coroutine(yield = Box<dyn Fn(i64) -> i64>)]
    fn functions(n: i64) {
        yield_!(Box::new(move |x| x + n));
        yield_!(Box::new(|x| x * 2));
    }
    let results: Vec<i64> = functions(3).into_iter().map(|f| f(10)).collect();
    assert_eq!(results, [13, 20]);

    #[antiphon::coroutine(yield = &'static [u8])]
    fn slices() {
        yield_!(&[1, 2, 3]);
        yield_!(b"ab");
        let _ = format!("{:?}", yield_!(&[4]));
    }
    assert_eq!(slices().into_iter().map(<[u8]>::len).sum::<usize>(), 6);
}

#[test]
fn the_operand_may_leave_the_body() {
    #[antiphon::coroutine(yield = i64)]
    fn f(n: i64) -> &'static str {
        loop {
            yield_!(if n > 0 { n } else { break });
            yield_!(if n > 1 { n } else { return "returned" });
        }
        "broke"
    }
    let mut c = pin!(f(1));
    assert_eq!([c.resume(), c.resume()], [Yielded(1), Complete("returned")]);
    assert_eq!(pin!(f(0)).resume(), Complete("broke"));
}
