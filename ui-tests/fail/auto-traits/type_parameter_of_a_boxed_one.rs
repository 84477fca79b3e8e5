#[antiphon::coroutine(yield = T, boxed = Send)]
fn all<T>(list: Vec<T>) {
    for item in list {
        yield_!(item);
    }
}

#[antiphon::coroutine(yield = u32, boxed = Send)]
fn numbers(list: impl Iterator<Item = u32>) {
    for number in list {
        yield_!(number);
    }
}

fn main() {}
