use std::cell::RefCell;

#[antiphon::coroutine(yield = u32, boxed = Send)]
fn numbers(list: &RefCell<Vec<u32>>) {
    let length = list.borrow().len();
    yield_!(length as u32);
}

fn main() {
    for _n in numbers(&RefCell::default()) {}
}
