//! Coroutines of a crate that knows antiphon through another one: `crate = …` says where it is.
use antiphon_facade::engine::antiphon as choir;

antiphon_facade::countdown!(countdown);

/// Delegates in every way.
#[choir::coroutine(yield = u32, crate = antiphon_facade::engine::antiphon)]
pub fn numbers(n: u32) -> u32 {
    yield_from!(countdown(n));
    yield_from!([n]);
    yield_from!(box countdown(n));
    yield_from!(boxed(n));
    println!("{:?}", yield_!(n));
    n
}

/// In a box.
#[choir::coroutine(yield = u32, boxed, crate = choir)]
pub fn boxed(n: u32) {
    if n > 0 {
        yield_!(n);
        yield_from!(boxed(n - 1));
    }
}

/// Told everything that can be told.
#[choir::coroutine(yield = u32, throw = u8, close, crate = antiphon_facade::engine::antiphon)]
pub fn told() -> Result<(), u8> {
    while let Ok(told) = yield_!(1) {
        told?;
    }
    Ok(())
}

/// Awaiting.
#[choir::coroutine(yield = u32, crate = choir)]
pub async fn awaits() {
    yield_!(std::future::ready(1).await);
}

choir::coroutines! {
    /// With the keyword.
    #[coroutine(yield = u32, crate = choir)]
    pub fn keyword() {
        yield 1;
        let inner = choir::generator!(crate = antiphon_facade::engine::antiphon => {
            yield 2;
            yield 3;
        });
        yield_from!(inner);
    }
}

#[cfg(test)]
mod tests {
    use super::choir::prelude::*;
    use super::*;
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    #[test]
    fn it_runs() {
        assert!(numbers(2).into_iter().eq([2, 1, 2, 2, 1, 2, 1, 2]));
        assert!(keyword().into_iter().eq([1, 2, 3]));
    }

    #[test]
    fn it_is_told_everything() {
        let mut c = pin!(told());
        c.start();
        assert_eq!(c.throw(7), Ok(Complete(Err(7))));
        let mut c = pin!(told());
        c.start();
        assert_eq!(c.close(), Ok(Some(Ok(()))));
    }

    #[test]
    fn it_awaits() {
        let mut c = pin!(awaits());
        let step = pin!(c.resume());
        assert_eq!(step.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Yielded(1)));
    }
}
