//! Every way through a body, with a yield on it.

use antiphon::prelude::*;
use std::pin::pin;

fn run<Y, B: Future>(c: antiphon::Generator<Y, (), B>) -> (Vec<Y>, B::Output) {
    let mut c = pin!(c);
    let mut seen = Vec::new();
    loop {
        match c.resume() {
            Yielded(value) => seen.push(value),
            Complete(value) => return (seen, value),
        }
    }
}

#[test]
fn question_mark_and_return() {
    #[antiphon::coroutine(yield = i32)]
    fn sum(texts: &[&str]) -> Result<i32, std::num::ParseIntError> {
        let mut sum = 0;
        for text in texts {
            let n: i32 = text.parse()?;
            yield_!(n);
            if n < 0 {
                return Ok(n);
            }
            sum += n;
        }
        Ok(sum)
    }
    assert_eq!(run(sum(&["1", "2"])), (vec![1, 2], Ok(3)));
    assert_eq!(run(sum(&["1", "-2", "3"])), (vec![1, -2], Ok(-2)));
    let (seen, end) = run(sum(&["1", "x"]));
    assert_eq!((seen, end.is_err()), (vec![1], true));
}

#[test]
fn question_mark_before_anything_names_the_type() {
    #[antiphon::coroutine(yield = u8)]
    fn first(text: &str) -> Option<char> {
        let c = text.chars().next()?;
        yield_!(1);
        Some(c)
    }
    assert_eq!(run(first("")), (vec![], None));
    assert_eq!(run(first("x")), (vec![1], Some('x')));
}

#[test]
fn a_question_mark_converts_the_error() {
    #[antiphon::coroutine(yield = i32)]
    fn f(text: &str) -> Result<(), Box<dyn std::error::Error>> {
        yield_!(text.parse()?);
        Err("end")?
    }
    assert_eq!(run(f("1")).1.unwrap_err().to_string(), "end");
    assert_eq!(run(f("?")).1.unwrap_err().to_string(), "invalid digit found in string");
}

#[test]
fn labelled_breaks_with_values() {
    #[antiphon::coroutine(yield = (u32, u32))]
    fn search(target: u32) -> Option<(u32, u32)> {
        'outer: loop {
            for a in 1..10 {
                for b in a..10 {
                    if (a + b) % 5 == 0 {
                        continue;
                    }
                    yield_!((a, b));
                    if a * b == target {
                        break 'outer Some((a, b));
                    }
                    if a * b > 20 {
                        break 'outer None;
                    }
                }
            }
        }
    }
    let (seen, end) = run(search(6));
    assert_eq!(seen, [(1, 1), (1, 2), (1, 3), (1, 5), (1, 6)]);
    assert_eq!(end, Some((1, 6)));
    assert_eq!(run(search(100)).1, None);
}

#[test]
fn matches_and_patterns() {
    #[antiphon::coroutine(yield = &'static str, send = Option<i32>)]
    fn classify() -> i32 {
        let mut count = 0;
        let mut answer = "?";
        while let Some(n) = yield_!(answer) {
            count += 1;
            answer = match n {
                0 => "zero",
                n if n < 0 => "negative",
                1 | 2 => yield_!("small, but which?").map_or("gave up", |m| if m == n { "right" } else { "wrong" }),
                _ => {
                    let Some(m) = yield_!("large; another?") else { return -1 };
                    if let Some(10..) = yield_!("and one more?") {
                        "ten or more"
                    } else if m > n {
                        "larger"
                    } else {
                        "less"
                    }
                }
            };
        }
        count
    }
    let mut c = pin!(classify());
    c.start();
    assert_eq!([c.send(Some(0)), c.send(Some(-5))], [Yielded("zero"), Yielded("negative")]);
    assert_eq!([c.send(Some(1)), c.send(Some(1))], [Yielded("small, but which?"), Yielded("right")]);
    assert_eq!(c.send(Some(5)), Yielded("large; another?"));
    assert_eq!([c.send(Some(6)), c.send(Some(3))], [Yielded("and one more?"), Yielded("larger")]);
    assert_eq!(c.send(None), Complete(4));
}

#[test]
fn a_body_that_only_loops() {
    #[antiphon::coroutine(yield = u32)]
    fn forever() {
        loop {
            yield_!(1);
        }
    }
    assert_eq!(forever().into_iter().take(3).sum::<u32>(), 3);
}

#[test]
fn a_body_that_may_not_return() {
    #[antiphon::coroutine(yield = u32)]
    fn forever() -> std::convert::Infallible {
        loop {
            yield_!(1);
        }
    }
    assert_eq!(pin!(forever()).resume(), Yielded(1));
}

#[test]
fn an_opaque_return_type() {
    #[antiphon::coroutine(yield = impl std::fmt::Display)]
    fn f(n: u32) -> impl Iterator<Item = u32> {
        yield_!("a text");
        0..n
    }
    let mut c = pin!(f(3));
    let Yielded(text) = c.resume() else { panic!() };
    assert_eq!(text.to_string(), "a text");
    let Complete(rest) = c.resume() else { panic!() };
    assert!(rest.eq(0..3));
}
