//! Names of the expansion and names of the user never meet.

use antiphon::prelude::*;
use std::pin::pin;

#[test]
fn parameters_and_locals_with_the_expansions_names() {
    #[antiphon::coroutine(yield = u32, send = u32)]
    fn f(handle: u32, types: u32, body: u32, __handle: u32) -> u32 {
        let (probe, child, value, slot) = (1, 2, 3, 4);
        let sum = handle + types + body + __handle + probe + child + value + slot;
        let sent = yield_!(sum + format!("{}", yield_!(value)).len() as u32);
        #[antiphon::coroutine(yield = u32, send = u32)]
        fn delegate(probe: u32) -> u32 {
            yield_!(probe)
        }
        let taken = yield_from!(delegate(child + probe));
        sent + taken
    }
    let mut c = pin!(f(10, 20, 30, 40));
    assert_eq!(c.start(), Yielded(3));
    assert_eq!(c.send(7), Yielded(111));
    assert_eq!(c.send(5), Yielded(3));
    assert_eq!(c.send(6), Complete(11));
}

#[test]
fn labels_with_the_expansions_name() {
    #[antiphon::coroutine(yield = u32)]
    fn f() -> u32 {
        'yield_outside_its_coroutine: loop {
            let answer: () = yield_!(1);
            if size_of_val(&answer) == 0 {
                break 'yield_outside_its_coroutine 2;
            }
        }
    }
    let mut c = pin!(f());
    assert_eq!([c.resume(), c.resume()], [Yielded(1), Complete(2)]);
}

/// As in a crate whose own modules and types have the names of everybody else's.
mod hostile {
    #![allow(dead_code, unused_macros, non_camel_case_types, reason = "they are only in the way")]
    mod core {}
    mod std {}
    mod alloc {}
    mod antiphon {}
    enum Option {}
    enum Result {}
    struct Some;
    struct None;
    struct Ok;
    struct Err;
    struct Future;
    struct Generator;
    struct Handle;
    struct Send;
    struct Sync;
    struct Box;
    struct u32;
    trait Iterator {}
    trait IntoIterator {}
    trait Coroutine {}
    macro_rules! compile_error {
        () => {};
    }
    macro_rules! panic {
        () => {};
    }

    #[::antiphon::coroutine(yield = u8, send = bool)]
    pub(super) fn child(n: u8) -> u8 {
        while yield_!(n) {}
        n
    }

    #[::antiphon::coroutine(yield = u8, send = bool)]
    pub(super) fn f() -> u8 {
        let a = yield_from!(child(1));
        if yield_!(a + 1) { a } else { 0 }
    }

    #[::antiphon::coroutine(yield = u8)]
    pub(super) fn items() {
        yield_from!([1, 2]);
        let _ = ::std::format!("{:?}", yield_!(3));
    }
}

#[test]
fn a_hostile_module() {
    let mut c = pin!(hostile::f());
    assert_eq!(
        [c.start(), c.send(true), c.send(false), c.send(true)],
        [Yielded(1), Yielded(1), Yielded(2), Complete(1)]
    );
    assert!(hostile::items().into_iter().eq([1, 2, 3]));
}

/// A user's own macro of the same name is not in the way either.
#[test]
fn a_macro_named_like_ours() {
    #[allow(unused_macros, reason = "it must not be used")]
    macro_rules! yield_ {
        ($($tokens:tt)*) => {
            compile_error!("the wrong macro")
        };
    }
    #[antiphon::coroutine(yield = u32)]
    fn f() {
        yield_!(1);
        assert!(vec![yield_!(2)].len() == 1);
    }
    assert!(f().into_iter().eq([1, 2]));
}

/// Methods are found by their names alone. Those of the expansion are its own all the same.
mod traits_in_the_way {
    #![allow(dead_code, reason = "they are only in the way")]

    trait Everything: Sized {
        fn kind(self) {}
        fn antiphon_kind_of(self) {}
        fn delegate(self) {}
        fn take(self) {}
        fn open(self) {}
        fn yield_(self) {}
    }

    impl<T> Everything for T {}

    #[antiphon::coroutine(yield = u32)]
    pub(super) fn child(n: u32) -> u32 {
        yield_!(n);
        n + 1
    }

    #[antiphon::coroutine(yield = u32)]
    pub(super) fn f() -> u32 {
        let a = yield_from!(child(1));
        let b = yield_from!(Box::pin(child(a)));
        let c = yield_from!(child(b).boxed());
        let d = yield_from!(box child(c));
        yield_from!([d]);
        d
    }
}

#[test]
fn traits_with_methods_of_every_name() {
    assert!(traits_in_the_way::f().into_iter().eq([1, 2, 3, 4, 5]));
    assert!(traits_in_the_way::f().boxed().eq([1, 2, 3, 4, 5]));
}

mod reexport {
    pub(crate) mod inner {
        pub(crate) use antiphon as renamed;
    }
}

#[test]
fn a_renamed_crate() {
    #[reexport::inner::renamed::coroutine(yield = u32, crate = crate::hygiene::reexport::inner::renamed)]
    fn f() {
        yield_!(1);
        yield_from!(Some(2));
    }
    assert!(f().into_iter().eq([1, 2]));
}
