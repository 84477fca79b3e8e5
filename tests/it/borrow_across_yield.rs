//! Locals and arguments may be borrowed while the coroutine is suspended.

use antiphon::prelude::*;
use std::cell::Cell;
use std::pin::pin;

#[test]
fn of_locals() {
    #[antiphon::coroutine(yield = usize)]
    fn words() -> usize {
        let text = String::from("one two three");
        let mut lengths = Vec::new();
        for word in text.split(' ') {
            yield_!(word.len());
            lengths.push(word.len());
        }
        let last = lengths.last_mut().unwrap();
        yield_!(*last);
        *last += 1;
        lengths.iter().sum()
    }
    let mut c = pin!(words());
    assert_eq!(c.by_ref().take(4).collect::<Vec<_>>(), [3, 3, 5, 5]);
    assert_eq!(c.resume(), Complete(12));
}

#[test]
fn of_arguments() {
    #[antiphon::coroutine(yield = &'a str, send = &'a str)]
    fn echo<'a>(first: &'a str, seen: &mut Vec<&'a str>) -> &'a str {
        let mut word = first;
        for _ in 0..2 {
            seen.push(word);
            word = yield_!(word);
        }
        word
    }
    let text = String::from("a b c");
    let mut words = text.split(' ');
    let mut seen = Vec::new();
    {
        let mut c = pin!(echo(words.next().unwrap(), &mut seen));
        assert_eq!(c.start(), Yielded("a"));
        assert_eq!(c.send(words.next().unwrap()), Yielded("b"));
        assert_eq!(c.send(words.next().unwrap()), Complete("c"));
    }
    assert_eq!(seen, ["a", "b"]);
}

#[test]
fn elided_lifetimes_are_those_of_the_arguments() {
    #[antiphon::coroutine(yield = &str)]
    fn lines(text: &str) -> &str {
        for line in text.lines() {
            yield_!(line);
        }
        &text[..1]
    }
    let text = String::from("x\ny");
    let mut c = pin!(lines(&text));
    assert_eq!([c.resume(), c.resume(), c.resume()], [Yielded("x"), Yielded("y"), Complete("x")]);
}

#[test]
fn of_interior_mutable_state() {
    #[antiphon::coroutine(yield = u32)]
    fn watch(cell: &Cell<u32>) {
        while cell.get() < 3 {
            yield_!(cell.get());
        }
    }
    let cell = Cell::new(0);
    let mut seen = Vec::new();
    for n in watch(&cell) {
        seen.push(n);
        cell.set(n + 1);
    }
    assert_eq!(seen, [0, 1, 2]);
}
