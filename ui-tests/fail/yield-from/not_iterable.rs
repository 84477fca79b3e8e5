#[antiphon::coroutine(yield = u32)]
fn parent() {
    yield_from!(5);
}

fn main() {}
