#[antiphon::coroutine(yield = u32)]
struct Numbers {
    next: u32,
}

#[antiphon::coroutine]
pub const NUMBERS: u32 = 1;

#[antiphon::coroutine]
impl Numbers {
    fn numbers() {}
}

fn main() {}
