#[antiphon::coroutine(yield = u32)]
fn parent<C>(child: C) {
    yield_from!(child);
}

fn main() {}
