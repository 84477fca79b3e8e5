#[antiphon::coroutine(yield = u32)]
fn numbers() {
    let n = ;
    yield_!(1);
}

fn main() {
    let first: Option<u32> = numbers().into_iter().next();
    println!("{first:?}");
}
