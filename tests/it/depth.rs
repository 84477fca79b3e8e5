//! A million coroutines in each other: built, driven, thrown into, closed, asked and dropped on a native stack of 256 KiB.

use antiphon::prelude::*;

const DEPTH: u32 = 1_000_000;

/// Delegates `depth` times. The innermost yields twice; each adds one to what it returns, also to an error.
#[antiphon::coroutine(yield = u32, send = u32, throw = u32)]
fn framed(depth: u32) -> Result<u32, u32> {
    if depth == 0 {
        return Ok(yield_!(1)? + yield_!(2)?);
    }
    match yield_from!(box framed(depth - 1)) {
        Ok(value) => Ok(value + 1),
        Err(error) => Err(error + 1),
    }
}

/// The same with `boxed` in the attribute, and a close that each one counts.
#[antiphon::coroutine(yield = u32, send = u32, throw = u32, close, boxed)]
fn counted<'a>(depth: u32, closed: &'a std::cell::Cell<u32>) -> Result<u32, u32> {
    let value = match depth {
        0 => match yield_!(1) {
            Ok(first) => yield_!(2).map(|second| Ok(first? + second?)),
            Err(GeneratorExit) => Err(GeneratorExit),
        },
        _ => yield_from!(counted(depth - 1, closed)),
    };
    match value {
        Ok(Ok(value)) => Ok(value + 1),
        Ok(Err(error)) => Err(error + 1),
        Err(GeneratorExit) => {
            closed.set(closed.get() + 1);
            Ok(0)
        }
    }
}

fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn deep_ones_nest_to_any_depth() {
    on_a_small_stack(|| {
        let mut c = framed(DEPTH).boxed();
        assert_eq!([c.start(), c.send(10), c.send(20)], [Yielded(1), Yielded(2), Complete(Ok(DEPTH + 30))]);
        let closed = std::cell::Cell::new(0);
        let mut c = counted(DEPTH, &closed);
        assert_eq!([c.start(), c.send(10), c.send(20)], [Yielded(1), Yielded(2), Complete(Ok(DEPTH + 31))]);
    });
}

#[test]
fn deep_ones_are_thrown_into_and_nest_to_any_depth() {
    on_a_small_stack(|| {
        let mut c = framed(DEPTH).boxed();
        c.start();
        assert_eq!(c.throw(5), Ok(Complete(Err(DEPTH + 5))));
        let closed = std::cell::Cell::new(0);
        let mut c = counted(DEPTH, &closed);
        c.start();
        c.send(10);
        assert_eq!(c.throw(5), Ok(Complete(Err(DEPTH + 6))));
    });
}

#[test]
fn deep_ones_are_closed_and_nest_to_any_depth() {
    on_a_small_stack(|| {
        let mut c = framed(DEPTH).boxed();
        c.start();
        assert_eq!(c.close(), Ok(None));
        let closed = std::cell::Cell::new(0);
        let mut c = counted(DEPTH, &closed);
        c.start();
        assert_eq!(c.close(), Ok(Some(Ok(0))));
        assert_eq!(closed.get(), DEPTH + 1);
    });
}

#[test]
fn deep_ones_are_asked_and_nest_to_any_depth() {
    on_a_small_stack(|| {
        let mut c = framed(DEPTH).boxed();
        c.start();
        let chain = c.backtrace();
        assert_eq!(chain.len(), DEPTH as usize + 1);
        assert_eq!(chain.first(), chain.get(5));
        assert_eq!(c.suspended_at().as_ref(), chain.last());
        assert_ne!(chain.first(), chain.last());
    });
}

#[test]
fn deep_ones_are_dropped_without_recursion() {
    on_a_small_stack(|| {
        let mut c = framed(DEPTH).boxed();
        c.start();
        drop(c);
        let closed = std::cell::Cell::new(0);
        let mut c = counted(DEPTH, &closed);
        c.start();
        drop(c);
        assert_eq!(closed.get(), 0);
    });
}
