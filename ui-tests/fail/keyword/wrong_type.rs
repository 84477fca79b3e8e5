antiphon::coroutines! {
    #[coroutine(yield = u32)]
    fn numbers() {
        yield "one";
    }
}

fn main() {}
