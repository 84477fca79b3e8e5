// Its expansion could not be parsed.
#[antiphon::coroutine(yield = u32, crate = antiphon<u8>)]
fn f() {
    yield_!(1);
}
