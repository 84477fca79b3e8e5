//! Coroutines without a name: `generator! { … }`.

#![allow(clippy::all, reason = "bodies show what can be written, not what should be")]

use antiphon::prelude::*;
use antiphon::{Boxed, generator};
use std::cell::RefCell;
use std::pin::{Pin, pin};
use std::rc::Rc;

#[test]
fn empty() {
    let mut c = pin!(generator!(yield = u32, send = () => {}));
    assert_eq!(c.resume(), Complete(()));
}

#[test]
fn of_statements_and_of_a_block() {
    let statements = generator! {
        yield 1;
        let two = 2;
        yield two
    };
    assert!(statements.into_iter().eq([1, 2]));
    assert!(generator!({ yield 'a' }).into_iter().eq(['a']));
    assert!(generator!(yield "only").into_iter().eq(["only"]));
    assert!(generator![yield_!(1)].into_iter().eq([1]));
}

#[test]
fn its_types_are_inferred() {
    let mut c = pin!(generator! {
        let name: String = yield "name?";
        let count = yield "count?";
        name.repeat(count.parse().unwrap())
    });
    assert_eq!(c.start(), Yielded("name?"));
    assert_eq!(c.send("ab".into()), Yielded("count?"));
    assert_eq!(c.send("2".into()), Complete("abab".to_owned()));
}

#[test]
fn its_types_are_said() {
    let mut c = pin!(generator!(yield = &'static str, send = String => {
        let length = (yield "one").len();
        length + (yield "two").len()
    }));
    assert_eq!([c.start(), c.send("a".into()), c.send("bc".into())], [Yielded("one"), Yielded("two"), Complete(3)]);
    let parse = |text: &'static str| {
        generator!(yield = usize, send = () => move -> Result<i32, std::num::ParseIntError> {
            yield text.len();
            Ok(text.parse::<i32>()? + 1)
        })
    };
    assert_eq!(pin!(parse("12")).run(drop), Ok(13));
    assert!(pin!(parse("x")).run(drop).is_err());
    let mut c = pin!(generator!(-> Option<u8> { yield 1; None::<u8>?; Some(2) }));
    assert_eq!([c.resume(), c.resume()], [Yielded(1), Complete(None)]);
}

#[test]
fn it_is_told_errors_and_its_close() {
    let log = RefCell::new(Vec::new());
    let mut c = pin!(generator!(yield = u32, send = u32, throw = &'static str, close => -> Result<u32, &'static str> {
        loop {
            match yield 0 {
                Ok(Ok(n)) => log.borrow_mut().push(n),
                Ok(Err("reset")) => log.borrow_mut().clear(),
                Ok(Err(other)) => return Err(other),
                Err(GeneratorExit) => return Ok(log.borrow().iter().sum()),
            }
        }
    }));
    c.start();
    assert_eq!(c.send(5), Yielded(0));
    assert_eq!(c.throw("reset"), Ok(Yielded(0)));
    assert_eq!([c.send(7), c.send(8)], [Yielded(0), Yielded(0)]);
    assert_eq!(c.close(), Ok(Some(Ok(15))));
    assert_eq!(*log.borrow(), [7, 8]);
}

#[test]
fn it_borrows_what_it_uses() {
    let (mut seen, names) = (Vec::new(), [String::from("a"), String::from("b")]);
    {
        let mut c = pin!(generator! {
            for name in &names {
                seen.push(yield name.as_str());
            }
        });
        assert_eq!(c.start(), Yielded("a"));
        assert_eq!(c.send(1), Yielded("b"));
        assert_eq!(c.send(2), Complete(()));
    }
    assert_eq!((seen, names.len()), (vec![1, 2], 2));
}

#[test]
fn it_moves_what_it_consumes_or_is_told_to() {
    let list = vec![1, 2, 3];
    let consuming = generator! {
        for n in list {
            yield n;
        }
    };
    assert!(consuming.into_iter().eq([1, 2, 3]));

    fn up_to(n: u32) -> impl Coroutine<Yield = u32, Send = (), Return = ()> + Unpin {
        Box::pin(generator!(move {
            let mut i = 0;
            while i < n {
                yield i;
                i += 1;
            }
        }))
    }
    let mut seen = Vec::new();
    up_to(3).run(|n| seen.push(n));
    assert_eq!(seen, [0, 1, 2]);
}

#[test]
fn it_is_returned_as_an_iterator() {
    fn squares<'a>(list: &'a [u64]) -> impl Iterator<Item = u64> + use<'a> {
        let all = generator!(move {
            for n in list {
                yield n * n;
            }
        });
        all.into_iter()
    }
    fn repeated<T: Clone, const N: usize>(value: T) -> Boxed<'static, T, ()>
    where
        T: 'static,
    {
        generator!(move {
            for _ in 0..N {
                yield value.clone();
            }
        })
        .boxed()
    }
    assert_eq!(squares(&[1, 2, 3]).filter(|n| n % 2 == 1).sum::<u64>(), 10);
    assert!(repeated::<_, 3>("x").eq(["x"; 3]));
    let boxed: Boxed<'_, _, ()> = generator!(boxed => { yield 1 });
    assert!(boxed.eq([1]));
}

#[test]
fn several_of_one_type() {
    let make = |name: &'static str, n: u32| Box::pin(generator!(move { name.repeat(yield n) }));
    let mut all: Vec<Pin<Box<_>>> = vec![make("a", 1), make("b", 2), make("c", 3)];
    let started: Vec<_> = all.iter_mut().map(|c| c.start()).collect();
    assert_eq!(started, [Yielded(1), Yielded(2), Yielded(3)]);
    let ended: String = all.iter_mut().rev().filter_map(|c| c.send(2).complete()).collect();
    assert_eq!(ended, "ccbbaa");
}

#[test]
fn in_a_method() {
    struct Counter {
        step: u32,
        made: RefCell<Vec<u32>>,
    }
    impl Counter {
        fn count(&self, n: u32) -> impl Iterator<Item = u32> + use<'_> {
            let count = generator!(move {
                for i in 0..n {
                    self.made.borrow_mut().push(i);
                    yield self.scaled(i);
                }
            });
            count.into_iter()
        }

        fn scaled(&self, n: u32) -> u32 {
            n * self.step
        }
    }
    let counter = Counter { step: 10, made: RefCell::default() };
    assert!(counter.count(3).eq([0, 10, 20]));
    assert_eq!(*counter.made.borrow(), [0, 1, 2]);
}

#[test]
fn in_one_another_and_in_functions() {
    antiphon::coroutines! {
        #[coroutine(yield = u32, send = u32)]
        fn outer(n: u32) -> u32 {
            let child = generator! { let a = yield n; a + yield n + 1 };
            let sum = yield_from!(child);
            let list: Vec<u32> = vec![yield sum, generator!({ yield 1; yield 2 }).into_iter().sum()];
            list.iter().sum()
        }
    }
    assert_eq!(pin!(outer(5)).run(|n| n * 2), 22 * 2 + 3);

    let mut c = pin!(generator! {
        let inner = generator! {
            yield 1;
            yield_from!(generator! { yield 2; yield 3 });
            4
        };
        let last = yield_from!(inner);
        yield last;
    });
    assert!(c.as_mut().eq([1, 2, 3, 4]));
}

/// Its own names and the user's never meet.
#[test]
fn with_the_expansions_names() {
    let (handle, types, body, slot, __slot, value, sent, next) = (1, 2, 3, 4, 5, 6, 7, 8);
    macro_rules! twice {
        ($value:expr) => {{ $value + $value }};
    }
    let mut c = pin!(generator! {
        let sum = handle + types + body + slot + __slot + value + sent + next;
        let next = 'yield_outside_its_coroutine: { break 'yield_outside_its_coroutine yield sum };
        twice!(yield next)
    });
    assert_eq!([c.start(), c.send(1), c.send(2), c.send(3)], [Yielded(36), Yielded(1), Yielded(1), Complete(5)]);
}

#[test]
fn dropped_where_it_stands() {
    let (log, inner) = (Rc::new(()), Rc::new(()));
    let (one, two) = (log.clone(), inner.clone());
    let mut c = Box::pin(generator!(move {
        let _one = one;
        yield Rc::strong_count(&two);
        drop(two);
        yield 0;
    }));
    assert_eq!(c.resume(), Yielded(2));
    assert_eq!(c.resume(), Yielded(0));
    assert_eq!((Rc::strong_count(&log), Rc::strong_count(&inner)), (2, 1));
    drop(c);
    assert_eq!(Rc::strong_count(&log), 1);
}

#[test]
fn it_is_send_where_what_it_holds_is() {
    let text = String::from("moved");
    let mut c = generator!(yield = usize, send = () => move { yield text.len(); text }).boxed_send();
    let returned = std::thread::spawn(move || {
        assert_eq!(c.resume(), Yielded(5));
        c.resume()
    });
    assert_eq!(returned.join().unwrap(), Complete("moved".to_owned()));
}
