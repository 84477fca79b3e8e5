// Its expansion could not be parsed.
#[antiphon::coroutine(crate = Self)]
fn f() {
    yield_!(1);
}
