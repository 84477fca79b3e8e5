#[antiphon::coroutine(yield = u32, boxed)]
async fn f() {
    yield_!(1);
}

fn main() {
    f();
}
