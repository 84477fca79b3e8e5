//! The bodies, in antiphon.

use std::hint::black_box;

#[antiphon::coroutine(yield = u64)]
pub(crate) fn nothing() {}

#[antiphon::coroutine(yield = u64)]
pub(crate) fn arguments(a: u64, b: u32, c: u8) {
    yield_!(a);
    yield_!(u64::from(b));
    yield_!(u64::from(c));
}

#[antiphon::coroutine(yield = u64)]
pub(crate) fn locals(n: u64) {
    let first = black_box(n);
    yield_!(first);
    let second = black_box(n as u32);
    yield_!(first + u64::from(second));
    yield_!(first - u64::from(second));
}

#[antiphon::coroutine(yield = String)]
pub(crate) fn formatted(n: u64) {
    yield_!(format!("{n}"));
    yield_!(format!("again {n}"));
}

#[antiphon::coroutine(yield = u64)]
pub(crate) fn large_state(n: u8) {
    let state = black_box([n; 256]);
    for &byte in &state {
        yield_!(u64::from(byte));
    }
}

#[antiphon::coroutine(yield = u64, send = u64)]
pub(crate) fn sent_value_kept() -> u64 {
    let kept = yield_!(1);
    let last = yield_!(kept);
    kept + last
}

#[antiphon::coroutine(yield = u64, send = u64)]
pub(crate) fn sent_values_in_one_expression() -> u64 {
    yield_!(1) + yield_!(2) * yield_!(3)
}

#[antiphon::coroutine(yield = u64)]
fn inner(n: u64) -> u64 {
    let local = black_box(n as u32);
    yield_!(n);
    yield_!(u64::from(local));
    n
}

#[antiphon::coroutine(yield = u64)]
fn middle(n: u64) -> u64 {
    let local = black_box(n as u16);
    let returned = yield_from!(inner(n + 1));
    yield_!(returned);
    returned + u64::from(local)
}

#[antiphon::coroutine(yield = u64)]
pub(crate) fn delegation(n: u64) {
    let local = black_box(n);
    let returned = yield_from!(middle(n + 1));
    yield_!(returned + local);
}

#[antiphon::coroutine(yield = u64)]
pub(crate) fn delegation_to_an_iterator(n: u64) {
    yield_from!(0..n);
    yield_!(n);
}

#[antiphon::coroutine(yield = u64)]
pub(crate) fn delegation_to_a_box(n: u64) {
    let returned = yield_from!(Box::pin(inner(n)));
    yield_!(returned);
}

#[antiphon::coroutine(yield = u64)]
pub(crate) fn tuple_pattern((a, b): (u64, u32)) {
    yield_!(a);
    yield_!(u64::from(b));
    yield_!(a);
}

#[antiphon::coroutine(yield = u64)]
pub(crate) fn nested_loops(rows: u64, columns: u64) {
    for row in 0..rows {
        for column in 0..columns {
            yield_!(row * column);
        }
    }
}

#[antiphon::coroutine(yield = u64)]
pub(crate) fn branches(left: bool) {
    if left {
        let state = black_box([1_u64; 4]);
        yield_!(state[0]);
        yield_!(state[3]);
    } else {
        let state = black_box([2_u64; 3]);
        yield_!(state[0]);
        yield_!(state[2]);
    }
}

#[antiphon::coroutine(yield = u64)]
pub(crate) fn borrowed_local(n: u64) {
    let text = n.to_string();
    for digit in text.chars() {
        yield_!(u64::from(digit));
    }
}
