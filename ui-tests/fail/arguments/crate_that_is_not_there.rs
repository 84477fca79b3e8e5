#[antiphon::coroutine(yield = u32, send = u32, throw = u8, close, boxed, crate = ::antifon)]
fn not_there(n: u32) -> Result<u32, u8> {
    let sent = yield_!(n);
    yield_from!([n]);
    yield_from!(box not_there(n));
    sent.unwrap_or(Ok(1))
}

#[antiphon::coroutine(yield = u32, crate = antiphon::prelude)]
fn another_module() {
    yield_!(1);
    yield_from!([1]);
}

fn main() {
    for _n in another_module() {}
}
