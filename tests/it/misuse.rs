//! What is out of order is answered with an error that gives the value back, and changes nothing.

use antiphon::prelude::*;
use antiphon_tests::with_panic_hook;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

#[antiphon::coroutine(yield = u32, send = String)]
fn listener() -> usize {
    yield_!(1).len()
}

/// The text that a call panics with.
fn panic_text<T>(call: impl FnOnce() -> T) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(call)) else { panic!("did not panic") };
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast_ref::<&str>().expect("a text").to_string(),
    }
}

#[test]
fn sending_before_the_start() {
    let mut c = pin!(listener());
    let error = c.try_send("hi".into()).unwrap_err();
    assert_eq!(error.status(), Status::Created);
    assert_eq!(error.to_string(), "cannot send to a coroutine that has not started; call `start` first");
    assert_eq!(error.into_value(), "hi");
    assert_eq!(c.status(), Status::Created);
    assert_eq!(c.start(), Yielded(1));
    assert_eq!(c.send("four".into()), Complete(4));
}

#[test]
fn sending_after_the_end() {
    let mut c = pin!(listener());
    c.start();
    c.send(String::new());
    for _ in 0..2 {
        let error = c.try_send("late".into()).unwrap_err();
        assert_eq!(error.to_string(), "cannot send to a coroutine that has finished");
        assert_eq!(error.into_value(), "late");
    }
}

#[test]
fn starting_twice() {
    let mut c = pin!(listener());
    assert_eq!(c.try_start(), Ok(Yielded(1)));
    assert_eq!(c.try_start().unwrap_err().status(), Status::Suspended);
    assert_eq!(c.send("four".into()), Complete(4));
    assert_eq!(c.try_start().unwrap_err().to_string(), "cannot start a coroutine that has finished");
}

#[test]
fn the_everyday_forms_panic_and_say_the_mistake() {
    let mut c = pin!(listener());
    assert!(panic_text(|| c.send("x".into())).contains("has not started; call `start` first"));
    c.start();
    assert!(panic_text(|| c.start()).contains("cannot start a coroutine twice"));
    c.send("x".into());
    assert!(panic_text(|| c.send("x".into())).contains("has finished"));
    assert_eq!(c.status(), Status::Finished);
}

#[test]
fn resuming_after_the_end() {
    #[antiphon::coroutine]
    fn empty() {}
    let mut c = pin!(empty());
    c.resume();
    assert_eq!(panic_text(|| c.resume()), "cannot resume a coroutine that has finished");
}

#[test]
fn the_panic_is_at_the_caller() {
    let place = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let seen = place.clone();
    let hook = move |info: &std::panic::PanicHookInfo<'_>| {
        *seen.lock().unwrap() = info.location().expect("a location").to_string();
    };
    let mut c = pin!(listener());
    let line = line!() + 1;
    let result = with_panic_hook(hook, || catch_unwind(AssertUnwindSafe(|| c.send(String::new()))));
    assert!(result.is_err());
    let place = place.lock().unwrap();
    assert!(place.starts_with(&format!("{}:{line}:", file!())), "{place}");
}

/// A context is a place that can be written to, and the body uses it after the future that was shown it.
#[test]
fn replacing_the_context() {
    macro_rules! replace_it {
        () => {
            std::future::poll_fn(|cx: &mut std::task::Context<'_>| {
                *cx = std::task::Context::from_waker(std::task::Waker::noop());
                std::task::Poll::Ready(())
            })
            .await
        };
    }
    #[antiphon::coroutine(yield = u32, send = &'static u32)]
    fn spoiled() -> u32 {
        replace_it!();
        *yield_!(1)
    }
    #[antiphon::coroutine(yield = u32, send = &'static u32)]
    fn parent(way: u32) -> u32 {
        replace_it!();
        match way {
            0 => yield_from!(spoiled()),
            1 => yield_from!(box spoiled()),
            2 => yield_from!(spoiled().boxed()),
            _ => yield_from!(Box::pin(spoiled())),
        }
    }
    // A yield takes the slot that it has, and the next resume brings a context of its own.
    assert_eq!(pin!(spoiled()).run(|_| &7), 7);
    assert_eq!(spoiled().boxed().run(|_| &7), 7);
    // What begins in a spoiled context cannot.
    for way in 0..4 {
        let mut c = pin!(parent(way));
        assert!(panic_text(|| c.start()).contains("has been replaced by a future that it awaited"));
        assert_eq!(c.status(), Status::Poisoned);
        // A child that goes to the stack begins in a context of its own.
        if way == 1 {
            assert_eq!(parent(way).boxed().run(|_| &7), 7);
        } else {
            assert!(panic_text(|| parent(way).boxed().start()).contains("has been replaced"));
        }
    }
}

#[test]
fn awaiting_a_future_that_is_not_ready() {
    macro_rules! hidden_await {
        ($future:expr) => {
            $future.await
        };
    }
    #[antiphon::coroutine]
    fn waits() {
        hidden_await!(std::future::pending::<()>());
    }
    let mut c = pin!(waits());
    assert!(panic_text(|| c.start()).contains("awaited a future that was not ready"));
    assert_eq!(c.status(), Status::Poisoned);

    #[antiphon::coroutine(yield = u8)]
    fn does_not_wait() {
        yield_!(hidden_await!(std::future::ready(1)));
    }
    assert!(does_not_wait().into_iter().eq([1]));
}
