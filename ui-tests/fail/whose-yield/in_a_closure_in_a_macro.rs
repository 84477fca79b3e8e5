#[antiphon::coroutine(yield = u32)]
fn numbers(list: Vec<u32>) {
    assert!(list.iter().all(|n| yield_!(*n) == ()), "not all");
}

fn main() {}
