#[antiphon::coroutine(yield = u32)]
fn numbers() -> u32 {
    yield_from!(return 1);
}

fn main() {
    for _n in numbers() {}
}
