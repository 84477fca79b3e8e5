//! Tokens as text and back, with the groups that have no delimiters: `invisible!(…)`.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

const INVISIBLE: &str = "invisible";

/// The tokens of a text, if it has any.
pub fn tokens(text: &str) -> Option<TokenStream> {
    text.parse().ok().map(hide)
}

/// A text that has these tokens.
pub fn text(tokens: TokenStream) -> String {
    show(tokens).to_string()
}

fn hide(tokens: TokenStream) -> TokenStream {
    let mut trees: Vec<TokenTree> = Vec::new();
    for tree in tokens {
        let TokenTree::Group(group) = tree else {
            trees.push(tree);
            continue;
        };
        let marked = match trees.as_slice() {
            [.., TokenTree::Ident(word), TokenTree::Punct(punct)] => word == INVISIBLE && punct.as_char() == '!',
            _ => false,
        };
        let mut delimiter = group.delimiter();
        if marked {
            trees.truncate(trees.len() - 2);
            delimiter = Delimiter::None;
        }
        trees.push(Group::new(delimiter, hide(group.stream())).into());
    }
    trees.into_iter().collect()
}

fn show(tokens: TokenStream) -> TokenStream {
    let mut shown = TokenStream::new();
    for tree in tokens {
        let TokenTree::Group(group) = tree else {
            shown.extend([tree]);
            continue;
        };
        let mut delimiter = group.delimiter();
        if delimiter == Delimiter::None {
            let word = Ident::new(INVISIBLE, Span::call_site());
            shown.extend([TokenTree::from(word), Punct::new('!', Spacing::Alone).into()]);
            delimiter = Delimiter::Parenthesis;
        }
        shown.extend([TokenTree::from(Group::new(delimiter, show(group.stream())))]);
    }
    shown
}
