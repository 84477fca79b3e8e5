//! Tokens out of nothing: any trees, and functions whose parts are mostly what they should be.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::choices::Choices;
use crate::fragments::*;
use crate::input::Input;
use crate::text;

/// Any arguments, on a function or on anything.
pub fn input(choices: &mut Choices<'_>) -> Input {
    let item = match choices.once_in(5) {
        true => trees(choices, 4).into_iter().collect(),
        false => function(choices),
    };
    Input { args: args(choices), item }
}

/// Up to eight trees, nested up to `depth`.
pub fn trees(choices: &mut Choices<'_>, depth: usize) -> Vec<TokenTree> {
    let mut trees = Vec::new();
    for _ in 0..choices.below(8) {
        match choices.below(12) {
            0..=3 => trees.push(word(choices)),
            4..=6 => trees.push(punct(choices)),
            7 => trees.push(literal(choices)),
            8 => trees.extend(some(LIFETIMES, choices)),
            9 => trees.extend(some(TYPES, choices)),
            10 => trees.extend(some(STATEMENTS, choices)),
            _ if depth > 0 => {
                let inner = self::trees(choices, depth - 1).into_iter().collect();
                trees.push(Group::new(delimiter(choices), inner).into());
            }
            _ => {}
        }
    }
    trees
}

/// A word that means something to somebody.
pub fn word(choices: &mut Choices<'_>) -> TokenTree {
    let text = *choices.pick(WORDS);
    match text.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()).into(),
        None => Ident::new(text, Span::call_site()).into(),
    }
}

/// A literal, also of the kinds that only macros make.
pub fn literal(choices: &mut Choices<'_>) -> TokenTree {
    match choices.below(12) {
        0 => Literal::i32_unsuffixed(-1).into(),
        1 => Literal::f64_suffixed(-0.5).into(),
        _ => some(LITERALS, choices).into_iter().next().expect("a literal"),
    }
}

/// Any of the four.
pub fn delimiter(choices: &mut Choices<'_>) -> Delimiter {
    *choices.pick(&[Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None])
}

fn punct(choices: &mut Choices<'_>) -> TokenTree {
    let character = *choices.pick(&PUNCTS.chars().collect::<Vec<_>>());
    Punct::new(character, *choices.pick(&[Spacing::Alone, Spacing::Joint])).into()
}

/// One of the texts.
fn some(texts: &[&str], choices: &mut Choices<'_>) -> TokenStream {
    text::tokens(choices.pick::<&str>(texts)).expect("text that has tokens")
}

/// One of the texts, in a group without delimiters at times, as a macro passes it on; and at times anything.
fn part(texts: &[&str], choices: &mut Choices<'_>) -> TokenStream {
    match choices.below(60) {
        0 => trees(choices, 2).into_iter().collect(),
        1 => TokenTree::from(Group::new(Delimiter::None, some(texts, choices))).into(),
        _ => some(texts, choices),
    }
}

/// Up to `most` parts, each with what stands behind it.
fn parts(most: usize, texts: &[&str], end: Option<char>, choices: &mut Choices<'_>) -> TokenStream {
    let mut all = TokenStream::new();
    for _ in 0..choices.below(most + 1) {
        all.extend(part(texts, choices));
        all.extend(end.map(|end| TokenTree::from(Punct::new(end, Spacing::Alone))));
    }
    all
}

fn group(delimiter: Delimiter, inner: TokenStream) -> TokenStream {
    TokenTree::from(Group::new(delimiter, inner)).into()
}

fn args(choices: &mut Choices<'_>) -> TokenStream {
    let mut all = TokenStream::new();
    for _ in 0..choices.below(5) {
        let name = part(ARGUMENTS, choices);
        let needs_value = name.clone().into_iter().count() == 2;
        all.extend(name);
        if needs_value {
            all.extend(part(TYPES, choices));
        }
        if !choices.once_in(12) {
            all.extend([TokenTree::from(Punct::new(',', Spacing::Alone))]);
        }
    }
    all
}

fn function(choices: &mut Choices<'_>) -> TokenStream {
    let mut all = parts(2, ATTRIBUTES, None, choices);
    all.extend(part(HEADS, choices));
    all.extend(part(&["fn f", "fn f", "fn r#yield", "fn f<T, 'a>", "fn f<'a, 'b: 'a>"], choices));
    if choices.once_in(4) {
        all.extend(part(GENERICS, choices));
    }
    let mut inputs = TokenStream::new();
    if choices.once_in(3) {
        inputs.extend(part(RECEIVERS, choices));
    }
    for _ in 0..choices.below(4) {
        inputs.extend(parts(1, ATTRIBUTES, None, choices));
        inputs.extend(part(PATTERNS, choices));
        inputs.extend([TokenTree::from(Punct::new(':', Spacing::Alone))]);
        inputs.extend(part(TYPES, choices));
        inputs.extend([TokenTree::from(Punct::new(',', Spacing::Alone))]);
    }
    all.extend(group(Delimiter::Parenthesis, inputs));
    if !choices.once_in(3) {
        all.extend(some(&["->"], choices));
        all.extend(part(TYPES, choices));
    }
    if choices.once_in(4) {
        all.extend(part(
            &["where T: Clone", "where", "where T:, 'a: 'b,", "where for<'x> T: Fn(&'x u8), Self: Sized"],
            choices,
        ));
    }
    match choices.below(12) {
        0 => all.extend(some(&[";", "= 1;", "{} {}", ""], choices)),
        _ => all.extend(group(Delimiter::Brace, parts(5, STATEMENTS, None, choices))),
    }
    all
}
