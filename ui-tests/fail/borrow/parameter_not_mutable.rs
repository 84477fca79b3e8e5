#[antiphon::coroutine(yield = usize)]
fn lengths(list: Vec<u8>) {
    yield_!(list.len());
    list.push(1);
}

fn main() {}
