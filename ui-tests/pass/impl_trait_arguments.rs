#[antiphon::coroutine(yield = T)]
fn chained<T>(first: impl IntoIterator<Item = T>, second: impl Iterator<Item = T> + Clone) {
    yield_from!(first);
    yield_from!(second.clone());
    yield_from!(second);
}

fn main() {
    assert!(chained([1], 2..3).into_iter().eq([1, 2, 2]));
}
