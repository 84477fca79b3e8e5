//! `yield_!` and `yield_from!` where there is no coroutine around them.
//!
//! Inside a coroutine the attribute defines macros of the same names, which take precedence.

/// Suspends the coroutine and hands a value to whoever drives it; the result is the value that is sent back.
///
/// It stands in the body of a function with the attribute [`#[antiphon::coroutine]`](crate::coroutine), anywhere an
/// expression can stand. `yield_!()` yields `()`.
///
/// Nothing has to be imported for it: the attribute brings it along.
///
/// ```
/// #[antiphon::coroutine(yield = &'static str, send = String)]
/// fn simple_coro() {
///     let name = yield_!("What is your name?");
///     println!("{} {name}", yield_!("Again, please?"));
/// }
/// ```
#[macro_export]
macro_rules! yield_ {
    ($($tokens:tt)*) => {
        ::core::compile_error!(
            "`yield_!` outside a coroutine; put `#[antiphon::coroutine(yield = …, send = …)]` on the function around it"
        )
    };
}

/// Hands the coroutine's place over to another one, or to an iterator, until that ends; the result is its return value.
///
/// What the child yields goes to whoever drives the parent, and what is sent to the parent goes to the child. A child
/// that ends without yielding costs no suspension. Source: PEP 380.
///
/// ```
/// #[antiphon::coroutine(yield = u32)]
/// fn inner() -> usize {
///     yield_!(1);
///     yield_!(2);
///     2
/// }
///
/// #[antiphon::coroutine(yield = u32)]
/// fn outer() {
///     let count = yield_from!(inner());
///     assert_eq!(count, 2);
///     yield_from!([3, 4]);
/// }
///
/// assert!(outer().into_iter().eq([1, 2, 3, 4]));
/// ```
#[macro_export]
macro_rules! yield_from {
    ($($tokens:tt)*) => {
        ::core::compile_error!(
            "`yield_from!` outside a coroutine; put `#[antiphon::coroutine(yield = …, send = …)]` on the function around it"
        )
    };
}
