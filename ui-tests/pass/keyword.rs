//! The keyword in a crate that forbids unsafe code, without an import.
#![forbid(unsafe_code)]
#![deny(warnings, unused)]

struct Numbers<const N: usize>([u32; N]);

antiphon::coroutines! {
    /// Documented.
    #[inline]
    #[antiphon::coroutine(yield = u32)]
    pub fn documented() {
        yield 1;
    }

    trait Listed {
        #[coroutine(yield = u32, boxed)]
        fn list(&self);

        #[coroutine(yield = u32, boxed)]
        fn twice(&self) {
            yield_from!(self.list());
            yield_from!(self.list());
        }
    }

    impl<const N: usize> Listed for Numbers<{ N }> {
        #[coroutine(yield = u32, boxed)]
        fn list(&self) {
            for n in self.0 {
                yield n;
            }
        }
    }

    mod inner {
        #[coroutine(yield = &'a str, send = T)]
        #[must_use]
        pub(crate) fn generic<'a, T: Clone, const N: usize>(names: &'a [&'a str; N]) -> Vec<T>
        where
            [T; N]: Sized,
        {
            fn plain<T>(list: Vec<T>) -> Vec<T> {
                list
            }
            #[coroutine(yield = &'a str, send = T)]
            fn nested<'a, T>(name: &'a str) -> T {
                yield name
            }
            let mut answers = vec![];
            for name in names {
                answers.push(yield_from!(nested(name)));
            }
            answers.push(yield "last");
            plain(answers)
        }
    }

    macro_rules! unknown {
        ($($tokens:tt)*) => {};
    }

    unknown! { yield from nowhere }
}

fn main() {
    antiphon::coroutines! {
        #[coroutine(yield = u32)]
        fn in_a_function() {
            yield 1
        }
    }
    assert!(in_a_function().into_iter().chain(documented()).eq([1, 1]));
    assert!(Numbers([1, 2]).twice().eq([1, 2, 1, 2]));
    let mut answers = std::pin::pin!(inner::generic(&["a", "b"]));
    assert_eq!(antiphon::Coroutine::run(&mut answers, str::len), [1, 1, 4]);
    let mut sum = 0;
    antiphon::generator! { sum += 1; yield sum }.into_iter().for_each(|n| assert_eq!(n, 1));
    assert_eq!(sum, 1);
}
