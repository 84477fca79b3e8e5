//! Rule 3.10: what is closed, and in which order.

use super::*;

#[test]
fn rule_3_10_close_goes_innermost_first_and_is_seen_by_the_parent_too() {
    // The child's return value is not the parent's, whatever the child makes of its close.
    for temper in [Temper::Plain, Temper::GoesOn, Temper::Returns] {
        each_way(temper, |mut c, log| {
            assert_eq!(c.close(), Ok(Some(Ok(0))));
            assert_eq!(log.take(), ["child closed", "child's", "parent closed", "parent's"]);
        });
    }
}

#[test]
fn rule_3_10_a_child_that_fails_while_it_is_closed_fails_at_the_expression() {
    each_way(Temper::Fails, |mut c, log| {
        // The parent goes on after the expression, yields, and so ignores its close.
        assert_eq!(c.close(), Err(CloseError::Yielded(2)));
        assert_eq!(log.take(), ["child closed", "child's", "error", "parent's"]);
    });

    #[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close)]
    fn passes_on(log: Log, way: Way) -> Returned {
        let child = child(log, Temper::Fails);
        let value = match way {
            Way::ByValue => yield_from!(child),
            Way::InFrame => yield_from!(box child),
            Way::Boxed => yield_from!(child.boxed()),
            _ => yield_from!(Box::pin(child)),
        };
        Ok(value.map_err(|GeneratorExit| "closed")?? + 1)
    }
    for way in WAYS {
        let mut c = passes_on(Log::new(), way).boxed();
        c.start();
        assert_eq!(c.close(), Ok(Some(Err("cannot clean up"))), "{way:?}");
        let mut c = pin!(passes_on(Log::new(), way));
        c.start();
        assert_eq!(c.close(), Ok(Some(Err("cannot clean up"))), "{way:?}");
    }
}

#[test]
fn rule_3_10_also_in_a_parent_that_does_not_see_its_close() {
    #[antiphon::coroutine(yield = u32, send = u32)]
    fn blind(log: Log, level: u32) -> Result<u32, String> {
        let _guard = log.guard("parent's");
        if level > 0 {
            return Ok(yield_from!(box blind(log.clone(), level - 1))? + 1);
        }
        Ok(yield_from!(child(log.clone(), Temper::Fails)).map_err(str::to_owned)? + 1)
    }
    for level in 0..3 {
        let log = Log::new();
        let mut c = blind(log.clone(), level).boxed();
        c.start();
        assert_eq!(c.close(), Ok(Some(Err("cannot clean up".to_owned()))));
        let mut expected = vec!["child closed", "child's"];
        expected.extend((0..=level).map(|_| "parent's"));
        assert_eq!(log.take(), expected);
        let mut c = pin!(blind(log.clone(), level));
        c.start();
        assert_eq!(c.close(), Ok(Some(Err("cannot clean up".to_owned()))));
    }
}

#[test]
fn rule_3_10_a_child_that_is_running_cannot_be_closed_and_nothing_is() {
    type Meddler = Shared<Pin<Box<dyn Coroutine<Yield = u32, Send = (), Return = ()>>>>;
    type Handle = std::rc::Rc<std::cell::RefCell<Option<Meddler>>>;

    /// Closes its parent while it runs.
    #[antiphon::coroutine(yield = u32)]
    fn closes(parent: Handle, log: Log) {
        yield_!(1);
        let mut parent = parent.borrow().clone().expect("a handle");
        assert_eq!(parent.close().unwrap_err(), CloseError::Running);
        assert_eq!(parent.status(), Status::Suspended);
        log.note("refused");
        yield_!(2);
    }
    #[antiphon::coroutine(yield = u32)]
    fn blind(child: Meddler, depth: u32) {
        if depth > 0 { yield_from!(box blind(child, depth - 1)) } else { yield_from!(child) }
    }
    #[antiphon::coroutine(yield = u32, close)]
    fn observing(child: Meddler, depth: u32, log: Log) {
        let told =
            if depth > 0 { yield_from!(box observing(child, depth - 1, log.clone())) } else { yield_from!(child) };
        log.note(if told.is_ok() { "value" } else { "closed" });
    }
    for depth in 0..3 {
        for sees_it in [false, true] {
            for boxed in [false, true] {
                let log = Log::new();
                let handle = Handle::default();
                let erased: Pin<Box<dyn Coroutine<Yield = u32, Send = (), Return = ()>>> =
                    Box::pin(closes(handle.clone(), log.clone()));
                let mut child = Shared::new(erased);
                let erased: Pin<Box<dyn Coroutine<Yield = u32, Send = (), Return = ()>>> = match (sees_it, boxed) {
                    (false, false) => Box::pin(blind(child.clone(), depth)),
                    (false, true) => Box::pin(blind(child.clone(), depth).boxed()),
                    (true, false) => Box::pin(observing(child.clone(), depth, log.clone())),
                    (true, true) => Box::pin(observing(child.clone(), depth, log.clone()).boxed()),
                };
                let mut parent = Shared::new(erased);
                *handle.borrow_mut() = Some(parent.clone());
                assert_eq!(parent.next(), Some(1));
                // Not through its parent.
                assert_eq!(child.next(), Some(2));
                assert_eq!(log.take(), ["refused"]);
                // The parent goes on, and its child returns as if nothing had been.
                assert_eq!(parent.next(), None);
                let values = if sees_it { depth as usize + 1 } else { 0 };
                assert_eq!(log.take(), vec!["value"; values]);
                handle.borrow_mut().take();
            }
        }
    }
}

#[test]
fn rule_3_10_a_child_that_yields_while_it_is_closed() {
    each_way(Temper::Ignores, |mut c, log| {
        assert_eq!(c.close(), Err(CloseError::Yielded(99)));
        assert_eq!(log.take(), ["child closed", "child's", "parent's"]);
        assert_eq!(c.status(), Status::Finished);
    });
}

#[test]
fn rule_3_10_a_child_that_panics_while_it_is_closed() {
    each_way(Temper::Panics, |mut c, log| {
        assert!(catch_unwind(AssertUnwindSafe(|| c.close())).is_err());
        assert_eq!(log.take(), ["child closed", "child's", "parent's"]);
        assert_eq!(c.status(), Status::Poisoned);
    });
}

#[test]
fn rule_3_10_a_parent_that_does_not_see_its_close_closes_its_child_all_the_same() {
    #[antiphon::coroutine(yield = u32, send = u32)]
    fn blind(log: Log, temper: Temper, level: u32) -> u32 {
        let _guard = log.guard("parent's");
        if level > 0 {
            return if level % 2 == 0 {
                yield_from!(box blind(log.clone(), temper, level - 1))
            } else {
                yield_from!(Box::pin(blind(log.clone(), temper, level - 1)))
            };
        }
        yield_from!(child(log.clone(), temper)).unwrap_or(0)
    }
    for level in 0..4 {
        for boxed in [false, true] {
            for temper in [Temper::Plain, Temper::Ignores, Temper::Panics] {
                let log = Log::new();
                let c = blind(log.clone(), temper, level);
                let mut c: Pin<Box<dyn Coroutine<Yield = u32, Send = u32, Return = u32>>> =
                    if boxed { Box::pin(c.boxed()) } else { Box::pin(c) };
                assert_eq!(c.start(), Yielded(10));
                let closed = catch_unwind(AssertUnwindSafe(|| c.close()));
                match temper {
                    Temper::Plain => assert_eq!(closed.unwrap(), Ok(None)),
                    Temper::Ignores => assert_eq!(closed.unwrap(), Err(CloseError::Yielded(99))),
                    _ => assert!(closed.is_err()),
                }
                let mut expected = vec!["child closed", "child's"];
                expected.extend((0..=level).map(|_| "parent's"));
                assert_eq!(log.take(), expected);
                assert_ne!(c.status(), Status::Suspended);
            }
        }
    }
}

#[test]
fn rule_3_10_what_the_cleanup_delegates_to_is_not_being_closed() {
    #[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close)]
    fn no_yield() -> Returned {
        Ok(3)
    }
    #[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close)]
    fn cleans_up(depth: u32) -> Returned {
        let value = if depth == 0 { yield_!(1).map(|_| Ok(1)) } else { yield_from!(box cleans_up(depth - 1)) };
        assert_eq!(value, Err(GeneratorExit));
        let mut sum = 0;
        for _ in 0..2 {
            sum += yield_from!(no_yield()).expect("not closed")?;
            sum += yield_from!(box no_yield()).expect("not closed")?;
            sum += yield_from!(no_yield().boxed()).expect("not closed")?;
            sum += yield_from!(Box::pin(no_yield())).expect("not closed")?;
        }
        Ok(sum)
    }
    for depth in 0..3 {
        let mut c = pin!(cleans_up(depth));
        c.start();
        assert_eq!(c.close(), Ok(Some(Ok(24))));
        let mut c = cleans_up(depth).boxed();
        c.start();
        assert_eq!(c.close(), Ok(Some(Ok(24))));
    }
}

#[test]
fn rule_3_10_through_a_child_by_value_that_has_a_frame_above() {
    #[antiphon::coroutine(yield = u32, close)]
    fn leaf() -> u32 {
        let _ = yield_!(1);
        1
    }
    #[antiphon::coroutine(yield = u32, close)]
    fn middle() -> u32 {
        yield_from!(box leaf()).unwrap_or(2)
    }
    #[antiphon::coroutine(yield = u32, close)]
    fn top() -> Result<u32, GeneratorExit> {
        yield_from!(middle())
    }
    let mut c = pin!(top());
    c.start();
    assert_eq!(c.close(), Ok(Some(Err(GeneratorExit))));
    let mut c = top().boxed();
    c.start();
    assert_eq!(c.close(), Ok(Some(Err(GeneratorExit))));
}

#[test]
fn rule_3_10_of_a_child_by_value_whose_cleanup_takes_a_frame() {
    #[antiphon::coroutine(yield = u32, close)]
    fn cleanup() {}
    #[antiphon::coroutine(yield = u32, close)]
    fn child() -> u32 {
        if yield_!(1).is_err() {
            assert_eq!(yield_from!(box cleanup()), Ok(()));
        }
        1
    }
    #[antiphon::coroutine(yield = u32, close)]
    fn top() -> Result<u32, GeneratorExit> {
        yield_from!(child())
    }
    let mut c = top().boxed();
    c.start();
    assert_eq!(c.close(), Ok(Some(Err(GeneratorExit))));
}
