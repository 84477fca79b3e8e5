antiphon::coroutines! {
    #[coroutine(yield = u32)]
    fn numbers() {
        yield from other();
    }

    #[coroutine(yield = u32)]
    fn other() {
        yield 1;
    }
}

fn main() {}
