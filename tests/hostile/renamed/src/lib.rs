//! Coroutines of a dependency that was renamed.

/// Numbers, through every kind of expression that an expansion makes.
#[choir::coroutine(yield = u32, crate = choir)]
pub fn numbers(n: u32) {
    yield_!(n);
    yield_from!([n + 1]);
    let texts = [format!("{:?}", yield_!(n + 2)), format!("{:?}", yield_from!(Some(n + 3)))];
    assert_eq!(texts, ["()", "()"]);
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_runs() {
        assert!(super::numbers(1).into_iter().eq(1..5));
    }
}
