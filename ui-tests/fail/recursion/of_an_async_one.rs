#[antiphon::coroutine(yield = u32)]
async fn countdown(n: u32) {
    yield_!(n);
    if n > 0 {
        yield_from!(countdown(n - 1));
    }
}

fn main() {
    let _c = countdown(1);
}
