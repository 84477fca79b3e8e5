//! The annotated item, as [`Function`].

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Block, Signature, Token, Visibility, braced};

pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    Block(Block),
    /// A body in syntax that `syn` does not know, braces included. It is neither checked nor lowered: the macros that
    /// the expansion defines do the work.
    Unparsed(TokenStream),
    /// A trait method without a default body.
    None(Token![;]),
}

pub(crate) fn parse(tokens: TokenStream) -> syn::Result<Function> {
    let first = tokens.clone();
    Function::parse.parse2(tokens).map_err(|error| match starts_a_function(first.clone()) {
        true => error,
        false => syn::Error::new_spanned(
            item_head(first),
            "`#[antiphon::coroutine]` belongs on a function; put it on the `fn` whose body yields",
        ),
    })
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        let body = if input.peek(Token![;]) {
            Body::None(input.parse()?)
        } else {
            let tokens: TokenStream = input.parse()?;
            match block.parse2(tokens.clone()) {
                Ok(block) => Body::Block(block),
                Err(_) => Body::Unparsed(tokens),
            }
        };
        Ok(Function { attrs, vis, sig, body })
    }
}

fn block(input: ParseStream<'_>) -> syn::Result<Block> {
    let content;
    let brace_token = braced!(content in input);
    // Attributes that stand inside the braces, `#![…]`, are left to the unparsed form.
    Ok(Block { brace_token, stmts: content.call(Block::parse_within)? })
}

/// Whether the tokens are meant as a function, so that the parser's own error is the helpful one.
fn starts_a_function(tokens: TokenStream) -> bool {
    let head = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        let mut function = false;
        while !input.is_empty() {
            let token: proc_macro2::TokenTree = input.parse()?;
            match &token {
                proc_macro2::TokenTree::Ident(word) if word == "fn" => function = true,
                proc_macro2::TokenTree::Ident(_) | proc_macro2::TokenTree::Literal(_) if !function => {
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
        let first: proc_macro2::TokenTree = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(TokenStream::from(first))
    };
    head.parse2(tokens.clone()).unwrap_or(tokens)
}
