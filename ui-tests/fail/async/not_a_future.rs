#[antiphon::coroutine(yield = u32)]
async fn f() {
    yield_!(5_u32.await);
}

fn main() {
    f();
}
