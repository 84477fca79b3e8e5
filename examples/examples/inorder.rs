//! Sorts integers with a binary search tree that nobody balances.
//!
//! ```text
//! cargo run --release --example inorder -- [FILE]
//! seq 200000 | cargo run --release --example inorder
//! ```
//!
//! Numbers that come in order make a tree as deep as there are numbers. The coroutine `in_order` recurses through it
//! nevertheless: its frames are on the heap, and to resume the deepest costs no more than to resume the first. What is
//! not an integer of 64 bits is reported and left out.

use std::ffi::OsString;
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, mem};

use antiphon::Boxed;

struct Node {
    left: Option<usize>,
    value: i64,
    right: Option<usize>,
}

/// Nodes point at each other by index: were they boxes, dropping the tree would take as much native stack as it is deep.
#[derive(Default)]
struct Tree {
    /// The first is the root.
    nodes: Vec<Node>,
    least: usize,
    greatest: usize,
}

impl Tree {
    #[antiphon::coroutine(yield = i64)]
    fn in_order(&self, node: Option<usize>) {
        if let Some(node) = node.and_then(|node| self.nodes.get(node)) {
            yield_from!(box self.in_order(node.left));
            yield_!(node.value);
            yield_from!(box self.in_order(node.right));
        }
    }

    fn insert(&mut self, value: i64) {
        let (mut at, new) = (0, self.nodes.len());
        // At its ends the tree grows without a search, which in a deep tree would be a long one for each number.
        if self.nodes.get(self.least).is_none_or(|least| value < least.value) {
            at = mem::replace(&mut self.least, new);
        } else if value >= self.nodes[self.greatest].value {
            at = mem::replace(&mut self.greatest, new);
        }
        while let Some(node) = self.nodes.get_mut(at) {
            let child = if value < node.value { &mut node.left } else { &mut node.right };
            at = *child.get_or_insert(new);
        }
        self.nodes.push(Node { left: None, value, right: None });
    }
}

fn print(values: Boxed<'_, i64>) -> io::Result<()> {
    let mut output = BufWriter::new(io::stdout().lock());
    for value in values {
        writeln!(output, "{value}")?;
    }
    output.flush()
}

fn complain(message: &str) -> ExitCode {
    // `eprintln!` would panic if standard error is closed.
    let _ = writeln!(io::stderr(), "inorder: {message}");
    ExitCode::FAILURE
}

fn read_standard_input() -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    io::stdin().lock().read_to_end(&mut text)?;
    Ok(text)
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let (name, text) = match arguments.as_slice() {
        [] => ("standard input".into(), read_standard_input()),
        [file] => (Path::new(file).display().to_string(), fs::read(file)),
        _ => {
            complain("too many arguments\nusage: inorder [FILE]");
            return ExitCode::from(2);
        }
    };
    let text = match text {
        Ok(text) => text,
        Err(error) => return complain(&format!("{name}: {error}")),
    };
    let (mut tree, mut code) = (Tree::default(), ExitCode::SUCCESS);
    for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        for word in String::from_utf8_lossy(line).split_whitespace() {
            match word.parse() {
                Ok(value) => tree.insert(value),
                Err(reason) => code = complain(&format!("{name}: line {number}: `{word}`: {reason}")),
            }
        }
    }
    match print(tree.in_order(Some(0)).boxed()) {
        // A reader who has gone away wants no more and no complaint.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => complain(&format!("standard output: {error}")),
        _ => code,
    }
}
