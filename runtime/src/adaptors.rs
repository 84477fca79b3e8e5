//! Coroutines made of coroutines: what a coroutine yields, is sent or returns is converted, two run in step, one ends early.
//!
//! The adaptors of iterators reach what a coroutine yields, if it is sent nothing, and lose what it returns. These are for the
//! rest. Each is a coroutine, so it can be started, sent values, closed, delegated to, and adapted again; none allocates,
//! and none loses what a coroutine yielded or returned. An error that is thrown, a close, and the question where the coroutine
//! stands go through to the one within. They are functions, as Python's `itertools` and as everybody's own stages of a
//! pipeline are; the methods of iterators have their names already. None is an iterator: what can be looped over has those of the
//! standard library, `c.into_iter().zip(d)`.
//!
//! | to | write | returns |
//! |---|---|---|
//! | convert what it yields | [`map_yielded(c, f)`](map_yielded) | what `c` returns |
//! | convert what is sent to it | [`map_sent(c, f)`](map_sent) | what `c` returns |
//! | convert what it returns | [`map_returned(c, f)`](map_returned) | `f` of that |
//! | end before it does | [`take_while(c, p)`](take_while) | what `p` refused, or what `c` returns |
//! | run two in step | [`zip(a, b)`](zip) | what each did last |
//! | have all that it yields | [`collect(c)`](collect), which runs it | is no coroutine |
//! | run one after the other | `yield_from!(a); yield_from!(b);` | what you make of it |
//!
//! The last is an expression too. It says itself what can be told to it, and what becomes of an error and a close:
//!
//! ```
//! use antiphon::prelude::*;
//! use std::pin::pin;
//!
//! #[antiphon::coroutine(yield = u32)]
//! fn up_to(n: u32) -> &'static str {
//!     yield_from!(1..=n);
//!     "done"
//! }
//!
//! let chain = antiphon::generator!(yield = u32 => (yield_from!(up_to(2)), yield_from!(up_to(3))));
//! let mut sum = 0;
//! assert_eq!(pin!(chain).run(|n| sum += n), ("done", "done"));
//! assert_eq!(sum, 1 + 2 + 1 + 2 + 3);
//! ```
//!
//! A coroutine that is given by value is a part of the adaptor, which has to be pinned as it would have been:
//! `pin!(zip(a(), b()))`. One that is lent, as `c.as_mut()` or `&mut c`, can be used again afterwards.

mod map;
mod take_while;
mod zip;

use crate::{Coroutine, CoroutineState};

pub use map::{Map, MapReturned, MapSent, MapYielded, Mapping, Returned, Sent, Yielded};
pub use take_while::TakeWhile;
pub use zip::Zip;

/// A coroutine that yields what `map` makes of what `coroutine` yields.
///
/// ```
/// use antiphon::adaptors::map_yielded;
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = &'static str, send = u32)]
/// fn area() -> u32 {
///     yield_!("width") * yield_!("height")
/// }
///
/// let mut c = pin!(map_yielded(area(), |what| format!("What is its {what}?")));
/// assert_eq!(c.start(), Yielded("What is its width?".to_string()));
/// assert_eq!(c.send(6), Yielded("What is its height?".to_string()));
/// assert_eq!(c.send(7), Complete(42));
/// ```
///
/// It converts for a delegation whose parent yields something else:
///
/// ```
/// # use antiphon::adaptors::map_yielded;
/// # use antiphon::prelude::*;
/// # use std::pin::pin;
/// #[antiphon::coroutine(yield = u8)]
/// fn bytes() -> &'static str {
///     yield_from!(*b"ok");
///     "sent"
/// }
///
/// #[antiphon::coroutine(yield = char)]
/// fn text() -> &'static str {
///     yield_from!(map_yielded(bytes(), char::from))
/// }
///
/// let mut seen = String::new();
/// assert_eq!(pin!(text()).run(|c| seen.push(c)), "sent");
/// assert_eq!(seen, "ok");
/// ```
pub fn map_yielded<C, F, Y>(coroutine: C, map: F) -> MapYielded<C, F>
where
    C: Coroutine,
    F: FnMut(C::Yield) -> Y,
{
    Map::new(coroutine, Yielded(map))
}

/// A coroutine that sends on what `map` makes of what it is sent.
///
/// ```
/// use antiphon::adaptors::map_sent;
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = usize, send = usize)]
/// fn total() {
///     let mut sum = 0;
///     loop {
///         sum += yield_!(sum);
///     }
/// }
///
/// let mut c = pin!(map_sent(total(), |word: &str| word.len()));
/// assert_eq!(c.start(), Yielded(0));
/// assert_eq!(c.send("spam"), Yielded(4));
/// assert_eq!(c.send("eggs"), Yielded(8));
/// ```
///
/// An error that is thrown is not converted.
pub fn map_sent<C, F, S>(coroutine: C, map: F) -> MapSent<C, F, S>
where
    C: Coroutine,
    F: FnMut(S) -> C::Send,
{
    Map::new(coroutine, Sent::new(map))
}

/// A coroutine that returns what `map` makes of what `coroutine` returns.
///
/// ```
/// use antiphon::adaptors::map_returned;
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = &'static str, send = String)]
/// fn port() -> String {
///     yield_!("Which port?")
/// }
///
/// let mut c = pin!(map_returned(port(), |text| text.parse::<u16>()));
/// c.start();
/// assert_eq!(c.send("8080".to_string()), Complete(Ok(8080)));
/// ```
pub fn map_returned<C, F, R>(coroutine: C, map: F) -> MapReturned<C, F>
where
    C: Coroutine,
    F: FnOnce(C::Return) -> R,
{
    Map::new(coroutine, Returned(Some(map)))
}

/// A coroutine that yields what `coroutine` does for as long as `wanted` says so, and then returns what it did last: `Yielded`
/// with the first value that is not wanted, or `Complete` with what it returned.
///
/// ```
/// use antiphon::adaptors::{collect, take_while};
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = u32)]
/// fn numbers() -> &'static str {
///     yield_from!(1..=4);
///     "no more"
/// }
///
/// let mut numbers = pin!(numbers());
/// let (small, end): (Vec<_>, _) = collect(pin!(take_while(numbers.as_mut(), |n| *n < 3)));
/// assert_eq!((small.as_slice(), end), ([1, 2].as_slice(), Yielded(3)));
/// let (others, end): (Vec<_>, _) = collect(pin!(take_while(numbers.as_mut(), |n| *n < 9)));
/// assert_eq!((others.as_slice(), end), ([4].as_slice(), Complete("no more")));
/// ```
///
/// A coroutine that is not lent is dropped after the first such value; no body sees that.
pub fn take_while<C, P>(coroutine: C, wanted: P) -> TakeWhile<C, P>
where
    C: Coroutine,
    P: FnMut(&C::Yield) -> bool,
{
    TakeWhile::new(coroutine, wanted)
}

/// A coroutine that runs two in step: it yields what both yield, and what it is sent are the values for both. When one or
/// both return, it returns what each did in that step.
///
/// ```
/// use antiphon::adaptors::zip;
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = u32, send = u32)]
/// fn total(mut sum: u32, count: u32) -> &'static str {
///     for _ in 0..count {
///         sum += yield_!(sum);
///     }
///     "enough"
/// }
///
/// let mut both = pin!(zip(total(0, 2), total(100, 9)));
/// assert_eq!(both.start(), Yielded((0, 100)));
/// assert_eq!(both.send((1, 2)), Yielded((1, 102)));
/// assert_eq!(both.send((3, 4)), Complete((Complete("enough"), Yielded(106))));
/// ```
///
/// Both must be in the same status. What is left of a coroutine that is not lent is dropped when the other returns. Two that are
/// sent nothing are sent `((), ())`; `map_sent(zip(a, b), |()| ((), ()))` is sent nothing.
///
/// A close closes both, the first one first, and returns what each made of it. Where one of them does not observe it there is
/// no pair, and what the other returns is dropped, as what a child returns to its close. Nothing can be thrown into both at
/// once: a parent's error comes at its `yield_from!`.
pub fn zip<A: Coroutine, B: Coroutine>(first: A, second: B) -> Zip<A, B> {
    Zip::new(first, second)
}

/// Runs a coroutine that is sent nothing to its end, from where it stands. Gives all that it yields, and what it returns.
///
/// ```
/// use antiphon::adaptors::collect;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = char)]
/// fn letters(text: &str) -> usize {
///     for c in text.chars().filter(|c| c.is_alphabetic()) {
///         yield_!(c);
///     }
///     text.len()
/// }
///
/// let (seen, length): (String, _) = collect(pin!(letters("R2-D2")));
/// assert_eq!((seen.as_str(), length), ("RD", 5));
/// ```
///
/// # Panics
///
/// If it has finished or has panicked before.
#[track_caller]
pub fn collect<X, C>(mut coroutine: C) -> (X, C::Return)
where
    X: Default + Extend<C::Yield>,
    C: Coroutine<Send = ()> + Unpin,
{
    let mut all = X::default();
    loop {
        match coroutine.resume() {
            CoroutineState::Yielded(value) => all.extend(Some(value)),
            CoroutineState::Complete(returned) => return (all, returned),
        }
    }
}
