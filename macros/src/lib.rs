//! Implementation detail of the `antiphon` crate.
//!
//! One pass: tokens are *parsed* into our own types, *checked*, the body is *lowered*, and the result is *emitted*. Three
//! macros share it:
//!
//! ```text
//! #[coroutine(…)] fn …          keyword → function → check, scope → lower → emit
//! coroutines! { … }             items → the same for each function with the attribute
//! generator!(… { … })           anonymous, with the body in the place of a function
//! ```

use proc_macro::TokenStream;

mod expand;

mod anonymous;
mod args;
mod check;
mod diagnostics;
mod emit;
mod expressions;
mod function;
mod items;
mod keyword;
mod lifetimes;
mod lower;
mod names;
mod parameters;
mod scope;
mod types;
mod unread;

#[cfg(test)]
mod pictures;
#[cfg(test)]
mod spans;

/// Makes a function that returns a coroutine: its body may suspend with `yield_!` and delegate with `yield_from!`.
///
/// Calling the function runs nothing of its body and returns an [`antiphon::Generator`], whose return value is the
/// return value of the function.
///
/// # Arguments
///
/// * `yield = T`: the type of what `yield_!` hands out; `()` if left out.
/// * `send = T`: the type of what `yield_!` evaluates to; `()` if left out.
/// * `throw = E`: what can be thrown into it, with [`antiphon::Throw`]; a `yield_!` then evaluates to `Result<S, E>`.
/// * `close`: the body observes its close; a `yield_!` then evaluates to `Result<_, GeneratorExit>`, around the one of
///   `throw`, and so does a `yield_from!`.
/// * `boxed`: the function returns an [`antiphon::Boxed`], a type that can be written down, is the same for all bodies, and
///   recurses: `yield_from!(f(n - 1))` in `f` itself. `boxed = Send` makes it a `SendBoxed`, which may be moved to another
///   thread.
/// * `crate = path`: where to find `antiphon`, if the dependency was renamed or is re-exported.
///
/// The attribute is always written as a path, because `#[coroutine]` alone is the compiler's own.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = &'static str, send = u32)]
/// fn tally() -> u32 {
///     let mut sum = 0;
///     for _ in 0..3 {
///         sum += yield_!("got it");
///     }
///     sum
/// }
///
/// let mut c = pin!(tally());
/// assert_eq!(c.start(), Yielded("got it"));
/// assert_eq!(c.send(1), Yielded("got it"));
/// assert_eq!(c.send(2), Yielded("got it"));
/// assert_eq!(c.send(3), Complete(6));
/// ```
///
/// With `boxed`, a trait of coroutines can be made an object:
///
/// ```
/// trait Shape {
///     #[antiphon::coroutine(yield = (i32, i32), boxed)]
///     fn corners(&self);
/// }
///
/// struct Square(i32);
///
/// impl Shape for Square {
///     #[antiphon::coroutine(yield = (i32, i32), boxed)]
///     fn corners(&self) {
///         yield_from!([(0, 0), (0, self.0), (self.0, 0), (self.0, self.0)]);
///     }
/// }
///
/// let shapes: [Box<dyn Shape>; 2] = [Box::new(Square(1)), Box::new(Square(2))];
/// assert_eq!(shapes.iter().flat_map(|shape| shape.corners()).count(), 8);
/// ```
///
/// It works on functions, methods and trait methods, with any parameters, generics, lifetimes and `where` clauses.
/// Parameters live in the coroutine until it ends, also those that the body does not use, and are dropped in the order
/// of a plain function. On an `async fn` it makes an [`antiphon::AsyncGenerator`], which may await between its yields. It does
/// not work on `const fn` and `extern fn`, nor with the return type `!`; a
/// coroutine that never returns says `Infallible`.
///
/// Lifetimes in the arguments are those of the function: `yield = &str` borrows from its parameter, and one that is only
/// sent has to be declared.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = usize, send = &'a str)]
/// fn longest<'a>() -> &'a str {
///     let mut longest = "";
///     loop {
///         match yield_!(longest.len()) {
///             "" => return longest,
///             text if text.len() > longest.len() => longest = text,
///             _ => {}
///         }
///     }
/// }
///
/// let words = String::from("a coroutine is sent these words");
/// let mut c = pin!(longest());
/// c.start();
/// for word in words.split(' ') {
///     c.send(word);
/// }
/// assert_eq!(c.send(""), Complete("coroutine"));
/// ```
///
/// [`antiphon::AsyncGenerator`]: https://docs.rs/antiphon/latest/antiphon/struct.AsyncGenerator.html
/// [`antiphon::Boxed`]: https://docs.rs/antiphon/latest/antiphon/struct.Boxed.html
/// [`antiphon::Throw`]: https://docs.rs/antiphon/latest/antiphon/trait.Throw.html
/// [`antiphon::Generator`]: https://docs.rs/antiphon/latest/antiphon/struct.Generator.html
#[proc_macro_attribute]
pub fn coroutine(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::coroutine(args.into(), item.into()).into()
}

/// Holds items in which coroutines yield with the keyword itself, which stable compilers reject under an attribute.
///
/// Any items, and items of any kind of block: functions, modules, traits, `impl`s or what is in them. Functions with the
/// attribute, which may be written `#[coroutine(…)]` here, become coroutines, with the same arguments as outside. All else
/// passes through as it is.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// antiphon::coroutines! {
///     #[coroutine(yield = &'static str, send = u32)]
///     fn tally() -> u32 {
///         let mut sum = 0;
///         while let n @ 1.. = yield "got it" {
///             sum += n;
///         }
///         sum
///     }
///
///     struct Squares(u64);
///
///     impl Squares {
///         #[coroutine(yield = u64)]
///         fn all(&self) {
///             for n in 1..=self.0 {
///                 yield n * n;
///             }
///         }
///     }
/// }
///
/// assert_eq!(pin!(tally()).run(|_| 0), 0);
/// assert!(Squares(3).all().into_iter().eq([1, 4, 9]));
/// ```
///
/// `yield` takes all that follows for its operand, as `return` does: write `(yield a) + b` and `(yield a)?`. Without an
/// operand it yields `()`. It can stand wherever an expression can, also in the arguments of other macros; those that have
/// a `yield` of their own, like `stream!`, and the definitions of macros are left alone. `yield_!` works too.
///
/// What stands in braces of a macro is not formatted by `rustfmt`.
#[proc_macro]
pub fn coroutines(items: TokenStream) -> TokenStream {
    items::expand(items.into()).into()
}

/// An expression: a coroutine without a name, whose types are inferred.
///
/// It is to `#[antiphon::coroutine]` what a closure is to a function, and evaluates to an [`antiphon::Generator`]. It borrows
/// what it mentions, moves what it consumes, and with `move` moves everything. `return` and `?` belong to it. Nothing runs
/// until it is started, so it has no parameters: what it needs it captures.
///
/// ```
/// use antiphon::{generator, prelude::*};
/// use std::pin::pin;
///
/// let names = ["Ada", "Grace"];
/// let greetings = generator! {
///     for name in names {
///         yield format!("Hello, {name}");
///     }
/// };
/// assert!(greetings.into_iter().eq(["Hello, Ada", "Hello, Grace"]));
///
/// fn multiples(n: u32) -> impl Iterator<Item = u32> {
///     generator!(move {
///         for i in 1.. {
///             yield i * n;
///         }
///     })
///     .into_iter()
/// }
/// assert!(multiples(3).take(3).eq([3, 6, 9]));
/// ```
///
/// Where an annotation is needed, the arguments of the attribute stand before `=>`, and the return type before the body:
///
/// ```
/// use antiphon::{generator, prelude::*};
/// use std::num::ParseIntError;
/// use std::pin::pin;
///
/// let mut sum = pin!(generator!(yield = i32, send = String => -> Result<i32, ParseIntError> {
///     let mut sum = 0;
///     loop {
///         match (yield sum).as_str() {
///             "" => return Ok(sum),
///             text => sum += text.parse::<i32>()?,
///         }
///     }
/// }));
/// assert_eq!(sum.start(), Yielded(0));
/// assert_eq!(sum.send("12".into()), Yielded(12));
/// assert!(matches!(sum.send("x".into()), Complete(Err(_))));
/// ```
///
/// So the whole form is `generator!(arguments => move -> R { … })`, of which all but the body can be left out, and its
/// braces if nothing is before them. What is sent is inferred by what is done with it, or by the driver: a loop over the
/// coroutine sends `()`. If neither says it, write `send = ()`. What is yielded is inferred by its `yield`s alone: a coroutine that
/// only delegates needs `yield = T`. A failure of one with `close` is known to its parent if `R`
/// is written.
///
/// What stands in braces of a macro is not formatted by `rustfmt`.
///
/// [`antiphon::Generator`]: https://docs.rs/antiphon/latest/antiphon/struct.Generator.html
#[proc_macro]
pub fn generator(body: TokenStream) -> TokenStream {
    anonymous::expand(body.into()).into()
}
