//! Coroutines in a crate of edition 2021, under every lint group that a careful user turns on.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused, future_incompatible, nonstandard_style, rust_2018_idioms)]
#![deny(let_underscore, missing_debug_implementations, single_use_lifetimes, trivial_casts)]
#![deny(unreachable_pub, unused_lifetimes, unused_macro_rules, unused_qualifications, variant_size_differences)]

use std::cell::RefCell;
use std::fmt::Display;

/// `gen` is a name like any other here. What is returned borrows the arguments although the edition would not say so.
#[antiphon::coroutine(yield = String)]
pub fn labelled(gen: &str, items: &[impl Display]) -> usize {
    for (index, item) in items.iter().enumerate() {
        yield_!(format!("{gen}{index}={item}"));
    }
    yield_from!(["a", "b"].map(String::from));
    println!("{:?}", yield_!(String::from("end")));
    items.len()
}

/// The temporary of the last expression is dropped after the locals: this edition's rule, and the reason why this
/// compiles only because `cell` is a parameter.
#[antiphon::coroutine(yield = u32)]
pub fn tail(cell: &RefCell<u32>) -> u32 {
    yield_!(1);
    *cell.borrow()
}

antiphon::coroutines! {
    /// The same with the keyword.
    #[coroutine(yield = String, send = u32)]
    pub fn keyword(gen: &str, items: &[impl Display]) -> u32 {
        let mut sum = 0;
        for item in items {
            sum += yield format!("{gen}{item}");
        }
        let text = format!("{} {}", yield String::new(), sum);
        sum + text.len() as u32
    }
}

/// Anonymous ones.
pub fn anonymous(gen: &[u32]) -> impl Iterator<Item = u32> + '_ {
    let numbers = antiphon::generator!(move {
        for n in gen {
            yield *n;
            yield 2 + n;
        }
    });
    numbers.into_iter()
}

pub mod sample {
    //! The whole surface.
    include!("../../sample.rs");
    include!("../../sample_alloc.rs");
}

#[cfg(test)]
mod tests {
    use super::*;
    use antiphon::prelude::*;

    #[test]
    fn it_runs_with_the_keyword() {
        let mut c = Box::pin(keyword("x", &[1, 2]));
        assert_eq!([c.start(), c.send(3), c.send(4)], ["x1", "x2", ""].map(|text| Yielded(text.to_owned())));
        assert_eq!(c.send(5), Complete(10));
        assert!(anonymous(&[7]).eq([7, 9]));
    }

    #[test]
    fn the_sample_runs() {
        sample::run_all();
        sample::run_boxed();
    }

    #[test]
    fn it_runs() {
        let items: Vec<_> = labelled("x", &[1, 2]).into_iter().collect();
        assert_eq!(items, ["x0=1", "x1=2", "a", "b", "end"]);
        let cell = RefCell::new(7);
        let mut c = Box::pin(tail(&cell));
        assert_eq!([c.resume(), c.resume()], [Yielded(1), Complete(7)]);
    }

    /// Records when it is dropped.
    struct Note<'a>(&'a RefCell<Vec<&'static str>>, &'static str);

    impl Note<'_> {
        fn value(&self) -> u32 {
            1
        }
    }

    impl Drop for Note<'_> {
        fn drop(&mut self) {
            self.0.borrow_mut().push(self.1);
        }
    }

    #[antiphon::coroutine(yield = u32)]
    fn coroutine(log: &RefCell<Vec<&'static str>>) -> u32 {
        let _local = Note(log, "local");
        if false {
            yield_!(0);
        }
        Note(log, "tail's temporary").value()
    }

    fn function(log: &RefCell<Vec<&'static str>>) -> u32 {
        let _local = Note(log, "local");
        Note(log, "tail's temporary").value()
    }

    #[test]
    fn temporaries_of_the_tail_are_dropped_as_in_a_function_of_this_edition() {
        let (of_coroutine, of_function) = (RefCell::default(), RefCell::default());
        assert_eq!(Box::pin(coroutine(&of_coroutine)).resume(), Complete(1));
        assert_eq!(function(&of_function), 1);
        assert_eq!(of_coroutine, of_function);
        assert_eq!(*of_function.borrow(), ["local", "tail's temporary"]);
    }
}
