antiphon::coroutines! {
    #[coroutine(yield = u32, send)]
    fn first() {
        yield 1, 2;
        let _later = || yield 3;
    }

    fn second() {
        yield 4;
    }

    #[coroutine(yield = u32)]
    const fn third() {
        yield 5;
    }
}

fn main() {}
