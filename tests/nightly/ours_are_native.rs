//! Our coroutines where the compiler's trait is asked for.

use antiphon::adaptors::{map_sent, map_yielded, take_while, zip};
use antiphon_tests::Log;
use std::ops::{Coroutine, CoroutineState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};

#[antiphon::coroutine(yield = i64, send = i64)]
fn total() -> i64 {
    let mut sum = 0;
    while sum < 10 {
        sum += yield_!(sum);
    }
    sum
}

/// What the compiler's trait lets one see of it: what it yields and returns when it is resumed with 1, 2, 3, ….
fn resumed<C>(mut c: Pin<&mut C>) -> (Vec<i64>, i64)
where
    C: Coroutine<i64, Yield = i64, Return = i64> + ?Sized,
{
    let mut yielded = Vec::new();
    for n in 1.. {
        match c.as_mut().resume(n) {
            CoroutineState::Yielded(value) => yielded.push(value),
            CoroutineState::Complete(value) => return (yielded, value),
        }
    }
    unreachable!()
}

#[test]
fn each_kind_is_one() {
    // The first value comes before the first yield; the second one is the value of that.
    let expected = (vec![0, 2, 5, 9], 14);
    assert_eq!(resumed(pin!(total())), expected);
    assert_eq!(resumed(Box::pin(total()).as_mut()), expected);
    assert_eq!(resumed(pin!(Box::pin(total()))), expected);
    assert_eq!(resumed(pin!(total().boxed())), expected);
    assert_eq!(resumed(pin!(total().boxed_send())), expected);
    assert_eq!(resumed(pin!(total().shared())), expected);
    assert_eq!(resumed(pin!(map_yielded(total(), |n| n))), expected);
    let tens = map_sent(total(), |n: i64| n * 10);
    assert_eq!(resumed(pin!(tens)), (vec![0], 20));
    let until_five = antiphon::adaptors::map_returned(take_while(total(), |n| *n < 5), |end| end.yielded().unwrap());
    assert_eq!(resumed(pin!(until_five)), (vec![0, 2], 5));
    let mut both = pin!(zip(total(), total()));
    assert_eq!(both.as_mut().resume((1, 1)), CoroutineState::Yielded((0, 0)));
    assert_eq!(both.as_mut().resume((2, 3)), CoroutineState::Yielded((2, 3)));
    // As an object, too.
    let mut boxed: Pin<Box<dyn Coroutine<i64, Yield = i64, Return = i64>>> = Box::pin(total());
    assert_eq!(resumed(boxed.as_mut()), expected);
}

#[test]
fn one_that_has_started_is_sent_the_first_value_too() {
    let mut c = pin!(total());
    antiphon::Coroutine::start(&mut c);
    assert_eq!(resumed(c), (vec![1, 3, 6], 10));
}

#[test]
fn a_native_one_does_the_same() {
    let native = #[coroutine]
    |_: i64| {
        let mut sum = 0;
        while sum < 10 {
            sum += yield sum;
        }
        sum
    };
    assert_eq!(resumed(pin!(native)), resumed(pin!(total())));
}

#[test]
fn it_is_iterated_by_the_standard_library() {
    #[antiphon::coroutine(yield = u32)]
    fn numbers() {
        yield_from!(1..=3);
    }
    assert!(std::iter::from_coroutine(pin!(numbers())).eq([1, 2, 3]));
}

#[test]
fn resumed_after_its_end_or_a_panic_it_panics() {
    #[antiphon::coroutine]
    fn fails() {
        panic!("on purpose");
    }
    let text = |call: &mut dyn FnMut()| {
        let payload = catch_unwind(AssertUnwindSafe(call)).expect_err("it panics");
        match payload.downcast::<String>() {
            Ok(text) => *text,
            Err(payload) => payload.downcast_ref::<&str>().expect("a text").to_string(),
        }
    };
    let mut c = pin!(total());
    resumed(c.as_mut());
    assert_eq!(text(&mut || _ = c.as_mut().resume(0)), "cannot resume a coroutine that has finished");
    let mut c = pin!(fails());
    assert_eq!(text(&mut || _ = c.as_mut().resume(())), "on purpose");
    assert_eq!(text(&mut || _ = c.as_mut().resume(())), "cannot resume a coroutine that has panicked");
}

#[test]
fn dropped_as_a_native_one_it_drops_what_it_holds() {
    #[antiphon::coroutine]
    fn guarded(log: Log) {
        let _guard = log.guard("dropped");
        yield_!();
    }
    let log = Log::new();
    let mut c: Pin<Box<dyn Coroutine<Yield = (), Return = ()>>> = Box::pin(guarded(log.clone()));
    c.as_mut().resume(());
    assert_eq!(log.take(), [""; 0]);
    drop(c);
    assert_eq!(log.take(), ["dropped"]);
}
