#![deny(warnings)]

trait Chain {
    fn value(&self) -> u32;

    #[antiphon::coroutine(yield = u32, boxed)]
    fn with(self: Box<Self>, other: Self)
    where
        Self: Sized,
    {
        yield_!(self.value());
        yield_!(other.value());
    }

    #[antiphon::coroutine(yield = u32, boxed)]
    fn without(other: Self)
    where
        Self: Sized,
    {
        yield_!(other.value());
    }
}

impl Chain for &u32 {
    fn value(&self) -> u32 {
        **self
    }
}

fn main() {
    let (one, other) = (1, 2);
    assert!(Box::new(&one).with(&other).eq([1, 2]));
    assert!(Chain::without(&one).eq([1]));
}
