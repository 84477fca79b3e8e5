#[antiphon::coroutine(yield = u32, sent = u32)]
const fn numbers(list: Vec<u32>) -> ! {
    list.iter().for_each(|n| yield_!(n));
    yield_!(1, 2);
    list.into_iter().for_each(|list| yield_from!(list));
}

fn main() {}
