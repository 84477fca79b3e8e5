#[antiphon::coroutine(yield = usize)]
fn measured<F>(measure: F, other: fn(&str) -> usize, third: &dyn for<'x> Fn(&'x str) -> &'x str)
where
    F: for<'x> Fn(&'x str) -> usize,
{
    let text = String::from("text");
    yield_!(measure(&text));
    yield_!(other(&text));
    yield_!(third(&text).len());
}

fn main() {
    assert!(measured(|text| text.len(), str::len, &|text| &text[1..]).into_iter().eq([4, 4, 3]));
}
