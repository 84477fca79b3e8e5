//! A generator in a `for` loop.
//!
//! The function pauses at each `yield_!` and goes on from there.

#[antiphon::coroutine(yield = u32)]
fn one_two_three() {
    yield_!(1);
    yield_!(2);
    yield_!(3);
}

pub(crate) fn main() {
    for i in one_two_three() {
        println!("{i}");
    }
}
