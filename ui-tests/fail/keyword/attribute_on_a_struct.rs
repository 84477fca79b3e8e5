antiphon::coroutines! {
    #[coroutine(yield = u32)]
    struct Numbers(u32);

    #[coroutine(yield = u32)]
    fn numbers() {
        yield 1;
    }
}

fn main() {
    for _n in numbers() {}
}
