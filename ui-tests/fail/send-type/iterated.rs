#[antiphon::coroutine(yield = u32, send = u32)]
fn echo() {
    yield_!(1);
}

fn main() {
    for n in echo() {
        println!("{n}");
    }
}
