//! `yield_!` and `yield_from!` where there is no coroutine around them.
//!
//! Inside a coroutine the attribute defines macros of the same names, which take precedence.

/// Suspends the coroutine and hands a value to whoever drives it; the result is the value that is sent back.
///
/// It stands in the body of a function with the attribute [`#[antiphon::coroutine]`](crate::coroutine), anywhere an
/// expression can stand, but not in a closure, an `async` block or a function inside it: those are bodies of their own.
/// `yield_!()` yields `()`.
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
/// | the child | |
/// |---|---|
/// | a coroutine by value, `child()` | becomes a part of its parent, at no cost; it cannot be the parent itself |
/// | the same with `box`, `box child()` | has a frame of its own; in a [`Boxed`](crate::Boxed) coroutine at constant cost to any depth |
/// | a boxed one, `child().boxed()` | the same, with an allocation for it |
/// | pinned or borrowed, `&mut c`, `c.as_mut()` | is resumed by the parent, and can be used afterwards |
/// | anything else that implements [`Coroutine`](crate::Coroutine) | is resumed by the parent |
/// | anything that can be iterated | yields its items; only where the parent is sent `()` |
/// | in an `async` parent: another that is `async` | as a coroutine is |
/// | and any other future | is awaited |
/// | and, with the feature `futures`, a stream | yields its items; only where the parent is sent `()` |
///
/// The child yields what its parent yields, and is sent what its parent is sent: both types are the same. One that is
/// sent `()` may have been started, and goes on.
///
/// `throw` and `close` may be others than the parent's, but for a child with `box`. What is thrown into the parent goes to a
/// child into which it can be thrown; out of any other, and out of an iterator, it comes at the expression. A parent that
/// observes its close finds it at the expression, after the child has been closed, and unless that has failed. So, where
/// the child returns `R`, and it is `()` of an iterator, the expression is a
///
/// | the parent's attribute | child that takes its errors | any other child, iterators |
/// |---|---|---|
/// | neither | | `R` |
/// | `throw = E` | `R` | `Result<R, E>` |
/// | `close` | | `Result<R, GeneratorExit>` |
/// | `throw = E, close` | `Result<R, GeneratorExit>` | `Result<Result<R, E>, GeneratorExit>` |
///
/// # Panics
///
/// In the parent, if the child waits for a value that the parent does not have, because it was started before; and if it
/// has finished or panicked.
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
