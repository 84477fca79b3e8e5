//! Makes an input that breaks a promise as small as it gets.

use proc_macro2::{Group, TokenStream, TokenTree};

use crate::input::Input;
use crate::promises;

/// Leaves away what is not needed to break the same promise.
pub fn smallest(mut input: Input, promise: &str) -> Input {
    let breaks = |input: &Input| promises::check(input).is_err_and(|broken| broken.promise == promise);
    loop {
        let args = smaller(&input.args).into_iter().map(|args| Input { args, item: input.item.clone() });
        let items = smaller(&input.item).into_iter().map(|item| Input { args: input.args.clone(), item });
        match args.chain(items).find(breaks) {
            Some(found) => input = found,
            None => return input,
        }
    }
}

/// All that is smaller by one step: a tree less, or a group opened, or the same inside of a group.
fn smaller(tokens: &TokenStream) -> Vec<TokenStream> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut all = Vec::new();
    for (place, tree) in trees.iter().enumerate() {
        let with = |new: TokenStream| {
            let new = new.into_iter().collect::<Vec<_>>();
            trees[..place].iter().chain(&new).chain(&trees[place + 1..]).cloned().collect::<TokenStream>()
        };
        all.push(with(TokenStream::new()));
        if let TokenTree::Group(group) = tree {
            all.push(with(group.stream()));
            let inside = smaller(&group.stream()).into_iter();
            all.extend(inside.map(|inner| with(TokenTree::from(Group::new(group.delimiter(), inner)).into())));
        }
    }
    all
}
