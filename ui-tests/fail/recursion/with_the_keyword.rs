antiphon::coroutines! {
    #[coroutine(yield = u32)]
    fn countdown(n: u32) {
        yield n;
        yield_from!(countdown(n - 1));
    }
}

fn main() {
    for _n in countdown(1) {}
}
