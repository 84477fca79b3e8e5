//! Small changes to tokens that somebody wrote.

use std::ops::Range;

use proc_macro2::{Group, Punct, Spacing, TokenStream, TokenTree};

use crate::choices::Choices;
use crate::generate;

/// More than this would only be slow.
const LONGEST: usize = 400;

/// `tokens` with one change, somewhere. What is put in may come from `donor`.
pub fn mutated(tokens: TokenStream, donor: &TokenStream, choices: &mut Choices<'_>) -> TokenStream {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    let groups: Vec<usize> = trees
        .iter()
        .enumerate()
        .filter(|(_, tree)| matches!(tree, TokenTree::Group(_)))
        .map(|(place, _)| place)
        .collect();
    // Rather deep inside than at the top, and rather in the body than in a list of parameters.
    if !groups.is_empty() && !choices.once_in(8) {
        let place = if choices.once_in(2) { groups[groups.len() - 1] } else { *choices.pick(&groups) };
        if let TokenTree::Group(group) = &trees[place] {
            trees[place] = Group::new(group.delimiter(), mutated(group.stream(), donor, choices)).into();
        }
        return trees.into_iter().collect();
    }
    change(&mut trees, donor, choices);
    trees.truncate(LONGEST);
    trees.into_iter().collect()
}

fn change(trees: &mut Vec<TokenTree>, donor: &TokenStream, choices: &mut Choices<'_>) {
    let range = range(trees.len(), choices);
    match choices.below(10) {
        0 | 1 => drop(trees.drain(range)),
        2 => {
            let copy = trees[range.clone()].to_vec();
            trees.splice(range.end..range.end, copy);
        }
        3 if !trees.is_empty() => {
            let (one, other) = (choices.below(trees.len()), choices.below(trees.len()));
            trees.swap(one, other);
        }
        4 | 5 => drop(trees.splice(range, part_of(donor, choices))),
        6 => drop(trees.splice(range, generate::trees(choices, 2))),
        7 => {
            let inner = trees[range.clone()].iter().cloned().collect();
            trees.splice(range, [Group::new(generate::delimiter(choices), inner).into()]);
        }
        8 => {
            let opened = trees[range.clone()].iter().cloned().flat_map(open).collect::<Vec<_>>();
            trees.splice(range, opened);
        }
        _ => trees[range].iter_mut().for_each(|tree| replace(tree, choices)),
    }
}

/// Up to three trees in a row.
fn range(length: usize, choices: &mut Choices<'_>) -> Range<usize> {
    let start = choices.below(length + 1);
    start..(start + choices.below(4)).min(length)
}

/// Some trees in a row, of one group.
fn part_of(donor: &TokenStream, choices: &mut Choices<'_>) -> Vec<TokenTree> {
    let trees: Vec<TokenTree> = donor.clone().into_iter().collect();
    if trees.is_empty() {
        return trees;
    }
    match choices.pick(&trees) {
        TokenTree::Group(group) if !choices.once_in(4) => part_of(&group.stream(), choices),
        _ => trees[range(trees.len(), choices)].to_vec(),
    }
}

fn open(tree: TokenTree) -> TokenStream {
    match tree {
        TokenTree::Group(group) => group.stream(),
        other => other.into(),
    }
}

/// Another of its kind.
fn replace(tree: &mut TokenTree, choices: &mut Choices<'_>) {
    match tree {
        TokenTree::Group(group) => *tree = Group::new(generate::delimiter(choices), group.stream()).into(),
        TokenTree::Ident(_) => *tree = generate::word(choices),
        TokenTree::Literal(_) => *tree = generate::literal(choices),
        TokenTree::Punct(punct) => {
            let spacing = match punct.spacing() {
                Spacing::Alone => Spacing::Joint,
                Spacing::Joint => Spacing::Alone,
            };
            *tree = Punct::new(punct.as_char(), spacing).into();
        }
    }
}
