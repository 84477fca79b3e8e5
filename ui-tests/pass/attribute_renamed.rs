use antiphon::coroutine as generator;

#[self::generator(yield = u32)]
fn numbers() {
    yield_!(1);
}

fn main() {
    assert!(numbers().into_iter().eq([1]));
}
