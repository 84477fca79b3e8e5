//! What `yield_!` and `yield_from!` become.
//!
//! All tokens lie where the user wrote the macro, so that what the compiler says about types points there.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Path, Type};

use crate::names::{self, YIELD};

/// What expressions need to know of the coroutine that they stand in.
pub(crate) struct Coroutine {
    /// Where the runtime is.
    pub(crate) krate: Path,
    /// `::<Y, S>`, where `S` is what a `yield_!` evaluates to.
    pub(crate) types: TokenStream,
    /// Its mode.
    pub(crate) mode: TokenStream,
    /// Whether it may await. Then it has no slot between its yields, but fetches it for each.
    pub(crate) awaits: bool,
    /// What it yields; `_` where it is inferred.
    pub(crate) yields: Type,
}

impl Coroutine {
    /// The slot of the running poll, to be used up.
    fn slot(&self, span: Span) -> TokenStream {
        let slot = names::slot(span);
        let span = names::hidden(span);
        if !self.awaits {
            return quote_spanned!(span=> #slot);
        }
        // By its path: a method that takes `self` by value, of a user's trait, would come first.
        let private = private(&self.krate, span);
        quote_spanned!(span=> #private::Anchor::fetch(&#slot).await)
    }

    /// What is called with a value that is yielded: a closure that coerces it. It does nothing; but the compiler shows the
    /// parameter of a closure whose argument has a wrong type. So its parameter lies where the user wrote the type.
    ///
    /// ```text
    /// Typed:     (yields::<Y, _>(|value: Y| value),).0
    /// Inferred:  yields                                     // one for the whole body, so that they have the same type
    /// ```
    fn coercion(&self, at: Place) -> TokenStream {
        let span = names::hidden(at.word);
        if self.is_inferred() {
            return names::yields(at.word).into_token_stream();
        }
        users_own(coercion(&private(&self.krate, span), &self.yields, span), at.word, at.word)
    }

    /// What stands at the head of the body for it.
    pub(crate) fn shared_coercion(&self) -> Option<TokenStream> {
        let span = Span::mixed_site();
        let name = names::yields(span);
        let closure = coercion(&private(&self.krate, span), &self.yields, span);
        self.is_inferred().then(|| {
            quote_spanned! {span=>
                let #name = #closure;
            }
        })
    }

    /// Whether it is inferred what it yields.
    fn is_inferred(&self) -> bool {
        matches!(self.yields, Type::Infer(_))
    }

    /// The name of what lets through nothing but our ways to delegate.
    fn ours(&self) -> Ident {
        Ident::new(if self.awaits { "ours_async" } else { "ours" }, Span::mixed_site())
    }

    /// What is done with the slot that comes back.
    fn keep(&self, span: Span) -> Option<TokenStream> {
        let slot = names::slot(span);
        (!self.awaits).then(|| quote_spanned!(names::hidden(span)=> #slot = __next;))
    }

    /// The name of the slot that comes back.
    fn next(&self, span: Span) -> TokenStream {
        if self.awaits { quote_spanned!(span=> _) } else { quote_spanned!(span=> __next) }
    }

    /// What a probe knows of the coroutine.
    fn probed(&self, private: &TokenStream) -> TokenStream {
        let mode = &self.mode;
        if self.awaits {
            quote_spanned!(Span::mixed_site()=> #private::Async<#mode>)
        } else {
            quote_spanned!(Span::mixed_site()=> #mode)
        }
    }
}

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

/// ```text
/// Input:   yield_!(value)
/// Output:  (match (Put { value: yields(value), slot }).yield_(guard, || here()).await {
///              (sent, next) => { slot = next; sent }
///          },).0
/// ```
///
/// `yields` coerces the value: see [`Coroutine::coercion`]. The parentheses around the struct literal are for
/// `while let Some(x) = yield_!(y) { … }` and the like, where one cannot stand.
pub(crate) fn yield_(coroutine: &Coroutine, operand: &TokenStream, at: Place) -> TokenStream {
    let Coroutine { krate, types, .. } = coroutine;
    let (slot, keep) = (coroutine.slot(at.operand), coroutine.keep(at.operand));
    let span = names::hidden(at.word);
    let (private, guard, here) = (private(krate, span), guard(krate, span), here(krate, at));
    // With the user's own word, so that editors show what it does.
    let method = Ident::new(YIELD, at.word);
    let yields = coroutine.coercion(at);
    let put = quote_spanned!(span=> #private::Put #types { value: #yields(#operand), slot: #slot });
    let put = quote_spanned!(span=> (#put).#method(#guard, #here).await);
    let next = coroutine.next(span);
    let arms = quote_spanned!(span=> (__sent, #next) => { #keep __sent });
    resolved(put, arms, at)
}

/// `yields::<Y, _>(|value: Y| value)`
fn coercion(private: &TokenStream, ty: &Type, span: Span) -> TokenStream {
    let at = ty.to_token_stream().into_iter().next().map_or(span, |token| token.span());
    let value = Ident::new("__value", at);
    let closure = quote_spanned!(at=> |#value: #ty| #value);
    quote_spanned!(span=> #private::yields::<#ty, _>(#closure))
}

/// ```text
/// Input:   yield_from!(child)
/// Output:  (match (child,) {
///              (child,) => match Probe::<M, _>::new(guard) {
///                  probe => match Probe::take(&probe, child) {
///                      child => {
///                          use kinds::*;
///                          let kind = ours((&&&&&&&&probe).antiphon_kind());
///                          match kind.delegate(slot, child, || here()).await {
///                              (value, next) => { slot = next; value }
///                          }
///                      }
///                  },
///              },
///          },).0
/// ```
///
/// The operand is what is matched first, so that its temporaries live to the end of the user's statement, as in a call.
/// The references to the probe end with their statement: they would be stored across the await.
pub(crate) fn yield_from(coroutine: &Coroutine, operand: &TokenStream, at: Place) -> TokenStream {
    let Coroutine { krate, .. } = coroutine;
    let (slot, keep) = (coroutine.slot(at.operand), coroutine.keep(at.operand));
    let span = names::hidden(at.word);
    let (private, guard, here) = (private(krate, span), guard(krate, span), here(krate, at));
    let (probed, anchor, ours) = (coroutine.probed(&private), names::slot(at.operand), coroutine.ours());
    // The compiler's complaints about the child's type are about these words. They lie in one place, or it would repeat
    // them.
    let delegation = match coroutine.awaits {
        false => quote_spanned!(names::hidden(at.operand)=> __kind.delegate(#slot, __child, #here).await),
        true => quote_spanned!(names::hidden(at.operand)=> __kind.anchored(&#anchor, __child, #here).await),
    };
    let next = coroutine.next(span);
    let arms = quote_spanned! {span=>
        (__child,) => match #private::Probe::<#probed, _>::new(#guard) {
            __probe => match #private::Probe::take(&__probe, __child) {
                __child => {
                    use #private::kinds::*;
                    let __kind = #private::#ours((&&&&&&&&__probe).antiphon_kind());
                    match #delegation {
                        (__value, #next) => { #keep __value }
                    }
                }
            },
        },
    };
    resolved(quote_spanned!(span=> (#operand,)), arms, at)
}

/// ```text
/// Input:   yield_from!(box child)
/// Output:  (match (Handed::new(child),) {
///              (child,) => match InFrame::<M>::new(guard) {
///                  frame => match match frame.delegate(slot, child, || here()) {
///                      Framing::OnStack(child) => child.await,
///                      Framing::Nested(child) => child.await,
///                  } {
///                      (value, next) => { slot = next; value }
///                  },
///              },
///          },).0
/// ```
pub(crate) fn yield_from_box(coroutine: &Coroutine, operand: &TokenStream, at: Place) -> TokenStream {
    let Coroutine { krate, mode, .. } = coroutine;
    let (slot, keep) = (coroutine.slot(at.operand), coroutine.keep(at.operand));
    let span = names::hidden(at.word);
    let (private, guard, here) = (private(krate, span), guard(krate, span), here(krate, at));
    let anchor = names::slot(at.operand);
    let delegation = match coroutine.awaits {
        false => quote_spanned! {names::hidden(at.operand)=>
            match __frame.delegate(#slot, __child, #here) {
                #private::Framing::OnStack(__child) => __child.await,
                #private::Framing::Nested(__child) => __child.await,
            }
        },
        true => quote_spanned!(names::hidden(at.operand)=> __frame.anchored(&#anchor, __child, #here).await),
    };
    let next = coroutine.next(span);
    let arms = quote_spanned! {span=>
        (__child,) => match #private::InFrame::<#mode>::new(#guard) {
            __frame => match #delegation {
                (__value, #next) => { #keep __value }
            },
        },
    };
    resolved(quote_spanned!(span=> (#private::Handed::new(#operand),)), arms, at)
}

/// `(match scrutinee { arms },).0`: an expression that begins at the user's word and ends at the closing delimiter. Its
/// outermost tokens are the user's own, so that what the compiler and clippy suggest is put around it, or behind it.
fn resolved(scrutinee: TokenStream, arms: TokenStream, at: Place) -> TokenStream {
    let (span, end) = (names::hidden(at.word), names::hidden(at.end));
    let mut braces = Group::new(Delimiter::Brace, arms);
    braces.set_span(end);
    users_own(quote_spanned!(span=> match #scrutinee #braces), at.word, at.end)
}

/// `(expression,).0`, which means the same, and of which the compiler does not say that it comes from a macro.
pub(crate) fn users_own(expression: TokenStream, begin: Span, end: Span) -> TokenStream {
    let mut tuple = Group::new(Delimiter::Parenthesis, quote_spanned!(names::hidden(begin)=> #expression,));
    tuple.set_span(begin);
    let mut zero = Literal::usize_unsuffixed(0);
    zero.set_span(end);
    quote_spanned!(begin=> #tuple.#zero)
}

/// Dead code that does not compile outside the block that the coroutine's body is. In parentheses, because to `syn`, and
/// so to other macros, `'label ::path` begins a loop with a label. And in a loop, or the compiler would say in other words that
/// it cannot break out of a closure.
fn guard(krate: &Path, span: Span) -> TokenStream {
    let (label, private) = (names::label(span), private(krate, span));
    quote_spanned!(span=> while false { break #label (#private::never()) })
}

/// A function that tells the place. The method that it calls has the user's own span, or it would tell the attribute's place.
fn here(krate: &Path, at: Place) -> TokenStream {
    let span = names::hidden(at.word);
    let private = private(krate, span);
    let call = quote_spanned!(at.word=> .here());
    quote_spanned!(span=> || #private::Place #call)
}

/// The path to the hidden module, lying at `span`.
pub(crate) fn private(krate: &Path, span: Span) -> TokenStream {
    let krate = relocate(krate, span);
    quote_spanned!(span=> #krate::__private)
}

/// A path that means the same and lies at `span`.
pub(crate) fn relocate(path: &Path, span: Span) -> TokenStream {
    let move_token = |mut token: TokenTree| {
        token.set_span(token.span().located_at(span));
        token
    };
    path.to_token_stream().into_iter().map(move_token).collect()
}
