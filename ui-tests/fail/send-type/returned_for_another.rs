#[antiphon::coroutine(yield = u32, send = Vec<u64>)]
fn listener() -> String {
    let list = yield_!(1);
    yield_!(list.len() as u32)
}

fn main() {}
