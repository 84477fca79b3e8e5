#[antiphon::coroutine(yield = u32)]
const fn numbers<'a>(mut n: u32, (_, text): (u8, &'a str)) -> &'a str {
    yield_!(n);
    n += 1;
    text
}

fn main() {
    let mut c = std::pin::pin!(numbers(1, (2, "x")));
    let first: Option<u32> = c.next();
    println!("{first:?}");
}
