struct Tree(Vec<Tree>);

impl Tree {
    #[antiphon::coroutine(yield = usize)]
    fn depths(tree: &Tree, depth: usize) {
        yield_!(depth);
        for child in &tree.0 {
            yield_from!(Self::depths(child, depth + 1));
        }
    }
}

fn main() {
    for _depth in Tree::depths(&Tree(vec![]), 0) {}
}
