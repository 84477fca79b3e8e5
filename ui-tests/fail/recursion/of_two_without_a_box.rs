#[antiphon::coroutine(yield = u32)]
fn even(n: u32) {
    yield_!(n);
    yield_from!(odd(n + 1));
}

#[antiphon::coroutine(yield = u32)]
fn odd(n: u32) {
    yield_!(n);
    yield_from!(even(n + 1));
}

fn main() {}
