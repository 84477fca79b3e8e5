//! `boxed` in the attribute: functions that return a type with a name.

use antiphon::prelude::*;
use antiphon::{Boxed, SendBoxed, Throws};
use std::collections::HashMap;
use std::fmt::Display;
use std::pin::Pin;
use std::rc::Rc;

#[antiphon::coroutine(yield = u32, boxed)]
fn countdown(n: u32) -> u32 {
    if n == 0 {
        return 0;
    }
    yield_!(n);
    1 + yield_from!(countdown(n - 1))
}

#[test]
fn it_recurses_without_more_words() {
    let mut c: Boxed<'static, u32, (), u32> = countdown(100_000);
    let mut sum = 0_u64;
    assert_eq!(c.run(|n| sum += u64::from(n)), 100_000);
    assert_eq!(sum, 5_000_050_000);
}

#[test]
fn they_lie_in_collections() {
    let mut by_name = HashMap::new();
    by_name.insert("two", countdown(2));
    by_name.insert("one", countdown(1));
    assert_eq!(by_name.get_mut("one").unwrap().start(), Yielded(1));
    assert_eq!(by_name.remove("two").unwrap().count(), 2);
}

struct Words(String);

impl Words {
    #[antiphon::coroutine(yield = &str, boxed)]
    fn all(&self) {
        yield_from!(self.0.split(' '));
    }

    #[antiphon::coroutine(yield = char, send = bool, boxed)]
    fn drain(&mut self) -> usize {
        while let Some(last) = self.0.pop() {
            if !yield_!(last) {
                break;
            }
        }
        self.0.len()
    }

    #[antiphon::coroutine(yield = String, boxed)]
    fn into_parts(self, separator: &str) {
        yield_from!(self.0.split(separator).map(str::to_owned));
    }

    #[antiphon::coroutine(yield = &str, boxed)]
    fn longer_than(self: Pin<&Self>, other: &str) {
        let this: &Words = self.get_ref();
        for word in this.0.split(' ').filter(|word| word.len() > other.len()) {
            yield_!(word);
        }
    }

    #[antiphon::coroutine(yield = &str, boxed)]
    fn shared(self: &Rc<Self>) {
        yield_!(&self.0);
    }
}

#[test]
fn methods_with_any_receiver() {
    let mut words = Words("a bc def".to_owned());
    assert!(words.all().eq(["a", "bc", "def"]));
    assert!(Pin::new(&words).longer_than("x").eq(["bc", "def"]));
    let mut c: Boxed<'_, char, bool, usize> = words.drain();
    assert_eq!([c.start(), c.send(true), c.send(false)], [Yielded('f'), Yielded('e'), Complete(6)]);
    drop(c);
    assert!(Rc::new(Words("x".into())).shared().eq(["x"]));
    let separator = String::from("b");
    assert!(words.into_parts(&separator).eq(["a ", "c d"]));
}

struct Borrowed<'x>(&'x str);

impl<'x> Borrowed<'x> {
    #[antiphon::coroutine(yield = &'x str, boxed)]
    fn twice(text: &'x str) {
        yield_!(text);
        yield_!(text);
    }

    #[antiphon::coroutine(yield = &'x str, boxed)]
    fn of_a_box(self: Box<Self>) {
        yield_!(self.0);
    }

    #[antiphon::coroutine(yield = &'x str, boxed)]
    fn nothing() {}
}

#[test]
fn lifetimes_of_an_impl() {
    let text = String::from("ab");
    assert!(Borrowed::twice(&text).eq(["ab", "ab"]));
    assert!(Box::new(Borrowed(&text)).of_a_box().eq(["ab"]));
    assert_eq!(Borrowed::nothing().next(), None);
}

#[antiphon::coroutine(yield = &'a str, boxed)]
fn both<'a>(first: &'a str, second: &'a str) {
    yield_!(first);
    yield_!(second);
}

#[antiphon::coroutine(yield = usize, boxed)]
fn lengths(first: &str, second: &[String], third: &dyn Display) {
    yield_!(first.len());
    yield_from!(second.iter().map(String::len));
    yield_!(third.to_string().len());
}

#[antiphon::coroutine(yield = String, boxed)]
fn shown<'a, T, const N: usize>(prefix: &'a str, values: [T; N], others: impl Iterator<Item = &'a u32>) -> T
where
    T: Display + Clone,
{
    for value in &values {
        yield_!(format!("{prefix}{value}"));
    }
    for other in others {
        yield_!(other.to_string());
    }
    values[0].clone()
}

#[antiphon::coroutine(yield = T, boxed)]
fn applied<T>(function: &dyn Fn(&T) -> T, mut value: T) {
    for _ in 0..3 {
        value = function(&value);
        yield_!(function(&value));
    }
}

#[test]
fn lifetimes_and_generics() {
    let text = String::from("local");
    assert!(both(&text, "b").eq(["local", "b"]));
    assert!(lengths(&text, &["ab".to_owned()], &1234).eq([5, 2, 4]));
    let mut c = shown(&text, [1.5, 2.5], [7, 8].iter());
    let mut seen = Vec::new();
    assert_eq!(c.run(|item| seen.push(item)), 1.5);
    assert_eq!(seen, ["local1.5", "local2.5", "7", "8"]);
    let by = 3;
    assert!(applied(&|n| n * by, 1).eq([9, 27, 81]));
}

/// A tree whose walk is a method of a trait that can be an object.
trait Node {
    #[antiphon::coroutine(yield = u32, send = (), boxed)]
    fn walk(&self);

    #[antiphon::coroutine(yield = u32, boxed)]
    fn twice(&self) {
        yield_from!(self.walk());
        yield_from!(self.walk());
    }
}

struct Leaf(u32);
struct Branch(Vec<Box<dyn Node>>);

impl Node for Leaf {
    #[antiphon::coroutine(yield = u32, boxed)]
    fn walk(&self) {
        yield_!(self.0);
    }
}

impl Node for Branch {
    #[antiphon::coroutine(yield = u32, boxed)]
    fn walk(&self) {
        for child in &self.0 {
            yield_from!(child.walk());
        }
    }
}

#[test]
fn traits_that_are_objects() {
    let leaves = |range: std::ops::Range<u32>| -> Box<dyn Node> {
        Box::new(Branch(range.map(|n| -> Box<dyn Node> { Box::new(Leaf(n)) }).collect()))
    };
    let tree: Box<dyn Node> = Box::new(Branch(vec![leaves(0..2), leaves(2..4), Box::new(Leaf(4))]));
    assert!(tree.walk().eq(0..5));
    assert_eq!(tree.twice().count(), 10);
    let mut deep: Box<dyn Node> = Box::new(Leaf(1));
    for _ in 0..1_000 {
        deep = Box::new(Branch(vec![deep]));
    }
    assert!(deep.walk().eq([1]));
}

#[antiphon::coroutine(yield = u64, boxed = Send)]
fn on_any_thread(n: u64) {
    if n > 0 {
        yield_!(n);
        yield_from!(on_any_thread(n - 1));
    }
}

#[test]
fn on_another_thread() {
    let mut c: SendBoxed<'static, u64> = on_any_thread(10);
    assert_eq!(c.next(), Some(10));
    assert_eq!(std::thread::spawn(move || c.sum::<u64>()).join().unwrap(), 45);
}

#[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close, boxed)]
fn all_at_once(depth: u32) -> Result<u32, &'static str> {
    if depth > 0 {
        return match yield_from!(all_at_once(depth - 1)) {
            Ok(value) => Ok(value? + 1),
            Err(GeneratorExit) => Err("closed"),
        };
    }
    match yield_!(0) {
        Ok(sent) => sent,
        Err(GeneratorExit) => Ok(0),
    }
}

#[test]
fn with_throw_and_close() {
    let mut c: Boxed<'static, u32, u32, Result<u32, &'static str>, antiphon::Closes<Throws<&'static str>>> =
        all_at_once(3);
    c.start();
    assert_eq!(c.send(5), Complete(Ok(8)));
    let mut c = all_at_once(3);
    c.start();
    assert_eq!(c.throw("e"), Ok(Complete(Err("e"))));
    let mut c = all_at_once(3);
    c.start();
    assert_eq!(c.close(), Ok(Some(Err("closed"))));
}
