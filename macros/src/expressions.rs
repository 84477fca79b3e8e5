//! What `yield_!` and `yield_from!` become.
//!
//! All tokens lie where the user wrote the macro, so that what the compiler says about types points there.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Token, Type};

use crate::names::{self, Runtime, YIELD};

/// What expressions need to know of the coroutine that they stand in.
pub(crate) struct Coroutine {
    /// Where the runtime is.
    pub(crate) krate: Runtime,
    /// Whether a `yield_!` is known to evaluate to `()`.
    pub(crate) unsent: bool,
    /// Its mode.
    pub(crate) mode: TokenStream,
    /// Whether it may await. Then it has no slot between its yields, but an anchor.
    pub(crate) awaits: bool,
    /// What it yields; `_` where it is inferred.
    pub(crate) yields: Type,
    /// Whether that is `()` since the attribute does not say it.
    pub(crate) yields_unsaid: bool,
    /// Where the arguments lie that say what a `yield_!` evaluates to, if there are any.
    pub(crate) told: Option<Told>,
}

/// Where `send = S`, `throw = E` and `close` lie, those of them that are there.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    /// The first word.
    pub(crate) word: Span,
    /// The beginning of what follows, or the word again.
    pub(crate) begin: Span,
    /// The end.
    pub(crate) end: Span,
}

impl Coroutine {
    /// What stands at the head of the body and is called with each value that is yielded: a closure that coerces it. It does
    /// nothing; but the compiler shows the parameter of a closure whose argument has a wrong type. So its parameter lies where
    /// the user wrote the type; and where it is inferred, all values have the same.
    ///
    /// ```text
    /// let yields = yields::<Y, _>(|value: _| value);
    /// ```
    ///
    /// A function is as good, and costs the compiler half. But it knows neither parameters nor lifetimes of what is around it,
    /// so it is one where the type has none for certain. Its name is one of the user's to the compiler, which would say otherwise
    /// that the mistake comes from a macro.
    ///
    /// ```text
    /// fn yields(value: u8) -> u8 { value }
    /// ```
    pub(crate) fn coercion(&self) -> TokenStream {
        let ty = &self.yields;
        let mut spans = ty.to_token_stream().into_iter().map(|token| token.span());
        // What lifetimes have to be is said of the `let`, and so of the type.
        let at = spans.next().unwrap_or_else(Span::mixed_site);
        let span = names::hidden(at);
        let (private, name, value) = (self.krate.private(span), names::yields(span), Ident::new("__value", at));
        if is_primitive(ty) {
            let name = Ident::new(&name.to_string(), at);
            return quote_spanned!(span=> fn #name(#value: #ty) -> #ty { #value });
        }
        // The type of its parameter is inferred, since the compiler says of each mention that there is no such type. What stands in
        // its place ends where the user's does.
        let inferred = Token![_](spans.last().unwrap_or(at));
        let closure = quote_spanned!(at=> |#value: #inferred| #value);
        quote_spanned!(span=> let #name = #private::yields::<#ty, _>(#closure);)
    }

    /// What the value of a `yield_!` goes through where it is used: a function that does nothing. But if its argument has another
    /// type than is expected of it, the compiler shows where it is defined, and that is where the user wrote the types.
    ///
    /// ```text
    /// fn sent<T>(value: T) -> T { value }
    /// ```
    ///
    /// It is called as `{ sent }(value)`: of a path the compiler would say as well which argument determines what it returns.
    pub(crate) fn passing(&self) -> Option<TokenStream> {
        let Told { word, begin, end } = self.told?;
        let name = Ident::new(&names::sent(word).to_string(), word);
        // From the beginning to the end the compiler underlines, if both are in the user's words.
        let (value, ty) = (Ident::new("__value", begin), Ident::new("T", end));
        Some(quote_spanned!(names::hidden(word)=> fn #name<#ty>(#value: #ty) -> #ty { #value }))
    }

    /// The name of what lets through nothing but our ways to delegate.
    fn ours(&self) -> Ident {
        Ident::new(if self.awaits { "ours_async" } else { "ours" }, Span::mixed_site())
    }

    /// With as many references as there are ways to delegate.
    fn referenced(&self, probe: TokenStream) -> TokenStream {
        let span = Span::mixed_site();
        if self.awaits { quote_spanned!(span=> &&&&&&&&&&&&#probe) } else { quote_spanned!(span=> &&&&&&&&#probe) }
    }

    /// What becomes of the value and the slot that come back. They are moved out of what was matched as one: a part of that which
    /// is left would live to the end of the user's statement, across its next yield.
    fn came_back(&self, span: Span, at: Span) -> TokenStream {
        let slot = names::slot(at);
        let keep = (!self.awaits).then(|| quote_spanned!(names::hidden(at)=> #slot = __came.1;));
        quote_spanned!(span=> __came => { #keep __came.0 })
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

fn is_primitive(ty: &Type) -> bool {
    const NAMES: &[&str] = &[
        "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "u128", "u16", "u32", "u64", "u8",
        "usize",
    ];
    match ty {
        Type::Path(ty) if ty.qself.is_none() => NAMES.iter().any(|name| ty.path.is_ident(name)),
        _ => false,
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
/// Output:  (match yield_(yields(value), slot).await { came => { slot = came.1; came.0 } },).0
/// Unsent:  (slot = yield_(yields(value), slot).await,).0
/// ```
///
/// The place is that of the `await`, which is the user's own word: whoever is polled knows its caller.
///
/// In an `async` body what gives the value away is a future too, since the slot is found in the context:
///
/// ```text
/// Output:  (match yield_(yields(value), again(&anchor)).await.await { came => { came.0 } },).0
/// ```
///
/// `yields` coerces the value: see [`Coroutine::coercion`].
pub(crate) fn yield_(coroutine: &Coroutine, operand: &TokenStream, at: Place) -> TokenStream {
    let slot = names::slot(at.operand);
    let span = names::hidden(at.word);
    let yielded = yielded(coroutine, operand, at);
    let dot_await = quote_spanned!(at.word=> .await);
    let offered = coroutine.awaits.then(|| quote_spanned!(span=> .await));
    if coroutine.unsent && !coroutine.awaits {
        return users_own(quote_spanned!(span=> #slot = #yielded #dot_await), at.word, at.end);
    }
    resolved(quote_spanned!(span=> #yielded #offered #dot_await), coroutine.came_back(span, at.operand), at)
}

/// `({ sent })(expression)`, of an expression that somebody may expect to have another type: see [`Coroutine::passing`].
pub(crate) fn sent(coroutine: &Coroutine, expression: TokenStream, at: Place) -> TokenStream {
    if coroutine.told.is_none() {
        return expression;
    }
    let function = names::sent(at.word);
    let mut callee = Group::new(Delimiter::Parenthesis, quote_spanned!(names::hidden(at.word)=> { #function }));
    callee.set_span(at.word);
    let mut argument = Group::new(Delimiter::Parenthesis, expression);
    argument.set_span(at.end);
    quote!(#callee #argument)
}

/// `yield_(yields(value), slot)`
fn yielded(coroutine: &Coroutine, operand: &TokenStream, at: Place) -> TokenStream {
    let slot = names::slot(at.operand);
    let span = names::hidden(at.word);
    let private = coroutine.krate.private(span);
    // With the user's own word, so that editors show what it does.
    let function = Ident::new(YIELD, at.word);
    let yields = names::yields(at.word);
    if coroutine.awaits {
        // By its path: a method that takes `self` by value, of a user's trait, would come first.
        let anchor = quote_spanned!(names::hidden(at.operand)=> #private::Anchor::again(&#slot));
        quote_spanned!(span=> #private::anchored::#function(#yields(#operand), #anchor))
    } else if coroutine.unsent {
        quote_spanned!(span=> #private::unsent::#function(#yields(#operand), #slot))
    } else {
        quote_spanned!(span=> #private::#function(#yields(#operand), #slot))
    }
}

/// ```text
/// Input:   yield_from!(child)
/// Output:  (match child(child) {
///              child => match Probe::<M, _>::open() {
///                  probe => match Probe::take(&probe, child) {
///                      child => {
///                          use kinds::*;
///                          let kind = ours((&&&&&&&&probe).antiphon_kind());
///                          match kind.delegate(slot, child, here).await {
///                              came => { slot = came.1; came.0 }
///                          }
///                      }
///                  },
///              },
///          },).0
/// ```
///
/// The operand is what is matched first, so that its temporaries live to the end of the user's statement, as in a call. The child
/// does not: it is moved out as a whole, and what it borrowed is free for the next one in the same statement.
/// The references to the probe end with their statement: they would be stored across the await.
pub(crate) fn yield_from(coroutine: &Coroutine, operand: &TokenStream, at: Place) -> TokenStream {
    let Coroutine { krate, .. } = coroutine;
    let slot = names::slot(at.operand);
    let span = names::hidden(at.word);
    let (private, here) = (krate.private(span), here(krate, at));
    let (probed, ours) = (coroutine.probed(&private), coroutine.ours());
    // The compiler's complaints about the child's type are about these words. They lie in one place, or it would repeat
    // them.
    let delegation = match coroutine.awaits {
        false => quote_spanned!(names::hidden(at.operand)=> __kind.delegate(#slot, __child, #here).await),
        true => quote_spanned!(names::hidden(at.operand)=> __kind.anchored(&#slot, __child, #here).await),
    };
    let probe = coroutine.referenced(quote_spanned!(span=> __probe));
    let came_back = coroutine.came_back(span, at.operand);
    let arms = quote_spanned! {span=>
        __child => match #private::Probe::<#probed, _>::open() {
            __probe => match #private::Probe::take(&__probe, __child) {
                __child => {
                    use #private::kinds::*;
                    let __kind = #private::#ours((#probe).antiphon_kind());
                    match #delegation {
                        #came_back
                    }
                }
            },
        },
    };
    resolved(quote_spanned!(span=> #private::child(#operand)), arms, at)
}

/// ```text
/// Input:   yield_from!(box child)
/// Output:  (match Handed::new(child) {
///              child => match InFrame::<M>::open() {
///                  frame => match match frame.delegate(slot, child, here) {
///                      Framing::OnStack(child) => child.await,
///                      Framing::Nested(child) => child.await,
///                  } {
///                      came => { slot = came.1; came.0 }
///                  },
///              },
///          },).0
/// ```
pub(crate) fn yield_from_box(coroutine: &Coroutine, operand: &TokenStream, at: Place) -> TokenStream {
    let Coroutine { krate, mode, .. } = coroutine;
    let slot = names::slot(at.operand);
    let span = names::hidden(at.word);
    let (private, here) = (krate.private(span), here(krate, at));
    let delegation = match coroutine.awaits {
        false => quote_spanned! {names::hidden(at.operand)=>
            match __frame.delegate(#slot, __child, #here) {
                #private::Framing::OnStack(__child) => __child.await,
                #private::Framing::Nested(__child) => __child.await,
            }
        },
        true => quote_spanned!(names::hidden(at.operand)=> __frame.anchored(&#slot, __child, #here).await),
    };
    let came_back = coroutine.came_back(span, at.operand);
    let arms = quote_spanned! {span=>
        __child => match #private::InFrame::<#mode>::open() {
            __frame => match #delegation {
                #came_back
            },
        },
    };
    resolved(quote_spanned!(span=> #private::Handed::new(#operand)), arms, at)
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

/// `(guard, expression,).1`: an expression that does not compile outside the block that the coroutine's body is. The guard is dead
/// code: in a loop, or the compiler would say in other words that it cannot break out of a closure.
pub(crate) fn guarded(krate: &Runtime, expression: TokenStream, span: Span) -> TokenStream {
    let (label, private) = (names::label(span), krate.private(span));
    quote_spanned!(span=> (while false { break #label (#private::never()) }, #expression,).1)
}

/// A function that tells the place. The method that it calls has the user's own span, or it would tell the attribute's place.
/// It is an item, in a block of its own, since the compiler takes twice as long for a closure.
fn here(krate: &Runtime, at: Place) -> TokenStream {
    let span = names::hidden(at.word);
    let private = krate.private(span);
    let call = quote_spanned!(at.word=> .here());
    quote_spanned!(span=> { fn here() -> #private::At { #private::Place #call } here })
}
