trait Shape {
    #[antiphon::coroutine(yield = u32)]
    fn corners(&self);
}

struct Square(u32);

impl Shape for Square {
    #[antiphon::coroutine(yield = u32)]
    fn corners(&self) {
        yield_from!([0, self.0]);
    }
}

fn main() {
    assert!(Square(2).corners().into_iter().eq([0, 2]));
}
