#[antiphon::coroutine(yield = u32, throw = impl std::error::Error)]
fn f() {
    let _ = yield_!(1);
}

fn main() {
    f().into_iter().next();
}
