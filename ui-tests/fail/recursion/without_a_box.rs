#[antiphon::coroutine(yield = u32)]
fn countdown(n: u32) {
    yield_!(n);
    if n > 0 {
        yield_from!(countdown(n - 1));
    }
}

fn main() {}
