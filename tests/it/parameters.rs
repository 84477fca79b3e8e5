//! Parameters of any form.

use antiphon::prelude::*;
use std::fmt::{Debug, Display};
use std::pin::pin;

struct Point {
    x: i32,
    y: i32,
}

struct Wrapper(i32, i32);

#[test]
#[allow(clippy::too_many_arguments, clippy::toplevel_ref_arg, reason = "one of each kind")]
fn patterns() {
    #[antiphon::coroutine(yield = i32)]
    fn f(
        mut a: i32,
        (b, mut c): (i32, i32),
        Point { x, y: d }: Point,
        Wrapper(e, _): Wrapper,
        [f, g]: [i32; 2],
        &h: &i32,
        _: String,
        (i, ..): (i32, i32, i32),
        ref j: i32,
        whole @ (k, _): (i32, i32),
    ) {
        a += 1;
        c += 1;
        yield_from!([a, b, c, x, d, e, f, g, h, i, *j, k, whole.1]);
    }
    let c = f(0, (2, 2), Point { x: 4, y: 5 }, Wrapper(6, 0), [7, 8], &9, String::new(), (10, 0, 0), 11, (12, 13));
    assert!(c.into_iter().eq(1..14));
}

#[test]
#[allow(clippy::toplevel_ref_arg, reason = "the subject")]
fn mutable_references_in_patterns() {
    #[antiphon::coroutine(yield = i32)]
    fn f(ref mut a: i32, (ref mut b, c): (i32, i32), mut d: i32) {
        *a += 1;
        *b += 1;
        yield_!(*a + *b + c);
        d += *a;
        yield_!(d);
    }
    assert!(f(0, (1, 2), 3).into_iter().eq([5, 4]));
}

#[test]
fn conditions() {
    #[antiphon::coroutine(yield = u32)]
    fn f(a: u32, #[cfg(any())] b: NoSuchType, #[cfg(not(any()))] mut c: u32, #[cfg(any())] (d, ..): (u32, u32)) {
        c += a;
        yield_!(c);
    }
    assert!(f(1, 2).into_iter().eq([3]));
}

#[test]
fn generics() {
    #[antiphon::coroutine(yield = (T, [U; N]), send = T)]
    fn f<'a, T, U: Copy, const N: usize>(first: T, rest: &'a [U; N]) -> Vec<&'a U>
    where
        T: Clone + Debug,
    {
        let mut value = first;
        for _ in 0..N {
            value = yield_!((value.clone(), *rest));
        }
        rest.iter().collect()
    }
    let mut c = pin!(f("a".to_owned(), &[1, 2]));
    assert_eq!(c.start(), Yielded(("a".to_owned(), [1, 2])));
    assert_eq!(c.send("b".into()), Yielded(("b".to_owned(), [1, 2])));
    assert_eq!(c.send("c".into()), Complete(vec![&1, &2]));
}

#[test]
fn impl_trait_dyn_and_closures() {
    #[antiphon::coroutine(yield = String)]
    fn f(items: impl IntoIterator<Item = impl Display>, show: &dyn Fn(&str) -> String, mut end: impl FnMut()) {
        for item in items {
            yield_!(show(&item.to_string()));
        }
        end();
    }
    let mut ended = 0;
    let texts: Vec<_> = f([1, 2], &|text| format!("<{text}>"), || ended += 1).into_iter().collect();
    assert_eq!(texts, ["<1>", "<2>"]);
    assert_eq!(ended, 1);
}

#[test]
fn two_lifetimes() {
    #[antiphon::coroutine(yield = (&'a str, &'b str))]
    fn pairs<'a, 'b: 'a>(a: &'a str, b: &'b str) {
        for (a, b) in a.split(' ').zip(b.split(' ')) {
            yield_!((a, b));
        }
    }
    let long_lived = String::from("x y");
    let seen: Vec<_> = {
        let short_lived = String::from("1 2");
        pairs(&short_lived, &long_lived).into_iter().map(|(_, b)| b).collect()
    };
    assert_eq!(seen, ["x", "y"]);
}

#[test]
fn moved_borrowed_and_mutated_parameters() {
    #[antiphon::coroutine(yield = usize)]
    fn f(mut text: String, list: Vec<u8>, target: &mut Vec<u8>) -> String {
        text.push('!');
        yield_!(text.len());
        let moved = list;
        yield_!(moved.len());
        target.extend(moved);
        text
    }
    let mut target = Vec::new();
    let mut c = Box::pin(f("ab".into(), vec![1, 2], &mut target));
    assert_eq!([c.resume(), c.resume()], [Yielded(3), Yielded(2)]);
    assert_eq!(c.resume(), Complete("ab!".to_owned()));
    drop(c);
    assert_eq!(target, [1, 2]);
}
