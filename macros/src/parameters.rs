//! Parameters: all of them live in the coroutine, also those that the body does not mention, and are dropped in the
//! order of a plain function: the last one first.
//!
//! An `async` block captures what it mentions, and drops it in the order of the first mention. So the body begins by
//! mentioning every parameter, the last one first: `capture(&b); capture(&a);`. They are used where they were captured: binding them again inside
//! the block would store them twice (rust-lang/rust#62958).

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Pat, PatIdent, Signature, parse_quote};

use crate::keyword::is_ident;
use crate::names::{self, Runtime};

/// What to put into the function and at the head of the body.
pub(crate) struct Parameters {
    /// Captures everything.
    pub(crate) captures: TokenStream,
    /// Takes apart what could not be taken apart in the signature.
    pub(crate) bindings: TokenStream,
    /// Dead code, in which the parameters that the body does not mention are variables that nobody uses.
    pub(crate) unused: TokenStream,
}

/// Gives every part of every parameter a name. `body` is what may mention them.
pub(crate) fn name_all(sig: &mut Signature, krate: &Runtime, body: &TokenStream) -> Parameters {
    let mut captured: Vec<Captured> = Vec::new();
    let mut bindings = TokenStream::new();
    let mut named: Vec<Captured> = Vec::new();
    let mut unnamed = 0;
    for input in &mut sig.inputs {
        let cfgs = conditions(input);
        let capture = |name: Ident| Captured { name, cfgs: cfgs.clone() };
        match input {
            FnArg::Receiver(receiver) => captured.push(capture(Ident::new("self", receiver.self_token.span))),
            FnArg::Typed(typed) if bindings.is_empty() && can_stay(&typed.pat) => {
                let mut parts = Parts::default();
                parts.name(&mut typed.pat, &mut unnamed);
                named.extend(parts.named.iter().cloned().map(capture));
                // What a pattern leaves in the parameter is dropped after what it binds, from left to right.
                captured.extend(parts.unnamed.into_iter().rev().map(capture));
                captured.extend(parts.named.into_iter().map(capture));
            }
            // Behind a parameter that is taken apart inside the block, all are: locals are dropped before captures.
            FnArg::Typed(typed) => {
                captured.push(capture(take_whole(&mut typed.pat, &cfgs, &mut bindings, &mut unnamed)));
            }
        }
    }
    let private = krate.private(Span::call_site());
    let captures = captured.iter().rev().map(|Captured { name, cfgs }| quote!(#(#cfgs)* #private::capture(&#name);));
    let unused = named.iter().filter(|Captured { name, .. }| !mentions(body.clone(), name));
    let unused = unused.map(|Captured { name, cfgs }| quote!(#(#cfgs)* let #name = ();));
    Parameters { captures: captures.collect(), bindings, unused: unused.collect() }
}

/// A parameter, or a part of one, and under which conditions it is there.
struct Captured {
    name: Ident,
    cfgs: Vec<Attribute>,
}

/// The parameter's `#[cfg]`s.
fn conditions(input: &FnArg) -> Vec<Attribute> {
    let attrs = match input {
        FnArg::Receiver(receiver) => &receiver.attrs,
        FnArg::Typed(typed) => &typed.attrs,
    };
    attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned().collect()
}

/// Whether a name may occur in some tokens, if only in the text of a literal.
fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    let text = name.unraw().to_string();
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Ident(word) => word.unraw() == text,
        TokenTree::Literal(literal) => literal.to_string().contains(&text),
        TokenTree::Punct(_) => false,
    })
}

/// Replaces the pattern by a name, and binds the pattern in the body.
///
/// ```text
/// Input:   fn f(ref x: T) { … }
/// Output:  fn f(_0: T) { async move { let _0 = _0; let ref x = _0; … } }
/// ```
fn take_whole(pat: &mut Pat, cfgs: &[Attribute], bindings: &mut TokenStream, unnamed: &mut usize) -> Ident {
    if let Pat::Ident(PatIdent { by_ref: None, mutability, ident, subpat: None, .. }) = pat {
        let (mutability, name) = (mutability.take(), ident.clone());
        bindings.extend(quote_spanned!(names::hidden(name.span())=> #(#cfgs)* let #mutability #name = #name;));
        return name;
    }
    let name = next(unnamed);
    let pattern = std::mem::replace(pat, parse_quote!(#name));
    let mutability = borrows_mutably(pattern.to_token_stream()).then(|| quote_spanned!(name.span()=> mut));
    let whole = quote_spanned!(name.span()=> #(#cfgs)* let #mutability #name = #name;);
    bindings.extend(quote_spanned!(name.span()=> #whole #(#cfgs)* let #pattern = #name;));
    name
}

/// Whether a pattern holds a `ref mut`, for which the variable that it borrows from has to be mutable.
fn borrows_mutably(pattern: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = pattern.into_iter().collect();
    let within = |token: &TokenTree| matches!(token, TokenTree::Group(group) if borrows_mutably(group.stream()));
    tokens.windows(2).any(|pair| is_ident(pair.first(), "ref") && is_ident(pair.last(), "mut"))
        || tokens.iter().any(within)
}

/// Whether the pattern takes its parameter apart into values that have, or can be given, names.
fn can_stay(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(PatIdent { by_ref, subpat, .. }) => by_ref.is_none() && subpat.is_none(),
        Pat::Wild(_) => true,
        Pat::Paren(paren) => can_stay(&paren.pat),
        Pat::Reference(reference) => can_stay(&reference.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().all(can_stay),
        Pat::TupleStruct(tuple) => tuple.elems.iter().all(can_stay),
        Pat::Slice(slice) => slice.elems.iter().all(can_stay),
        Pat::Struct(structure) => structure.rest.is_none() && structure.fields.iter().all(|field| can_stay(&field.pat)),
        _ => false,
    }
}

#[derive(Default)]
struct Parts {
    named: Vec<Ident>,
    unnamed: Vec<Ident>,
}

impl Parts {
    /// Collects the names in a pattern for which [`can_stay`] holds, and gives names to the parts that have none.
    ///
    /// ```text
    /// Input:   fn f((a, _): (A, B)) { … }
    /// Output:  fn f((a, _0): (A, B)) { async move { capture(&a); capture(&_0); … } }
    /// ```
    fn name(&mut self, pat: &mut Pat, unnamed: &mut usize) {
        match pat {
            Pat::Ident(ident) => self.named.push(ident.ident.clone()),
            Pat::Wild(_) => {
                let name = next(unnamed);
                *pat = parse_quote!(#name);
                self.unnamed.push(name);
            }
            Pat::Paren(paren) => self.name(&mut paren.pat, unnamed),
            Pat::Reference(reference) => self.name(&mut reference.pat, unnamed),
            Pat::Tuple(tuple) => tuple.elems.iter_mut().for_each(|part| self.name(part, unnamed)),
            Pat::TupleStruct(tuple) => tuple.elems.iter_mut().for_each(|part| self.name(part, unnamed)),
            Pat::Slice(slice) => slice.elems.iter_mut().for_each(|part| self.name(part, unnamed)),
            Pat::Struct(structure) => {
                structure.fields.iter_mut().for_each(|field| self.name(&mut field.pat, unnamed));
            }
            _ => {}
        }
    }
}

fn next(unnamed: &mut usize) -> Ident {
    let name = names::unnamed(*unnamed);
    *unnamed += 1;
    name
}
