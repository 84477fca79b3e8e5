#![deny(warnings)]

#[antiphon::coroutine(yield = u32)]
fn sum(#[cfg(any())] missing: Missing, #[cfg(all())] present: u32, #[cfg(all())] (a, _): (u32, u32)) {
    #[cfg(any())]
    yield_!(missing);
    yield_!(present + a);
}

#[cfg(any())]
#[antiphon::coroutine(yield = Missing)]
fn missing() {}

fn main() {
    assert!(sum(1, (2, 3)).into_iter().eq([3]));
}
