//! What the expander is given: the attribute's arguments and the item below it.

use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use crate::choices::Choices;
use crate::{generate, mutate, text};

/// One use of the attribute.
#[derive(Clone, Debug)]
pub struct Input {
    /// What stands in its parentheses.
    pub args: TokenStream,
    /// What it stands on.
    pub item: TokenStream,
}

impl Input {
    /// What a fuzzer's bytes mean: a text with a coroutine is that coroutine, anything else are choices.
    pub fn of_bytes(bytes: &[u8], corpus: &[Input]) -> Input {
        let written = std::str::from_utf8(bytes).ok().and_then(text::tokens);
        let mut found = Vec::new();
        find(written.unwrap_or_default(), &mut found);
        found.into_iter().next().unwrap_or_else(|| Input::chosen(&mut Choices::Bytes(bytes), corpus))
    }

    /// Three in four are mutations of what somebody wrote.
    pub fn chosen(choices: &mut Choices<'_>, corpus: &[Input]) -> Input {
        if corpus.is_empty() || choices.once_in(4) {
            return generate::input(choices);
        }
        let mut input = choices.pick(corpus).clone();
        for _ in 0..=choices.below(4) {
            let donor = choices.pick(corpus);
            if choices.once_in(6) {
                input.args = mutate::mutated(input.args, &donor.args, choices);
            } else {
                input.item = mutate::mutated(input.item, &donor.item, choices);
            }
        }
        input
    }

    /// As it stands in a corpus.
    pub fn text(&self) -> String {
        let Input { args, item } = self;
        text::text(quote!(#[antiphon::coroutine(#args)] #item))
    }
}

/// All coroutines of the repository, in an order that is the same everywhere.
pub fn corpus() -> Vec<Input> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let mut found = Vec::new();
    for folder in ["fuzz/corpus/expand", "tests", "examples", "benches", "ui-tests"] {
        in_folder(&root.join(folder), &mut found);
    }
    found
}

fn in_folder(folder: &Path, found: &mut Vec<Input>) {
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.ends_with("target") {
            in_folder(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let written = fs::read_to_string(path).ok().as_deref().and_then(text::tokens);
            find(written.unwrap_or_default(), found);
        }
    }
}

/// The coroutines in some code, each from its attribute to its body.
fn find(tokens: TokenStream, found: &mut Vec<Input>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for (place, tree) in trees.iter().enumerate() {
        let TokenTree::Group(group) = tree else {
            continue;
        };
        if let Some(args) = args(group.stream()).filter(|_| group.delimiter() == Delimiter::Bracket) {
            let behind = &trees[place + 1..];
            let length = behind.iter().position(ends_item).map_or(behind.len(), |end| end + 1);
            found.push(Input { args, item: behind[..length].iter().cloned().collect() });
        }
        find(group.stream(), found);
    }
}

/// The arguments, if this is what stands in the brackets of our attribute.
fn args(attribute: TokenStream) -> Option<TokenStream> {
    let mut is_ours = false;
    for tree in attribute {
        match tree {
            TokenTree::Ident(word) => is_ours = word == "coroutine",
            TokenTree::Group(group) if is_ours => return Some(group.stream()),
            _ => {}
        }
    }
    is_ours.then(TokenStream::new)
}

fn ends_item(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    }
}
