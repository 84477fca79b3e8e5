antiphon::coroutines! {
    const NUMBERS: [u32; 1] = [yield 1];
}

fn main() {}
