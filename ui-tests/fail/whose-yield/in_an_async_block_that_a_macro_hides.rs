macro_rules! later {
    ($code:expr) => {
        async { $code }
    };
}

#[antiphon::coroutine(yield = u32)]
fn numbers() {
    let _later = later!(yield_!(1));
    let _also = later!(yield_from!([1]));
}

fn main() {}
