#[antiphon::coroutine(yield = u32, send = u8, throw = String, close)]
fn f() -> Result<u8, String> {
    yield_!(1)
}

fn main() {
    f();
}
