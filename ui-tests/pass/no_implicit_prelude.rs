#![no_implicit_prelude]

#[::antiphon::coroutine(yield = u32, boxed)]
fn boxed(n: u32) -> ::std::option::Option<u32> {
    yield_!(n);
    yield_from!(box plain(n));
    yield_from!(boxed(n))
}

#[::antiphon::coroutine(yield = u32)]
fn plain(n: u32) {
    yield_from!([n, n]);
}

fn main() {
    use ::std::iter::Iterator;
    ::std::assert!(boxed(1).take(9).all(|n| n == 1));
}
