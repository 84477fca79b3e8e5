//! What `yield_!` and `yield_from!` become.
//!
//! All tokens lie where the user wrote the macro, so that what the compiler says about types points there.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Path;

use crate::names::{self, YIELD};

/// Where in the user's code an expression stands.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The word `yield_` or `yield_from`.
    pub(crate) word: Span,
    /// The beginning of the operand.
    pub(crate) operand: Span,
    /// The closing delimiter.
    pub(crate) end: Span,
}

/// In which order the yielded value and the slot are had.
#[derive(Clone, Copy)]
pub(crate) enum Order {
    /// The value goes straight into the slot. Possible only if the coroutine is not suspended while it is evaluated.
    SlotFirst,
    /// The coroutine has room for the value while the slot is fetched.
    ValueFirst,
}

/// ```text
/// Input:   yield_!(value)
/// Output:  (Put { slot: handle.enter(guard).await, value: value }).yield_().await
/// ```
///
/// The parentheses are for `while let Some(x) = yield_!(y) { … }` and the like, where a struct literal cannot stand.
/// `types` is the turbofish of `Put`, needed where the value's type is not known from the slot.
pub(crate) fn yield_(krate: &Path, operand: &TokenStream, order: Order, types: &TokenStream, at: Place) -> TokenStream {
    let handle = names::handle();
    let span = names::hidden(at.word);
    let (private, guard) = (private(krate, span), guard(krate, span));
    let slot = quote_spanned!(span=> slot: #handle.enter(#guard).await);
    let fields = match order {
        Order::SlotFirst => quote_spanned!(span=> #slot, value: #operand),
        Order::ValueFirst => quote_spanned!(span=> value: #operand, #slot),
    };
    // With the user's own word, so that editors show what it does.
    let method = Ident::new(YIELD, at.word);
    let dot_await = quote_spanned!(names::hidden(at.end)=> .await);
    quote_spanned!(span=> (#private::Put #types { #fields }).#method() #dot_await)
}

/// ```text
/// Input:   yield_from!(child)
/// Output:  (match Probe::new(guard) {
///              probe => match probe.take(child) {
///                  child => { use …Kind as _; (&&&probe).kind().delegate(&mut handle, child).await }
///              },
///          })
/// ```
pub(crate) fn yield_from(krate: &Path, operand: &TokenStream, at: Place) -> TokenStream {
    let handle = names::handle();
    let span = names::hidden(at.word);
    let (private, guard) = (private(krate, span), guard(krate, span));
    // The compiler's complaints about the child's type are about this word.
    let child = Ident::new("child", names::hidden(at.operand));
    let braces = quote_spanned! {span=>
        probe => match probe.take(#operand) {
            #child => {
                #[allow(unused_imports)]
                use #private::{GeneratorKind as _, IteratorKind as _, SentKind as _, UnsentKind as _};
                (&&&probe).kind().delegate(&mut #handle, #child).await
            }
        },
    };
    let mut braces = Group::new(Delimiter::Brace, braces);
    braces.set_span(names::hidden(at.end));
    let delegation = quote_spanned!(span=> match #private::Probe::new(#guard) #braces);
    // In parentheses, since a `match` that begins a statement ends it.
    let mut parenthesized = Group::new(Delimiter::Parenthesis, delegation);
    parenthesized.set_span(span);
    parenthesized.into_token_stream()
}

/// Dead code that does not compile outside the block that the coroutine's body is.
fn guard(krate: &Path, span: Span) -> TokenStream {
    let (label, private) = (names::label(), private(krate, span));
    quote_spanned!(span=> if false { break #label #private::never() })
}

/// The path to the hidden module, lying at `span`.
pub(crate) fn private(krate: &Path, span: Span) -> TokenStream {
    fn move_to(tokens: TokenStream, span: Span) -> TokenStream {
        let moved = tokens.into_iter().map(|mut token| {
            if let TokenTree::Group(group) = &token {
                token = Group::new(group.delimiter(), move_to(group.stream(), span)).into();
            }
            token.set_span(token.span().located_at(span));
            token
        });
        moved.collect()
    }
    let krate = move_to(krate.to_token_stream(), span);
    quote_spanned!(span=> #krate::__private)
}
