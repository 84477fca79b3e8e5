#[antiphon::coroutine(yield = u32, boxed = Sync)]
fn f() {
    yield_!(1);
}

fn main() {
    f();
}
