#[antiphon::coroutine(yield = usize)]
fn doubled(mut list: Vec<u32>) {
    for n in &list {
        yield_!(list.len());
        list.push(*n);
    }
}

fn main() {
    for _n in doubled(vec![1]) {}
}
