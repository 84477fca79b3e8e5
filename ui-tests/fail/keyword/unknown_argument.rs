antiphon::coroutines! {
    #[coroutine(yields = u32)]
    fn numbers() {
        yield 1;
    }
}

fn main() {}
