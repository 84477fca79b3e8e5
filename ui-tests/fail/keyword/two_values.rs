antiphon::coroutines! {
    #[coroutine(yield = (u32, u32))]
    fn pairs() {
        yield 1, 2;
        let _sent = yield 3, 4;
    }
}

fn main() {
    for _pair in pairs() {}
}
