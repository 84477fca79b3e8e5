antiphon::coroutines! {
    #[coroutine(yield = u32)]
    fn numbers() {
        yield from other();
        yield from [1, 2];
    }

    #[coroutine(yield = u32)]
    fn other() {
        yield 1;
    }
}

fn main() {}
