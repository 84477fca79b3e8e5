//! What a resume costs by depth, and a walk through a tree: `cargo bench -p antiphon-benches --bench depth`.

use std::hint::black_box;
use std::pin::Pin;
use std::time::{Duration, Instant};

use antiphon::Boxed;

const ROUNDS: usize = 7;
const RESUMES: u32 = 20_000;

#[antiphon::coroutine(yield = u32)]
fn numbers() {
    for n in 0.. {
        yield_!(n);
    }
}

/// Frames on the driver's stack.
#[antiphon::coroutine(yield = u32)]
fn frames(depth: u32) {
    if depth == 0 {
        yield_from!(numbers());
    } else {
        yield_from!(box frames(depth - 1));
    }
}

/// Each level polls the next.
#[antiphon::coroutine(yield = u32)]
fn polls(depth: u32) {
    if depth == 0 {
        yield_from!(numbers());
    } else {
        yield_from!(Box::pin(polls(depth - 1)));
    }
}

struct Tree {
    left: Option<Box<Tree>>,
    value: u32,
    right: Option<Box<Tree>>,
}

impl Tree {
    /// A balanced one, with the values of a range.
    fn new(from: u32, to: u32) -> Option<Box<Tree>> {
        (from < to).then(|| {
            let value = from.midpoint(to);
            Box::new(Tree { left: Tree::new(from, value), value, right: Tree::new(value + 1, to) })
        })
    }

    #[antiphon::coroutine(yield = u32)]
    fn in_frames(&self) {
        if let Some(left) = &self.left {
            yield_from!(box left.in_frames());
        }
        yield_!(self.value);
        if let Some(right) = &self.right {
            yield_from!(box right.in_frames());
        }
    }

    #[antiphon::coroutine(yield = u32)]
    fn in_polls(&self) {
        if let Some(left) = &self.left {
            yield_from!(Box::pin(left.in_polls()));
        }
        yield_!(self.value);
        if let Some(right) = &self.right {
            yield_from!(Box::pin(right.in_polls()));
        }
    }

    fn by_hand(&self) -> ByHand<'_> {
        let mut walk = ByHand { waiting: Vec::new() };
        walk.push(Some(self));
        walk
    }
}

/// An iterator with an explicit stack.
struct ByHand<'a> {
    waiting: Vec<&'a Tree>,
}

impl<'a> ByHand<'a> {
    fn push(&mut self, mut tree: Option<&'a Tree>) {
        while let Some(node) = tree {
            self.waiting.push(node);
            tree = node.left.as_deref();
        }
    }
}

impl Iterator for ByHand<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let node = self.waiting.pop()?;
        self.push(node.right.as_deref());
        Some(node.value)
    }
}

/// The time of `run`, per item, the best of some rounds.
fn per_item(items: u32, mut run: impl FnMut()) -> f64 {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed());
    }
    best.as_nanos() as f64 / f64::from(items)
}

fn resumes(mut items: impl Iterator<Item = u32>) -> f64 {
    black_box(items.next());
    per_item(RESUMES, || assert_eq!(items.by_ref().take(RESUMES as usize).map(black_box).count(), RESUMES as usize))
}

fn main() {
    println!("{:>12} {:>14} {:>14}", "depth", "frames, ns", "polls, ns");
    for depth in [1, 10, 100, 1_000, 100_000, 1_000_000] {
        let frames = resumes(black_box(frames(depth).boxed()));
        // Nested polls take native stack by their depth.
        let polls = (depth <= 1_000).then(|| {
            let c: Pin<Box<_>> = Box::pin(polls(depth));
            resumes(black_box(c))
        });
        println!("{depth:>12} {frames:>14.1} {:>14}", polls.map_or("-".to_owned(), |ns| format!("{ns:.1}")));
    }

    // One that stays in a processor's caches, and one that does not.
    walks(10);
    walks(20);
}

/// Walks through a balanced tree of `2^height - 1` nodes.
fn walks(height: u32) {
    let nodes = (1 << height) - 1;
    let tree = Tree::new(0, nodes).expect("a tree with nodes");
    let sum = u64::from(nodes) * u64::from(nodes - 1) / 2;
    let walk = |items: &mut dyn Iterator<Item = u32>| assert_eq!(items.map(u64::from).sum::<u64>(), sum);
    // As many nodes in all, whatever the tree's size.
    let times = 1 << (20 - height);
    let per_node = |run: &dyn Fn()| per_item(nodes * times, || (0..times).for_each(|_| run()));
    let by_hand = per_node(&|| walk(&mut tree.by_hand()));
    // As a resume of a boxed coroutine is: not inlined into the loop that sums up.
    let called = per_node(&|| {
        let mut items: Box<dyn Iterator<Item = u32>> = black_box(Box::new(tree.by_hand()));
        walk(&mut *items);
    });
    let in_frames = per_node(&|| {
        let mut items: Boxed<'_, _, _, _> = tree.in_frames().boxed();
        walk(&mut items);
    });
    let in_polls = per_node(&|| walk(&mut Box::pin(tree.in_polls())));
    println!("\nin-order walk of {nodes} nodes, ns per node");
    println!("{:>12} {by_hand:>14.1}", "by hand");
    println!("{:>12} {called:>14.1} {:>8.2} x by hand", "called", called / by_hand);
    println!("{:>12} {in_frames:>14.1} {:>8.2} x by hand", "frames", in_frames / by_hand);
    println!("{:>12} {in_polls:>14.1} {:>8.2} x frames", "polls", in_polls / in_frames);
}
