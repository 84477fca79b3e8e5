trait Shape {
    #[antiphon::coroutine(yield = u32, boxed)]
    fn corners(&self);

    #[antiphon::coroutine(yield = u32, boxed)]
    fn twice(self: Box<Self>) {
        yield_from!(self.corners());
        yield_from!(self.corners());
    }
}

impl Shape for u32 {
    #[antiphon::coroutine(yield = u32, boxed)]
    fn corners(&self) {
        yield_!(*self);
    }
}

fn main() {
    let shape: Box<dyn Shape> = Box::new(3);
    assert!(shape.corners().eq([3]));
    assert!(shape.twice().eq([3, 3]));
}
