#![deny(warnings)]

mod inner {
    pub(super) mod innermost {
        #[antiphon::coroutine(yield = u32)]
        pub(crate) fn everywhere() {
            yield_from!(here());
        }

        #[antiphon::coroutine(yield = u32)]
        pub(in crate::inner) fn nearby() {
            yield_from!(here());
        }

        #[antiphon::coroutine(yield = u32)]
        fn here() {
            yield_!(1);
        }
    }

    #[antiphon::coroutine(yield = u32)]
    pub fn caller() {
        yield_from!(innermost::nearby());
    }
}

fn main() {
    assert!(inner::innermost::everywhere().into_iter().eq(inner::caller()));
}
