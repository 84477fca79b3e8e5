//! A generator cut in two.
//!
//! A part of the body becomes a generator of its own, and nobody outside can tell.
//! `yield_from!` takes iterators too.

#[antiphon::coroutine(yield = u32)]
fn hill(top: u32) {
    for height in 1..=top {
        yield_!(height);
    }
    for height in (1..top).rev() {
        yield_!(height);
    }
}

#[antiphon::coroutine(yield = u32)]
fn hill_of_two_sides(top: u32) {
    yield_from!(ascent(top));
    yield_from!(descent(top));
}

#[antiphon::coroutine(yield = u32)]
fn ascent(top: u32) {
    for height in 1..=top {
        yield_!(height);
    }
}

#[antiphon::coroutine(yield = u32)]
fn descent(top: u32) {
    yield_from!((1..top).rev());
}

pub(crate) fn main() {
    println!("in one piece: {:?}", Vec::from_iter(hill(4)));
    println!("cut in two:   {:?}", Vec::from_iter(hill_of_two_sides(4)));
}
