#![deny(unused)]

#[antiphon::coroutine(yield = u32)]
fn numbers(mut list: Vec<u32>) {
    let unused = 1;
    yield_!(1);
    return;
    yield_!(2);
}

#[antiphon::coroutine(yield = u32)]
fn other() {
    "a".len();
    yield_!(1)
}

fn main() {
    numbers(vec![]);
    for _ in other() {}
}
