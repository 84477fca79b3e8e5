//! The bodies, in the coroutines of a nightly compiler.

use std::hint::black_box;
use std::ops::Coroutine;
use std::ops::CoroutineState::{Complete, Yielded};
use std::pin::pin;

pub(crate) fn nothing() -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    move || {
        if false {
            yield 0;
        }
    }
}

pub(crate) fn arguments(a: u64, b: u32, c: u8) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    move || {
        yield a;
        yield u64::from(b);
        yield u64::from(c);
    }
}

pub(crate) fn locals(n: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    move || {
        let first = black_box(n);
        yield first;
        let second = black_box(n as u32);
        yield first + u64::from(second);
        yield first - u64::from(second);
    }
}

pub(crate) fn formatted(n: u64) -> impl Coroutine<Yield = String, Return = ()> {
    #[coroutine]
    static move || {
        yield format!("{n}");
        yield format!("again {n}");
    }
}

pub(crate) fn large_state(n: u8) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    static move || {
        let state = black_box([n; 256]);
        for &byte in &state {
            yield u64::from(byte);
        }
    }
}

pub(crate) fn sent_value_kept() -> impl Coroutine<u64, Yield = u64, Return = u64> {
    #[coroutine]
    move |_: u64| {
        let kept = yield 1;
        let last = yield kept;
        kept + last
    }
}

pub(crate) fn sent_values_in_one_expression() -> impl Coroutine<u64, Yield = u64, Return = u64> {
    #[coroutine]
    move |_: u64| (yield 1) + (yield 2) * (yield 3)
}

fn inner(n: u64) -> impl Coroutine<Yield = u64, Return = u64> {
    #[coroutine]
    move || {
        let local = black_box(n as u32);
        yield n;
        yield u64::from(local);
        n
    }
}

fn middle(n: u64) -> impl Coroutine<Yield = u64, Return = u64> {
    #[coroutine]
    static move || {
        let local = black_box(n as u16);
        let returned = {
            let mut child = pin!(inner(n + 1));
            loop {
                match child.as_mut().resume(()) {
                    Yielded(value) => yield value,
                    Complete(returned) => break returned,
                }
            }
        };
        yield returned;
        returned + u64::from(local)
    }
}

pub(crate) fn delegation(n: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    static move || {
        let local = black_box(n);
        let returned = {
            let mut child = pin!(middle(n + 1));
            loop {
                match child.as_mut().resume(()) {
                    Yielded(value) => yield value,
                    Complete(returned) => break returned,
                }
            }
        };
        yield returned + local;
    }
}

pub(crate) fn delegation_to_an_iterator(n: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    move || {
        for item in 0..n {
            yield item;
        }
        yield n;
    }
}

pub(crate) fn delegation_to_a_box(n: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    static move || {
        let returned = {
            let mut child = Box::pin(inner(n));
            loop {
                match child.as_mut().resume(()) {
                    Yielded(value) => yield value,
                    Complete(returned) => break returned,
                }
            }
        };
        yield returned;
    }
}

pub(crate) fn tuple_pattern((a, b): (u64, u32)) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    move || {
        yield a;
        yield u64::from(b);
        yield a;
    }
}

pub(crate) fn nested_loops(rows: u64, columns: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    move || {
        for row in 0..rows {
            for column in 0..columns {
                yield row * column;
            }
        }
    }
}

pub(crate) fn branches(left: bool) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    move || {
        if left {
            let state = black_box([1_u64; 4]);
            yield state[0];
            yield state[3];
        } else {
            let state = black_box([2_u64; 3]);
            yield state[0];
            yield state[2];
        }
    }
}

pub(crate) fn borrowed_local(n: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    static move || {
        let text = n.to_string();
        for digit in text.chars() {
            yield u64::from(digit);
        }
    }
}
