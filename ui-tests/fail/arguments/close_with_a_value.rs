#[antiphon::coroutine(yield = u32, close = true)]
fn f() {
    let _ = yield_!(1);
}

fn main() {
    f();
}
