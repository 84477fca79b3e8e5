//! A crate that re-exports antiphon, for one that does not depend on it.
pub mod engine {
    //! Where it is.
    pub use antiphon;
}

/// Defines a coroutine in whatever crate it is expanded in.
#[macro_export]
macro_rules! countdown {
    ($name:ident) => {
        #[$crate::engine::antiphon::coroutine(yield = u32, crate = $crate::engine::antiphon)]
        fn $name(n: u32) {
            for n in (1..=n).rev() {
                yield_!(n);
            }
        }
    };
}
