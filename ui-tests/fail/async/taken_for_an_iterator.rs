#[antiphon::coroutine(yield = u32)]
async fn numbers() {
    yield_!(1);
}

fn main() {
    numbers().for_each(drop);
    for _n in numbers() {}
}
