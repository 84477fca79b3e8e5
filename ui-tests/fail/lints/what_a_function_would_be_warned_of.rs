#![deny(unused)]

#[antiphon::coroutine(yield = u32)]
fn numbers(mut list: Vec<u32>, unused: u32, _intended: u32, (left, right): (u32, u32)) {
    let unused_too = format!("{list:?}");
    yield_!(right);
    return;
    yield_!(2);
}

#[antiphon::coroutine(yield = u32)]
fn other() {
    "a".len();
    yield_!(1)
}

fn main() {
    numbers(vec![], 1, 2, (3, 4));
    for _ in other() {}
}
