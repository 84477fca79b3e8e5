#[antiphon::coroutine(yield = u32)]
fn firsts(lists: Vec<Vec<u32>>) {
    for list in lists {
        yield_!(*list.first()?);
    }
}

fn main() {}
