// The whole surface, for crates that are hostile in one way or another to include. All is named by its full path, since what
// a short name means there is anybody's guess.

/// Yields, is sent values, and borrows what it yields.
#[::antiphon::coroutine(yield = &'a str, send = usize)]
pub fn words<'a>(text: &'a str, (first, _): (usize, u8), mut left: usize) -> usize {
    let mut sum = first;
    for word in text.split(' ') {
        sum = sum.wrapping_add(yield_!(word));
        left = left.wrapping_sub(1);
        if left == 0 {
            return sum;
        }
    }
    while let 1.. = yield_!("again") {}
    sum
}

/// Yields where a macro hides it, in the operand of another, and nothing.
#[::antiphon::coroutine(yield = (), send = bool)]
pub fn hidden() -> bool {
    ::core::assert!(yield_!(), "the first is true");
    ::core::assert_ne!(yield_!(()), yield_!(::core::debug_assert!(yield_!(()))), "sent {}", yield_!());
    yield_!(())
}

/// Delegates to coroutines, iterators and what is pinned, in generic code.
#[::antiphon::coroutine(yield = T)]
pub fn generic<T, I, const N: usize>(items: I, more: [T; N], last: impl ::core::convert::Into<T>) -> usize
where
    I: ::core::iter::IntoIterator<Item = T>,
    T: ::core::clone::Clone,
{
    yield_from!(items);
    yield_from!(::core::clone::Clone::clone(&more));
    let mut inner = ::core::pin::pin!(single(::core::convert::Into::into(last)));
    yield_from!(inner.as_mut());
    yield_from!(single(::core::clone::Clone::clone(&more[0])));
    N
}

#[::antiphon::coroutine(yield = T)]
fn single<T>(one: T) {
    yield_!(one);
}

/// Takes errors, and passes them on.
#[::antiphon::coroutine(yield = u32, send = u32, throw = &'static str)]
pub fn throws() -> ::core::result::Result<u32, &'static str> {
    let caught = yield_!(1);
    ::core::assert!(caught.is_err(), "an error was thrown");
    yield_from!(thrown_into())
}

#[::antiphon::coroutine(yield = u32, send = u32, throw = &'static str)]
fn thrown_into() -> ::core::result::Result<u32, &'static str> {
    let sum = yield_!(2)?.wrapping_add(yield_!(3)?);
    ::core::result::Result::Ok(sum)
}

/// Sees its close.
#[::antiphon::coroutine(yield = u32, throw = u8, close)]
pub fn closes() -> ::core::result::Result<u8, u8> {
    while let ::core::result::Result::Ok(news) = yield_!(1) {
        news?;
    }
    ::core::result::Result::Ok(7)
}

/// A trait with coroutines.
pub trait Numbers {
    /// Without a body.
    #[::antiphon::coroutine(yield = u32)]
    fn all(&self) -> usize;

    /// With one.
    #[::antiphon::coroutine(yield = u32)]
    fn twice(&mut self) -> usize {
        yield_from!(self.all()).wrapping_add(yield_from!(self.all()))
    }
}

/// Up to it.
#[derive(Debug)]
pub struct UpTo(pub u32);

impl Numbers for UpTo {
    #[::antiphon::coroutine(yield = u32)]
    fn all(&self) -> usize {
        for n in 0..self.0 {
            yield_!(n);
        }
        1
    }
}

/// Awaits between its yields.
#[::antiphon::coroutine(yield = u32)]
pub async fn awaits(ready: impl ::core::future::Future<Output = u32>) -> u32 {
    let first = ready.await;
    yield_!(first);
    yield_from!(awaited());
    let last = yield_from!(::core::future::ready(4_u32));
    last.wrapping_add(first)
}

#[::antiphon::coroutine(yield = u32)]
async fn awaited() {
    ::core::future::ready(()).await;
    yield_!(2);
}

::antiphon::coroutines! {
    /// With the keyword.
    #[coroutine(yield = u32, send = u32)]
    pub fn keyword(mut n: u32) -> u32 {
        while n < 5 {
            n = n.wrapping_add(yield n);
        }
        ::core::assert!((yield 9) > 0, "{}", yield n);
        n
    }
}

/// Expressions.
#[must_use]
pub fn expressions(limit: u32) -> u32 {
    let squares = ::antiphon::generator!(move {
        for n in 0..limit {
            yield n.wrapping_mul(n);
        }
    });
    let mut squares = ::core::pin::pin!(squares);
    let echo = ::antiphon::generator!(yield = u32, send = u32 => -> u32 {
        let mut last = 0;
        while let n @ 1.. = yield last {
            last = n;
        }
        last
    });
    let mut echo = ::core::pin::pin!(echo);
    ::antiphon::Coroutine::start(&mut echo);
    let mut sum = 0_u32;
    while let ::antiphon::CoroutineState::Yielded(n) = ::antiphon::Coroutine::resume(&mut squares) {
        sum = sum.wrapping_add(n);
        if n > 0 {
            ::antiphon::Coroutine::send(&mut echo, n);
        }
    }
    match ::antiphon::Coroutine::send(&mut echo, 0) {
        ::antiphon::CoroutineState::Complete(last) => sum.wrapping_add(last),
        ::antiphon::CoroutineState::Yielded(_) => 0,
    }
}

/// Drives them all.
///
/// # Panics
///
/// If one does not do what it should.
pub fn run_all() {
    use ::antiphon::CoroutineState::{Complete, Yielded};
    use ::antiphon::{Coroutine, Throw};
    use ::core::iter::Iterator;
    use ::core::result::Result::{Err, Ok};

    let mut run = ::core::pin::pin!(words("a b", (10, 0), 9));
    ::core::assert_eq!(run.start(), Yielded("a"), "of words");
    ::core::assert_eq!(run.send(1), Yielded("b"), "of words");
    ::core::assert_eq!(run.send(2), Yielded("again"), "of words");
    ::core::assert_eq!(run.send(3), Yielded("again"), "of words");
    ::core::assert_eq!(run.send(0), Complete(13), "of words");

    let mut run = ::core::pin::pin!(hidden());
    run.start();
    for news in [true, false, true, true] {
        ::core::assert_eq!(run.send(news), Yielded(()), "of hidden");
    }
    ::core::assert_eq!(run.send(true), Complete(true), "of hidden");

    let run = ::core::pin::pin!(generic([1_u64, 2], [3, 4], 5_u32));
    ::core::assert!(run.eq([1, 2, 3, 4, 5, 3]), "of generic");

    let mut run = ::core::pin::pin!(throws());
    run.start();
    ::core::assert_eq!(run.throw("caught"), Ok(Yielded(2)), "of throws");
    ::core::assert_eq!(run.send(5), Yielded(3), "of throws");
    ::core::assert_eq!(run.throw("out"), Ok(Complete(Err("out"))), "of throws");

    let mut run = ::core::pin::pin!(closes());
    ::core::assert_eq!(run.start(), Yielded(1), "of closes");
    ::core::assert!(::core::matches!(run.close(), Ok(::core::option::Option::Some(Ok(7)))), "of closes");

    let mut numbers = UpTo(2);
    let run = ::core::pin::pin!(numbers.twice());
    ::core::assert!(run.eq([0, 1, 0, 1]), "of a trait");

    let mut run = ::core::pin::pin!(awaits(::core::future::ready(1)));
    let mut waking = ::core::task::Context::from_waker(::core::task::Waker::noop());
    for expected in [Yielded(1), Yielded(2), Complete(5)] {
        let step = ::core::pin::pin!(::antiphon::AsyncCoroutine::resume(&mut run));
        let polled = ::core::future::Future::poll(step, &mut waking);
        ::core::assert_eq!(polled, ::core::task::Poll::Ready(expected), "of awaits");
    }

    let mut run = ::core::pin::pin!(keyword(1));
    ::core::assert_eq!(run.start(), Yielded(1), "of keyword");
    ::core::assert_eq!(run.send(4), Yielded(9), "of keyword");
    ::core::assert_eq!(run.send(1), Complete(5), "of keyword");

    ::core::assert_eq!(expressions(4), 14 + 9, "of generator!");
}
