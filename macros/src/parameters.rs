//! Parameters: all of them live in the coroutine, also those that the body does not mention, and are dropped in the
//! order of a plain function: the last one first.
//!
//! An `async` block captures what it mentions, and drops it in the order of the first mention. So the body begins by
//! mentioning every parameter, the last one first: `capture(&b); capture(&a);`. They are used where they were captured: binding them again inside
//! the block would store them twice (rust-lang/rust#62958).

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{FnArg, Pat, PatIdent, Path, Signature, parse_quote};

use crate::names;

/// What to put at the head of the body.
pub(crate) struct Parameters {
    /// Captures everything.
    pub(crate) captures: TokenStream,
    /// Takes apart what could not be taken apart in the signature.
    pub(crate) bindings: TokenStream,
}

/// Gives every part of every parameter a name.
pub(crate) fn name_all(sig: &mut Signature, krate: &Path) -> Parameters {
    let mut names = Vec::new();
    let mut bindings = TokenStream::new();
    let mut unnamed = 0;
    for input in &mut sig.inputs {
        match input {
            FnArg::Receiver(receiver) => names.push(Ident::new("self", receiver.self_token.span)),
            FnArg::Typed(typed) if !bindings.is_empty() => {
                // Behind a parameter that is taken apart inside the block, all are: locals are dropped before captures.
                let name = take_whole(&mut typed.pat, &mut bindings, &mut unnamed);
                names.push(name);
            }
            FnArg::Typed(typed) if can_stay(&typed.pat) => {
                let mut parts = Parts::default();
                parts.name(&mut typed.pat, &mut unnamed);
                // What a pattern leaves in the parameter is dropped after what it binds, from left to right.
                names.extend(parts.unnamed.into_iter().rev());
                names.extend(parts.named);
            }
            FnArg::Typed(typed) => {
                let name = take_whole(&mut typed.pat, &mut bindings, &mut unnamed);
                names.push(name);
            }
        }
    }
    let captures = names.iter().rev().map(|name| quote!(#krate::__private::capture(&#name);)).collect();
    Parameters { captures, bindings }
}

/// Replaces the pattern by a name, and binds the pattern in the body.
///
/// ```text
/// Input:   fn f(ref x: T) { … }
/// Output:  fn f(__unnamed0: T) { async move { let __unnamed0 = __unnamed0; let ref x = __unnamed0; … } }
/// ```
fn take_whole(pat: &mut Pat, bindings: &mut TokenStream, unnamed: &mut usize) -> Ident {
    let name = next(unnamed);
    let pattern = std::mem::replace(pat, parse_quote!(#name));
    bindings.extend(quote_spanned!(name.span()=> let #name = #name; let #pattern = #name;));
    name
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
    /// Output:  fn f((a, __unnamed0): (A, B)) { async move { capture(&a); capture(&__unnamed0); … } }
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
