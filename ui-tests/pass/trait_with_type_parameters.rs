trait Source<T> {
    type Error;

    #[antiphon::coroutine(yield = &'a T)]
    fn all<'a>(&'a self) -> Result<(), Self::Error>;
}

impl<T: Clone> Source<T> for Vec<T> {
    type Error = String;

    #[antiphon::coroutine(yield = &'a T)]
    fn all<'a>(&'a self) -> Result<(), Self::Error> {
        yield_from!(self.iter());
        Err("end".to_owned())
    }
}

fn main() {
    use antiphon::prelude::*;
    let source = vec![1];
    let mut c = std::pin::pin!(source.all());
    assert_eq!(c.start(), Yielded(&1));
    assert_eq!(c.resume(), Complete(Err("end".to_owned())));
}
