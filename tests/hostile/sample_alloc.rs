// As `sample.rs`: what needs an allocator.

/// A tree.
#[derive(Debug, Default)]
pub struct Tree(pub ::std::vec::Vec<Tree>);

/// How deep each node lies.
#[::antiphon::coroutine(yield = usize, boxed)]
pub fn depths(tree: &Tree, depth: usize) {
    yield_!(depth);
    for inner in &tree.0 {
        yield_from!(depths(inner, depth.wrapping_add(1)));
    }
}

/// The same, in frames, and on another thread if need be.
#[::antiphon::coroutine(yield = usize, send = &'a str, throw = (), close, boxed = Send)]
pub fn framed<'a>(tree: Tree, seen: &mut ::std::vec::Vec<&'a str>) -> ::core::result::Result<usize, ()> {
    if let ::core::result::Result::Ok(news) = yield_!(tree.0.len()) {
        seen.push(news?);
        for inner in tree.0 {
            if let ::core::result::Result::Err(::antiphon::GeneratorExit) = yield_from!(box framed_child(inner, "x")) {
                return ::core::result::Result::Err(());
            }
        }
    }
    ::core::result::Result::Ok(1)
}

#[::antiphon::coroutine(yield = usize, send = &'a str, throw = (), close)]
fn framed_child<'a>(tree: Tree, more: &'a str) -> &'a str {
    let _told = yield_!(tree.0.len());
    more
}

/// Drives them all.
///
/// # Panics
///
/// If one does not do what it should.
pub fn run_boxed() {
    use ::antiphon::Coroutine;
    use ::antiphon::CoroutineState::{Complete, Yielded};
    use ::core::iter::Iterator;

    let leaf = || Tree(::std::vec::Vec::new());
    let tree = Tree(::std::vec![leaf(), Tree(::std::vec![leaf()])]);
    ::core::assert!(depths(&tree, 0).eq([0, 1, 1, 2]), "of depths");

    let mut seen = ::std::vec::Vec::new();
    let mut run = framed(tree, &mut seen);
    ::core::assert_eq!(run.start(), Yielded(2), "of framed");
    ::core::assert_eq!(run.send("a"), Yielded(0), "of framed");
    ::core::assert_eq!(run.send("b"), Yielded(1), "of framed");
    ::core::assert_eq!(run.send("c"), Complete(::core::result::Result::Ok(1)), "of framed");
    ::core::mem::drop(run);
    ::core::assert_eq!(seen, ["a"], "of framed");
}
