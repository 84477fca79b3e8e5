struct Tree {
    left: Option<Box<Tree>>,
    value: u32,
}

impl Tree {
    #[antiphon::coroutine(yield = u32)]
    fn walk(&self) {
        if let Some(left) = &self.left {
            yield_from!(left.walk());
        }
        yield_!(self.value);
    }
}

fn main() {}
