trait Numbers {
    #[antiphon::coroutine(yield = u32)]
    fn all(&self);
}

struct UpTo(u32);

impl Numbers for UpTo {
    #[antiphon::coroutine(yield = u32, takes = u32)]
    fn all(&self) {
        (0..self.0).for_each(|n| yield_!(n));
    }
}

fn main() {
    assert_eq!(UpTo(2).all().into_iter().count(), 2);
}
