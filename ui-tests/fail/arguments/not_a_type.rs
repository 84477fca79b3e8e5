#[antiphon::coroutine(yield = 5)]
fn numbers() {
    yield_!(1);
}

fn main() {}
