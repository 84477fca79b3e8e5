#[antiphon::coroutine(yield = u32, send = String)]
fn parent() {
    yield_from!([1, 2]);
}

fn main() {}
