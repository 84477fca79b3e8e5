#[antiphon::coroutine(yield, send = )]
fn numbers() {
    yield_!();
}

fn main() {}
