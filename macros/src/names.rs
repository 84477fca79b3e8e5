//! Identifiers that an expansion invents, and the path to the runtime.
//!
//! All variables begin with two underscores. Hidden as they are from the user's variables, a pattern would still be taken for
//! a constant of the same name, or a unit struct.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::{Lifetime, Path};

/// The words a user writes.
pub(crate) const YIELD: &str = "yield_";
pub(crate) const YIELD_FROM: &str = "yield_from";

/// What the keyword `yield` has become.
pub(crate) const KEYWORD: &str = "r#yield";

/// A word as the user has written it.
pub(crate) fn as_written(word: &Ident) -> String {
    if word == KEYWORD { "yield".to_owned() } else { format!("{word}!") }
}

/// The path to the runtime: what the user has said, or ours.
#[derive(Clone)]
pub(crate) struct Runtime(pub(crate) Option<Path>);

impl Runtime {
    /// The path to the hidden module, where all is that expansions name. It lies at `span`. But one that the user has said lies where
    /// that is, at each mention: so if it leads nowhere the compiler says so in one place, and once.
    pub(crate) fn private(&self, span: Span) -> TokenStream {
        let Some(said) = &self.0 else {
            let krate = quote_spanned!(Span::call_site().located_at(span)=> ::antiphon);
            return quote_spanned!(span=> #krate::__private);
        };
        let end = said.segments.last().map_or(span, |segment| segment.ident.span());
        quote_spanned!(end=> #said::__private)
    }
}

/// `span`, with names that user code can neither see nor shadow.
pub(crate) fn hidden(span: Span) -> Span {
    span.resolved_at(Span::mixed_site())
}

/// The right to yield, before the body begins. The compiler says its name where a value that is yielded does not live as long as the
/// attribute says; so it lies where that is said.
pub(crate) fn handle(span: Span) -> Ident {
    Ident::new("__yielded", hidden(span))
}

/// The slot of the running poll, mentioned at a place of the user's.
pub(crate) fn slot(span: Span) -> Ident {
    Ident::new("__slot", hidden(span))
}

/// What coerces a value to what the coroutine yields; mentioned at a place of the user's.
pub(crate) fn yields(span: Span) -> Ident {
    Ident::new("__yields", hidden(span))
}

/// What the value of a yield goes through; mentioned at a place of the user's.
pub(crate) fn sent(span: Span) -> Ident {
    Ident::new("__sent", hidden(span))
}

/// The label around the user's block, whose name the compiler tells those whose `yield` a macro carried elsewhere;
/// mentioned at a place of the user's.
pub(crate) fn label(span: Span) -> Lifetime {
    Lifetime::new("'yield_outside_its_coroutine", hidden(span))
}

/// A parameter, or a part of one, that the user gave no name.
pub(crate) fn unnamed(index: usize) -> Ident {
    format_ident!("_{index}", span = Span::mixed_site())
}
