#[antiphon::coroutine(yield = u32)]
fn waits(ready: std::future::Ready<u32>) {
    let n = ready.await;
    yield_!(n);
}

fn main() {}
