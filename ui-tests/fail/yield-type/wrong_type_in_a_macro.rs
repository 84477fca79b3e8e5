#[antiphon::coroutine(yield = u32)]
fn numbers() {
    println!("{:?}", yield_!("two"));
}

fn main() {}
