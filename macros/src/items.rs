//! What stands in `coroutines! { … }`: items, of which those with the attribute become coroutines.
//!
//! ```text
//! Input:   fn plain() { … }   impl T { #[coroutine(yield = Y)] fn method(&self) { … yield y; … } }
//! Output:  fn plain() { … }   impl T { fn method(&self) -> Generator<Y, …> { … } }
//! ```
//!
//! The tokens are searched rather than parsed: the attribute is expanded wherever it is found, and all else passes through
//! as it was, also what `syn` does not know.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::{Attribute, Meta};

use crate::keyword::{self, is_punct};
use crate::names::{YIELD, YIELD_FROM};
use crate::{args, function, scope};

pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let mut search = Search { in_function: false, first_yield: None };
    let items = search.level(&tokens, false).unwrap_or(tokens);
    search.first_yield.map_or(items, |word| outside_a_function(&word))
}

struct Search {
    /// Whether a function is being searched that is no coroutine.
    in_function: bool,
    /// The first one that is there, or outside a function.
    first_yield: Option<TokenTree>,
}

impl Search {
    /// `None` if nothing changes. What stands in the arguments of a macro, which may mean anything, is only searched for
    /// the attribute.
    fn level(&mut self, tokens: &TokenStream, arguments: bool) -> Option<TokenStream> {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let mut output = TokenStream::new();
        let mut changed = false;
        // The function whose body comes next.
        let mut function: Option<Ident> = None;
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            if let Some(found) = Coroutine::find(&tokens[index..]) {
                index += found.length;
                output.extend(found.misspelt.map(|error| error.to_compile_error()));
                let expansion = crate::expand::coroutine(found.args, found.item);
                // There may be others in it.
                output.extend(self.level(&expansion, arguments).unwrap_or(expansion));
                changed = true;
                continue;
            }
            let replacement = match token {
                TokenTree::Group(group) if !keyword::is_left_alone(&tokens, index) => {
                    let body = function.is_some() && !is_generic_argument(&tokens, index);
                    let body = function::braces(group).filter(|_| body);
                    let unknown =
                        keyword::macro_name(&tokens, index).is_some_and(|name| !scope::takes_expressions(name));
                    match body.and_then(|body| Some((function.take()?, body))) {
                        Some((name, body)) => self.body(&name, &body),
                        None => self.group(group, arguments || unknown),
                    }
                }
                TokenTree::Ident(word) if word == "fn" => {
                    if let Some(TokenTree::Ident(name)) = tokens.get(index + 1) {
                        function = Some(name.clone());
                    }
                    None
                }
                TokenTree::Ident(_) if !arguments && keyword::is_keyword(&tokens, index) => {
                    self.first_yield.get_or_insert_with(|| token.clone());
                    None
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => {
                    function = None;
                    None
                }
                _ => None,
            };
            changed |= replacement.is_some();
            output.extend([replacement.map_or_else(|| token.clone(), TokenTree::Group)]);
            index += 1;
        }
        changed.then_some(output)
    }

    fn group(&mut self, group: &Group, arguments: bool) -> Option<Group> {
        let inner = self.level(&group.stream(), arguments);
        let inner = match self.first_yield.take_if(|_| !self.in_function) {
            Some(word) => Some(outside_a_function(&word)),
            None => inner,
        };
        inner.map(|inner| keyword::delimited(group.delimiter(), inner, group.span()))
    }

    /// The body of a function without the attribute.
    fn body(&mut self, name: &Ident, body: &Group) -> Option<Group> {
        let outer = std::mem::replace(self, Search { in_function: true, first_yield: None });
        let inner = self.level(&body.stream(), false);
        let inner = match std::mem::replace(self, outer).first_yield {
            Some(word) => {
                let message =
                    format!("`{name}` yields and is no coroutine; put `#[coroutine(yield = …, send = …)]` on it");
                let error = syn::Error::new(word.span(), message).to_compile_error();
                Some(quote!(#![allow(unused)] #error))
            }
            None => inner,
        };
        inner.map(|inner| keyword::delimited(Delimiter::Brace, inner, body.span()))
    }
}

/// Stands in the place of all that is around the `yield`, or the compiler would say the same in other words: an error that
/// is an expression can have any type.
fn outside_a_function(word: &TokenTree) -> TokenStream {
    let message = "`yield` outside a function; it belongs in the body of one with `#[coroutine]`";
    syn::Error::new(word.span(), message).to_compile_error()
}

/// An item with the attribute.
struct Coroutine {
    /// The attribute's arguments.
    args: TokenStream,
    /// The item, with its other attributes.
    item: TokenStream,
    /// How many tokens that is.
    length: usize,
    /// If the attribute is another word, which can only be meant as this one.
    misspelt: Option<syn::Error>,
}

impl Coroutine {
    /// The one that begins with the first token.
    fn find(tokens: &[TokenTree]) -> Option<Self> {
        if !is_punct(tokens.first(), '#') {
            return None;
        }
        let mut attributes = Attribute::parse_outer.parse2(run_of_attributes(tokens)).ok()?;
        let behind = &tokens[2 * attributes.len()..];
        let length = item_length(behind);
        let mut misspelt = None;
        let at = attributes.iter().position(scope::is_coroutine_attribute).or_else(|| {
            let found = attributes.iter().enumerate().find_map(|(at, attribute)| Some((at, misspelt_name(attribute)?)));
            let (at, name) = found.filter(|_| yields(&behind[..length]))?;
            let message = format!("there is no attribute `{name}`; did you mean `coroutine`?");
            misspelt = Some(syn::Error::new(name.span(), message));
            Some(at)
        })?;
        let args = match attributes.remove(at).meta {
            Meta::List(list) => list.tokens,
            Meta::Path(_) => TokenStream::new(),
            Meta::NameValue(pair) => quote!(#pair),
        };
        let item = behind[..length].iter().map(ToTokens::to_token_stream);
        let item = attributes.iter().map(ToTokens::to_token_stream).chain(item).collect();
        Some(Coroutine { args, item, length: tokens.len() - behind.len() + length, misspelt })
    }
}

/// The name of an attribute that is almost `coroutine`.
fn misspelt_name(attribute: &Attribute) -> Option<&Ident> {
    let name = &attribute.path().segments.last()?.ident;
    args::is_near("coroutine", &name.to_string()).then_some(name)
}

/// Whether an item can only be meant as a coroutine.
fn yields(item: &[TokenTree]) -> bool {
    let item: TokenStream = item.iter().cloned().collect();
    ["yield", YIELD, YIELD_FROM].iter().any(|word| keyword::mentions(item.clone(), word))
}

/// `#[…] #[…] …`
fn run_of_attributes(tokens: &[TokenTree]) -> TokenStream {
    let is_attribute = |pair: &&[TokenTree]| {
        is_punct(pair.first(), '#')
            && matches!(pair.get(1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket)
    };
    let attributes = tokens.chunks(2).take_while(is_attribute).count();
    tokens[..2 * attributes].iter().cloned().collect()
}

/// How many tokens belong to the item that stands first.
fn item_length(tokens: &[TokenTree]) -> usize {
    let ends = |at: &usize| match &tokens[*at] {
        TokenTree::Group(group) => function::braces(group).is_some() && !is_generic_argument(tokens, *at),
        token => is_punct(Some(token), ';'),
    };
    (0..tokens.len()).find(ends).map_or(tokens.len(), |end| end + 1)
}

/// Whether some braces stand in `<…>`, as in `-> Numbers<{ N + 1 }>`.
fn is_generic_argument(tokens: &[TokenTree], braces: usize) -> bool {
    let before = braces.checked_sub(1).and_then(|before| tokens.get(before));
    ['<', ',', '='].iter().any(|char| is_punct(before, *char))
}
