//! A signature with parameters that `syn` cannot read.
//!
//! The compiler parses an item before it gives that to an attribute, and goes on behind many a mistake: `fn f(a: A; b: B)`,
//! `fn f(a)`. It has told of that, and tells nothing twice. So what is emitted holds the user's own tokens, and is otherwise
//! the function with its lowered return type, for those who call it.
//!
//! Should it be no mistake but syntax that is newer than `syn`, the body is one that cannot be compiled to anything.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::Signature;

use crate::keyword::{delimited, is_ident, is_punct};

/// The parameters, which the signature leaves out.
pub(crate) struct Unread(Group);

impl Unread {
    /// Those of a function, and the function without them.
    pub(crate) fn take(item: TokenStream) -> Option<(Self, TokenStream)> {
        let mut tokens: Vec<TokenTree> = item.into_iter().collect();
        let at = parameters(&tokens)?;
        let TokenTree::Group(parameters) = tokens[at].clone() else {
            return None;
        };
        tokens[at] = delimited(parameters.delimiter(), TokenStream::new(), parameters.span()).into();
        Some((Unread(parameters), tokens.into_iter().collect()))
    }

    /// The signature with what was taken from it.
    pub(crate) fn give_back(&self, sig: &Signature) -> TokenStream {
        let Signature { asyncness, unsafety, fn_token, ident, generics, output, .. } = sig;
        let Unread(parameters) = self;
        let bounds = &generics.where_clause;
        quote!(#asyncness #unsafety #fn_token #ident #generics #parameters #output #bounds)
    }

    /// What the body begins with.
    pub(crate) fn refusal() -> TokenStream {
        let message = "`#[antiphon::coroutine]` cannot read the parameters of this function";
        quote_spanned!(Span::mixed_site()=> const { ::core::panic!(#message) };)
    }
}

/// Where the parameters of a function are: behind its name, and what stands in `<…>`.
fn parameters(tokens: &[TokenTree]) -> Option<usize> {
    let word = tokens.iter().position(|token| is_ident(Some(token), "fn"))?;
    let mut open = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(word + 2) {
        match token {
            TokenTree::Group(_) if open == 0 => return Some(at),
            TokenTree::Punct(punct) if punct.as_char() == '<' => open += 1,
            // That of a `->` is none.
            TokenTree::Punct(punct) if punct.as_char() == '>' && !is_punct(tokens.get(at - 1), '-') => {
                open = open.saturating_sub(1);
            }
            _ => {}
        }
    }
    None
}
