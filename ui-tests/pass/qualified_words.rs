#[antiphon::coroutine(yield = u32)]
fn numbers() {
    antiphon::yield_!(1);
    yield_![2];
    yield_! { 3 }
    yield_from!([4]);
}

fn main() {
    assert!(numbers().into_iter().eq(1..5));
}
