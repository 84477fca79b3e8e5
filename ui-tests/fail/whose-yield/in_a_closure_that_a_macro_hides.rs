macro_rules! later {
    ($code:expr) => {
        || $code
    };
}

#[antiphon::coroutine(yield = u32)]
fn numbers() {
    let _later = later!(yield_!(1));
}

fn main() {}
