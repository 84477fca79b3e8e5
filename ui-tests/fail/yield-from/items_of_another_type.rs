#[antiphon::coroutine(yield = u32)]
fn parent() {
    yield_from!(["a", "b"]);
}

fn main() {}
