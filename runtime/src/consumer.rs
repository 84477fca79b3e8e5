//! Coroutines that only receive: what a sequence of values can be sent to.

use core::future::Future;
use core::pin::Pin;

use crate::error::refuse_send;
use crate::mode::Mode;
#[cfg(feature = "alloc")]
use crate::{Boxed, Shared};
use crate::{Coroutine, CoroutineState, Generator, Status};

/// A coroutine that yields nothing and is sent values: every [`Coroutine`] whose `Yield` is `()`. Python calls it a consumer.
///
/// A [`Generator`] that is one is also an [`Extend`], when pinned or boxed. [`extend`](Extend::extend) starts it if nobody
/// has, and ends when there are no more values, or when the coroutine returns; it ignores what that returns, as `for`
/// does. After that it takes no value: `c.extend(values.by_ref())` leaves the others where they are, and
/// [`send_all`](Self::send_all) gives them back, and the return value too.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// /// Finds the first word that is longer than `length`.
/// #[antiphon::coroutine(send = &'a str)]
/// fn find_longer<'a>(length: usize) -> &'a str {
///     loop {
///         let word = yield_!();
///         if word.len() > length {
///             return word;
///         }
///     }
/// }
///
/// let mut words = "what have the romans ever done for us".split(' ');
/// let mut c = pin!(find_longer(4));
/// c.extend(["who", "how"]);
/// let Complete((word, mut rest)) = c.send_all(words) else { panic!("they are all short") };
/// assert_eq!(word, "romans");
/// assert_eq!(rest.next(), Some("ever"));
/// ```
///
/// With the feature `futures` `into_sink` makes a `Sink` of it.
pub trait Consumer: Coroutine<Yield = ()> {
    /// Starts the coroutine if nobody has, and sends it one value after the other, until there are no more: then it has
    /// `Yielded(())` and waits for others. Or until it is `Complete` with what it returned, and the values that it has not
    /// been sent.
    ///
    /// A value is taken out of `values` when the coroutine waits for it, and not before.
    ///
    /// ```
    /// use antiphon::prelude::*;
    /// use std::pin::pin;
    ///
    /// #[antiphon::coroutine(send = u32)]
    /// fn sum_of(count: usize) -> u32 {
    ///     let mut sum = 0;
    ///     for _ in 0..count {
    ///         sum += yield_!();
    ///     }
    ///     sum
    /// }
    ///
    /// let mut c = pin!(sum_of(5));
    /// assert!(matches!(c.send_all([1, 2, 3]), Yielded(())));
    /// let Complete((sum, rest)) = c.send_all([4, 5, 6, 7]) else { panic!("it wants more") };
    /// assert_eq!(sum, 15);
    /// assert!(rest.eq([6, 7]));
    /// ```
    ///
    /// # Panics
    ///
    /// If the coroutine has finished or has panicked before.
    #[inline]
    #[track_caller]
    fn send_all<I>(&mut self, values: I) -> CoroutineState<(), (Self::Return, I::IntoIter)>
    where
        I: IntoIterator<Item = Self::Send>,
        Self: Unpin + Sized,
    {
        let mut values = values.into_iter();
        if let Some(CoroutineState::Complete(returned)) = Pin::new(&mut *self).resume_start() {
            return CoroutineState::Complete((returned, values));
        }
        if self.status() != Status::Suspended {
            refuse_send(self.status());
        }
        while let Some(value) = values.next() {
            match Pin::new(&mut *self).resume_send(value) {
                Some(CoroutineState::Yielded(())) => {}
                Some(CoroutineState::Complete(returned)) => return CoroutineState::Complete((returned, values)),
                None => refuse_send(self.status()),
            }
        }
        CoroutineState::Yielded(())
    }

    /// A `Sink` of what the coroutine is sent. See [`ConsumerSink`](crate::ConsumerSink).
    #[cfg(feature = "futures")]
    fn into_sink(self) -> crate::ConsumerSink<Self>
    where
        Self: Unpin + Sized,
    {
        crate::ConsumerSink::new(self)
    }
}

impl<C: Coroutine<Yield = ()> + ?Sized> Consumer for C {}

#[track_caller]
fn extend<C: Consumer + Unpin>(coroutine: &mut C, values: impl IntoIterator<Item = C::Send>) {
    // One that has come to its end takes nothing; one that has panicked has not come to its end.
    if coroutine.status() != Status::Finished {
        let _ = coroutine.send_all(values);
    }
}

/// Implements `Extend`, whose every method has this text.
macro_rules! extends {
    ($($(#[$attribute:meta])* [$($generics:tt)*] $consumer:ty, $sent:ty;)*) => {$(
        /// Sends each value, until the coroutine returns. See [`Consumer`].
        $(#[$attribute])*
        impl<$($generics)*> Extend<$sent> for $consumer {
            /// # Panics
            ///
            /// If the coroutine has panicked before, or is running.
            #[track_caller]
            fn extend<I: IntoIterator<Item = $sent>>(&mut self, values: I) {
                extend(self, values);
            }
        }
    )*};
}

extends! {
    [S, B: Future, M: Mode] Pin<&mut Generator<(), S, B, M>>, S;
    #[cfg(feature = "alloc")]
    [S, B: Future, M: Mode] Pin<alloc::boxed::Box<Generator<(), S, B, M>>>, S;
    #[cfg(feature = "alloc")]
    [S, R, M: Mode, A] Boxed<'_, (), S, R, M, A>, S;
    #[cfg(feature = "alloc")]
    [C: Coroutine<Yield = ()> + Unpin] Shared<C>, C::Send;
}
