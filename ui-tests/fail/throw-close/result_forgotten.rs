#[antiphon::coroutine(yield = u32, send = u32, throw = String)]
fn f() -> u32 {
    let sent: u32 = yield_!(1);
    sent + 1
}

fn main() {
    f();
}
