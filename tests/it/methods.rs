//! Methods, with any receiver, and trait methods.

use antiphon::prelude::*;
use std::pin::{Pin, pin};
use std::rc::Rc;

struct Shelf {
    books: Vec<String>,
    read: u32,
}

impl Shelf {
    /// Borrows the shelf.
    #[antiphon::coroutine(yield = &str)]
    fn titles(&self) -> usize {
        for book in &self.books {
            yield_!(book);
        }
        self.books.len()
    }

    #[antiphon::coroutine(yield = u32, send = u32)]
    fn count(&mut self) {
        loop {
            self.read += yield_!(self.read);
        }
    }

    #[antiphon::coroutine(yield = String)]
    fn empty(self) -> u32 {
        yield_from!(self.books);
        self.read
    }

    #[antiphon::coroutine(yield = usize)]
    fn shared(self: Rc<Self>, from: usize) {
        yield_from!(from..self.books.len());
    }

    #[antiphon::coroutine(yield = usize)]
    fn pinned(self: Pin<&mut Self>) {
        yield_!(self.books.len());
    }

    #[antiphon::coroutine(yield = u32)]
    fn associated(n: u32) {
        yield_!(n);
        yield_from!(Self::helper(n));
    }

    #[antiphon::coroutine(yield = u32)]
    fn helper(n: u32) {
        yield_!(n + 1);
    }
}

fn shelf() -> Shelf {
    Shelf { books: vec!["Emma".into(), "Ulysses".into()], read: 1 }
}

#[test]
fn every_receiver() {
    let mut owned = shelf();
    assert!(owned.titles().into_iter().eq(["Emma", "Ulysses"]));
    {
        let mut c = pin!(owned.count());
        assert_eq!([c.start(), c.send(4), c.send(1)], [1, 5, 6].map(Yielded));
    }
    assert_eq!(owned.read, 6);
    let mut c = pin!(owned.empty());
    assert_eq!(c.by_ref().collect::<Vec<_>>(), ["Emma", "Ulysses"]);
    assert!(Rc::new(shelf()).shared(1).into_iter().eq([1]));
    assert!(Pin::new(&mut shelf()).pinned().into_iter().eq([2]));
    assert!(Shelf::associated(1).into_iter().eq([1, 2]));
}

trait Walk {
    #[antiphon::coroutine(yield = u32)]
    fn walk(&self) -> &str;

    #[antiphon::coroutine(yield = u32)]
    fn twice(&self) {
        yield_from!(self.walk());
        yield_from!(self.walk());
    }
}

impl Walk for String {
    #[antiphon::coroutine(yield = u32)]
    fn walk(&self) -> &str {
        yield_from!(self.bytes().map(u32::from));
        self
    }
}

#[test]
fn of_traits() {
    assert!("ab".to_owned().twice().into_iter().eq([97, 98, 97, 98]));
    let text = "a".to_owned();
    let mut c = pin!(text.walk());
    assert_eq!([c.resume(), c.resume()], [Yielded(97), Complete("a")]);
}
