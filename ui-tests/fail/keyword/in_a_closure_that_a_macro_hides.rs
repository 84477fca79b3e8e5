macro_rules! later {
    ($code:expr) => {
        || $code
    };
}

antiphon::coroutines! {
    #[coroutine(yield = u32)]
    fn numbers() {
        let _later = later!(yield 1);
    }
}

fn main() {}
