//! The annotated item, as [`Function`].

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{AttrStyle, Attribute, Block, Signature, Token, Visibility, braced};

use crate::unread::Unread;

pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Body,
    /// The parameters, if they could not be read; then the signature has none.
    pub(crate) unread: Option<Unread>,
}

pub(crate) enum Body {
    Block(Block),
    /// A body in syntax that `syn` does not know. It is neither checked nor lowered: the macros that the expansion
    /// defines do the work.
    Unparsed(Group),
    /// A trait method without a default body.
    None(Token![;]),
}

pub(crate) fn parse(tokens: TokenStream) -> syn::Result<Function> {
    let error = match Function::parse.parse2(tokens.clone()) {
        Ok(function) => return Ok(function),
        Err(error) => error,
    };
    if !starts_a_function(tokens.clone()) {
        let message = "`#[antiphon::coroutine]` belongs on a function; put it on the `fn` whose body yields";
        return Err(syn::Error::new_spanned(item_head(tokens), message));
    }
    let (unread, others) = Unread::take(tokens).ok_or_else(|| error.clone())?;
    let function = Function::parse.parse2(others).map_err(|_| error)?;
    Ok(Function { unread: Some(unread), ..function })
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        if input.peek(Token![;]) {
            return Ok(Function { attrs, vis, sig, body: Body::None(input.parse()?), unread: None });
        }
        let span = input.span();
        let (TokenTree::Group(group), true) = (input.parse()?, input.is_empty()) else {
            return Err(syn::Error::new(span, "expected the body, in braces"));
        };
        let braces = braces(&group).ok_or_else(|| syn::Error::new(span, "expected the body, in braces"))?;
        let (inner, body) = body(braces);
        attrs.extend(inner);
        Ok(Function { attrs, vis, sig, body, unread: None })
    }
}

/// The group itself if it is one of braces, or those that are all there is in it: what a user's macro was given as a block comes in
/// a group without delimiters.
pub(crate) fn braces(group: &Group) -> Option<Group> {
    match group.delimiter() {
        Delimiter::Brace => Some(group.clone()),
        Delimiter::None => {
            let mut tokens = group.stream().into_iter();
            match (tokens.next(), tokens.next()) {
                (Some(TokenTree::Group(group)), None) => braces(&group),
                _ => None,
            }
        }
        Delimiter::Parenthesis | Delimiter::Bracket => None,
    }
}

/// What stands in some braces, and the attributes at its top.
pub(crate) fn body(group: Group) -> (Vec<Attribute>, Body) {
    match block.parse2(group.to_token_stream()) {
        Ok((inner, block)) => (inner, Body::Block(block)),
        Err(_) => (Vec::new(), Body::Unparsed(group)),
    }
}

/// A block, and the attributes inside its braces in the form that stands outside.
fn block(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Block)> {
    let content;
    let brace_token = braced!(content in input);
    let mut attrs = content.call(Attribute::parse_inner)?;
    attrs.iter_mut().for_each(|attr| attr.style = AttrStyle::Outer);
    Ok((attrs, Block { brace_token, stmts: content.call(Block::parse_within)? }))
}

/// Whether the tokens are meant as a function, so that the parser's own error is the helpful one.
fn starts_a_function(tokens: TokenStream) -> bool {
    let head = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        let mut function = false;
        while !input.is_empty() {
            let token: TokenTree = input.parse()?;
            match &token {
                TokenTree::Ident(word) if word == "fn" => function = true,
                TokenTree::Ident(_) | TokenTree::Literal(_) if !function => {
                    continue;
                }
                _ => {}
            }
            input.parse::<TokenStream>()?;
        }
        Ok(function)
    };
    head.parse2(tokens).unwrap_or(false)
}

/// The first word of an item, behind its attributes and visibility.
fn item_head(tokens: TokenStream) -> TokenStream {
    let head = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        let first: TokenTree = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(TokenStream::from(first))
    };
    head.parse2(tokens.clone()).unwrap_or(tokens)
}
