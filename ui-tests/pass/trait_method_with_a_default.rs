trait Named {
    fn name(&self) -> &str;

    #[antiphon::coroutine(yield = char)]
    fn letters(&self) {
        yield_from!(self.name().chars());
    }
}

impl Named for u8 {
    fn name(&self) -> &str {
        "u8"
    }
}

fn main() {
    assert!(7u8.letters().into_iter().eq("u8".chars()));
}
