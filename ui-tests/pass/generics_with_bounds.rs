use std::fmt::Display;

#[antiphon::coroutine(yield = String)]
fn shown<'a, T: ?Sized, U>(value: &'a T, other: U)
where
    T: Display,
    for<'x> &'x U: IntoIterator<Item = &'x u8>,
{
    yield_!(value.to_string());
    for value in &other {
        yield_!(value.to_string());
    }
}

fn main() {
    assert!(shown("a", vec![1]).into_iter().eq(["a", "1"]));
}
