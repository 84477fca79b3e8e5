#[antiphon::coroutine(yield = u32)]
fn flattened(lists: Vec<Vec<u32>>) {
    lists.into_iter().for_each(|list| yield_from!(list));
}

fn main() {}
