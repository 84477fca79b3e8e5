#[antiphon::coroutine(yield = u32, send = u32, throw = String)]
fn f() -> Result<u32, std::fmt::Error> {
    Ok(yield_!(1)?)
}

fn main() {
    f();
}
