//! PEP 479, a test for each rule: only a return ends a coroutine.

use antiphon::prelude::*;
use std::pin::pin;

#[test]
fn rule_4_1_the_end_of_an_iterator_in_the_body_is_only_a_value() {
    #[antiphon::coroutine(yield = u8)]
    fn pairs(mut items: std::vec::IntoIter<u8>) -> &'static str {
        loop {
            let (Some(a), Some(b)) = (items.next(), items.next()) else { return "ran out" };
            yield_!(a + b);
        }
    }
    let mut c = pin!(pairs(vec![1, 2, 3].into_iter()));
    assert_eq!([c.resume(), c.resume()], [Yielded(3), Complete("ran out")]);
}

/// `ui-tests/fail/question-mark` has the one that does not return an `Option`.
#[test]
fn rule_4_2_the_question_mark_ends_only_what_says_so() {
    #[antiphon::coroutine(yield = u8)]
    fn pairs(mut items: std::vec::IntoIter<u8>) -> Option<()> {
        loop {
            yield_!(items.next()? + items.next()?);
        }
    }
    let mut c = pin!(pairs(vec![1, 2, 3].into_iter()));
    assert_eq!([c.resume(), c.resume()], [Yielded(3), Complete(None)]);
}

#[test]
fn rule_4_3_afterwards_it_has_finished() {
    #[antiphon::coroutine(yield = u8)]
    fn f(item: Option<u8>) -> Option<()> {
        yield_!(item?);
        None
    }
    let mut c = pin!(f(None));
    assert_eq!(c.resume(), Complete(None));
    assert_eq!(c.status(), Status::Finished);
    assert_eq!(c.next(), None);
}

#[test]
fn rule_4_4_an_error_that_means_the_end_is_an_error() {
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct StopIteration;

    #[antiphon::coroutine(yield = u8, throw = StopIteration)]
    fn inner() -> Result<u8, StopIteration> {
        yield_!(1)?;
        Ok(1)
    }
    #[antiphon::coroutine(yield = u8, throw = StopIteration)]
    fn outer() -> Result<u8, StopIteration> {
        Ok(yield_from!(inner())? + 1)
    }
    let mut c = pin!(outer());
    assert_eq!(c.resume(), Yielded(1));
    assert_eq!(c.throw(StopIteration), Ok(Complete(Err(StopIteration))));
    assert_eq!(c.throw(StopIteration).unwrap_err().into_error(), StopIteration);
}
