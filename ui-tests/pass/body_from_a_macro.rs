//! What a macro by example was given as a block is a body.

macro_rules! three_times {
    ($attributed:ident, $among_items:ident, $body:block) => {
        #[antiphon::coroutine(yield = u32)]
        fn $attributed() $body

        antiphon::coroutines! {
            #[coroutine(yield = u32)]
            fn $among_items() $body
        }

        fn anonymous() -> u32 {
            antiphon::generator!(move $body).into_iter().sum()
        }
    };
}

three_times!(one, two, { yield_!(1); yield_!(2) });

fn main() {
    assert_eq!((one().into_iter().sum::<u32>(), two().into_iter().sum::<u32>(), anonymous()), (3, 3, 3));
}
