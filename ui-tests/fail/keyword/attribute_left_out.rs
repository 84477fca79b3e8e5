antiphon::coroutines! {
    fn once(n: u32) -> impl Iterator<Item = u32> {
        yield n;
        yield n + 1;
    }
}

fn main() {
    for _n in once(1) {}
}
