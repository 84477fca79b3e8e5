//! The only file that quotes whole items.
//!
//! ```text
//! Input:   #[antiphon::coroutine(yield = Y, send = S)]
//!          fn name(a: A, b: B, c: C) -> R { body }
//!
//! Output:  fn name(a: A, b: B, c: C) -> Generator<Y, S, impl Future<Output = R>> {
//!              if false { let c = (); }                       // for the lint, if `c` is not mentioned in the body
//!              let (yielded, types) = unsafe { Handle::<Y, S>::new() };
//!              let body = async move {
//!                  capture(&c);                               // in the order of drop
//!                  capture(&b);
//!                  capture(&a);
//!                  if false { return never::<R>(); }          // fixes the type for `?` and `return`
//!                  let mut slot = yielded.await;              // where values cross, until the next yield
//!                  'coroutine: {                              // with macros: ties the yields that they hide to this block; without
//!                                                             // one, the braces alone
//!                      {                                      // the user's own braces
//!                          macro_rules! yield_ { … }          // reaches into the arguments of other macros; so does
//!                                                             // `r#yield`, if the keyword stands there; none without a macro
//!                          macro_rules! yield_from { … }
//!                          body
//!                      }
//!                  }
//!              };
//!              return generator(types, body);
//!          }
//! ```
//!
//! All of these names begin with two underscores. An `async` function becomes an `AsyncGenerator`, whose body holds an anchor,
//! `yielded.anchor()`, in the place of the slot.
//!
//! The `unsafe` block holds none of the user's code.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Block, Lifetime, ReturnType, Signature, Token, Type};

use crate::args::{Args, Boxed};
use crate::diagnostics::Diagnostics;
use crate::expressions::{self, Coroutine, Place};
use crate::function::{Body, Function};
use crate::keyword;
use crate::lifetimes;
use crate::names::{self, KEYWORD, Runtime, YIELD, YIELD_FROM};
use crate::parameters;
use crate::types::{self, find_impl_trait};
use crate::unread::Unread;

/// The function as lowered. With errors: the errors, and the lowered signature with a body that does nothing, so that
/// whoever calls the function sees no errors of their own.
pub(crate) fn function(mut args: Args, function: Function, diagnostics: Diagnostics) -> TokenStream {
    let Function { attrs, vis, mut sig, body, unread } = function;
    let mut returned = match &sig.output {
        ReturnType::Default => types::unit(),
        ReturnType::Type(_, ty) => (**ty).clone(),
    };
    // Has been reported.
    if args.thrown.as_ref().is_some_and(|thrown| find_impl_trait(thrown).is_some()) {
        args.thrown = Some(types::unit());
    }
    // Has been reported too.
    if sig.asyncness.is_some() {
        args.boxed = None;
    }
    let lifetime = args.boxed.map(|_| {
        let mut types = vec![&mut returned, &mut args.yields, &mut args.sent];
        types.extend(&mut args.thrown);
        lifetimes::of_all(&mut sig, &mut types)
    });
    let krate = &args.krate;
    let failed = !diagnostics.is_empty() || unread.is_some();
    let errors = diagnostics.into_compile_errors();

    let awaits = sig.asyncness.is_some();
    // What the compiler says of the body as a whole, it says of the function's name.
    let span = names::hidden(sig.ident.span());

    let (statements, braces) = match body {
        Body::None(semicolon) => {
            lower_output(&mut sig, &args, &returned, lifetime);
            let sig = signature(&sig, unread.as_ref());
            return quote!(#(#attrs)* #vis #sig #semicolon #errors);
        }
        _ if failed => {
            let private = krate.private(Span::call_site());
            (quote!(#private::never()), Span::mixed_site())
        }
        Body::Block(Block { stmts, brace_token }) => (quote!(#(#stmts)*), brace_token.span.join()),
        Body::Unparsed(group) => (group.stream(), group.span()),
    };

    let parameters::Parameters { captures, bindings, unused } = parameters::name_all(&mut sig, krate, &statements);
    let unused = (!unused.is_empty() && !failed).then(|| quote!(if false { #unused }));
    if failed {
        sig.constness = None;
        sig.abi = None;
        sig.variadic = None;
    }
    lower_output(&mut sig, &args, &returned, lifetime);

    let (handle, slot) = (names::handle(first_span(&args.yields.to_token_stream())), names::slot(Span::mixed_site()));
    let types = args.types_in_body();
    let hint = find_impl_trait(&returned).is_none().then(|| return_type_hint(krate, &returned));
    let open = match awaits {
        false => quote_spanned! {span=>
            let mut #slot = #handle.await;
        },
        true => quote_spanned! {span=>
            let #slot = #handle.anchor();
        },
    };
    let coroutine = args.coroutine(awaits);
    let macros = if failed { None } else { macros(&coroutine, &statements, span) };
    let (coercion, passing) = (coroutine.coercion(), coroutine.passing());
    let block = block(&coroutine, macros, &statements, braces, Span::mixed_site());
    let make = match args.boxed {
        _ if awaits => quote_spanned!(span=> async_generator),
        None => quote_spanned!(span=> generator),
        Some(Boxed::OneThread) => quote_spanned!(span=> boxed),
        Some(Boxed::AnyThread) => quote_spanned!(span=> boxed_send),
    };
    // Whose close is seen has a return value that may be a failure.
    let watch = args.close.as_ref().filter(|_| find_impl_trait(&returned).is_none()).map(|_| watch(krate, &returned));
    let private = krate.private(span);
    let block = quote_spanned! {span=>
        #captures
        #hint
        #bindings
        #open
        #coercion
        #passing
        #block
    };
    let body = async_block(quote!(move), block, sig.ident.span());
    let refusal = unread.as_ref().map(|_| Unread::refusal());
    // SAFETY: (of the block that is emitted) the handle is captured by the `async` block that follows and awaited in it;
    // its slots are used by our own expressions alone, in that block's own body: `lower` puts them nowhere else, and the label
    // in those that a macro hides sees to it; and the block goes into `generator` with the types that came with the handle.
    let expansion = quote_spanned! {span=>
        #refusal
        #unused
        let (#handle, __types) = unsafe { #private::Handle #types::new() };
        let __body = #body;
        #watch
        return #private::#make(__types, __body);
    };
    // In debug builds the event loop says of one that was never started where it was made.
    let tracked = (awaits && sig.abi.is_none() && !attrs.iter().any(|attr| attr.path().is_ident("track_caller")))
        .then(|| quote!(#[cfg_attr(debug_assertions, track_caller)]));
    // What the body would have used is not used now.
    let allow = failed.then(|| quote!(#[allow(unused)]));
    let mut body = Group::new(Delimiter::Brace, expansion);
    body.set_span(braces);
    let sig = signature(&sig, unread.as_ref());
    quote!(#errors #(#attrs)* #tracked #allow #vis #sig #body)
}

/// The signature, with what could not be read of it.
fn signature(sig: &Signature, unread: Option<&Unread>) -> TokenStream {
    unread.map_or_else(|| sig.to_token_stream(), |unread| unread.give_back(sig))
}

/// ```text
/// Input:   -> R
/// Output:  -> Generator<Y, S, impl Future<Output = R>, M>
/// Boxed:   -> Boxed<'a, Y, S, R, M>
/// ```
///
/// `impl` comes from this crate, whose edition is 2024, so it captures every lifetime in scope in any user's edition.
fn lower_output(sig: &mut Signature, args: &Args, returned: &Type, lifetime: Option<Lifetime>) {
    let Args { yields, sent, krate, .. } = args;
    let mode = args.mode().map(|mode| quote!(, #mode));
    // `!` has been reported; what is emitted instead only has to compile.
    let never = types::unit();
    let returned = if matches!(returned, Type::Never(_)) { &never } else { returned };
    let sent = if find_impl_trait(sent).is_some() { &never } else { sent };
    // Lies where the user wrote the return type, or would have.
    let span = match &sig.output {
        ReturnType::Type(_, ty) => first_span(&ty.to_token_stream()),
        ReturnType::Default => sig.paren_token.span.close(),
    };
    let span = Span::call_site().located_at(span);
    let private = krate.private(span);
    let arrow = match &sig.output {
        ReturnType::Type(arrow, _) => *arrow,
        ReturnType::Default => Token![->](span),
    };
    let generator = match sig.asyncness.take() {
        None => quote_spanned!(span=> Generator),
        Some(_) => quote_spanned!(span=> AsyncGenerator),
    };
    let Some(lifetime) = lifetime else {
        let ty = quote_spanned! {span=>
            #private::#generator<#yields, #sent, impl #private::Future<Output = #returned> #mode>
        };
        // As tokens: to parse them costs as much as all else here.
        sig.output = ReturnType::Type(arrow, Box::new(Type::Verbatim(ty)));
        return;
    };
    let boxed = match args.boxed {
        Some(Boxed::AnyThread) => quote_spanned!(span=> SendBoxed),
        _ => quote_spanned!(span=> Boxed),
    };
    let ty = quote_spanned!(span=> #private::#boxed<#lifetime, #yields, #sent, #returned #mode>);
    sig.output = ReturnType::Type(arrow, Box::new(Type::Verbatim(ty)));
}

/// Dead code that tells the compiler what the body returns, before it comes to the first `?`.
pub(crate) fn return_type_hint(krate: &Runtime, returned: &Type) -> TokenStream {
    let returned = if matches!(returned, Type::Never(_)) { quote!(()) } else { quote!(#returned) };
    if returned.to_string() == "()" {
        return quote_spanned!(names::hidden(first_span(&returned))=> if false { return; });
    }
    // The compiler says "return type inferred here" of it.
    let at = first_span(&returned);
    let span = names::hidden(at);
    let private = krate.private(span);
    let never = expressions::users_own(quote_spanned!(span=> #private::never::<#returned>()), at, at);
    quote_spanned! {span=>
        if false { return #never; }
    }
}

/// What yields where a macro hides it. Nothing where there is no macro left: to read them costs the compiler more than all else
/// in a small body.
///
/// The compiler says of a place at `span`, if something is wrong with one, that it was invoked there. Both are called, for
/// nothing, since older compilers warn of macros that nobody uses.
pub(crate) fn macros(coroutine: &Coroutine, statements: &TokenStream, span: Span) -> Option<TokenStream> {
    if !mentions_macro(statements.clone()) {
        return None;
    }
    let at = Place { word: span, operand: span, end: span };
    let value = quote_spanned!(span=> $value);
    let yield_ = expressions::yield_(coroutine, &value, at);
    let child = quote_spanned!(span=> $child);
    let yield_from = expressions::yield_from(coroutine, &child, at);
    let yield_from_box = expressions::yield_from_box(coroutine, &child, at);
    let [yield_, yield_from, yield_from_box] =
        [yield_, yield_from, yield_from_box].map(|expression| expressions::guarded(&coroutine.krate, expression, span));
    // The names as the user writes them; all else is hidden.
    let (yield_name, yield_from_name) = (call_site(YIELD), call_site(YIELD_FROM));
    // Only where something is left of what the keyword became, in the arguments of a macro: the compiler reads it each time.
    let keyword = keyword::mentions(statements.clone(), KEYWORD).then(|| {
        quote_spanned! {span=>
            macro_rules! r#yield {
                () => { #yield_name!(()) };
                ($value:expr $(,)?) => { #yield_ };
            }
        }
    });
    Some(quote_spanned! {span=>
        #keyword
        /// Suspends the coroutine and hands a value to whoever drives it; the result is the value that is sent back.
        macro_rules! #yield_name {
            () => { #yield_name!(()) };
            ($value:expr $(,)?) => { #yield_ };
            (@) => {};
        }
        /// Delegates to another coroutine, or to an iterator, until that ends; the result is its return value.
        macro_rules! #yield_from_name {
            (box $child:expr $(,)?) => { #yield_from_box };
            ($child:expr $(,)?) => { #yield_from };
            (@) => {};
        }
        #yield_name!(@);
        #yield_from_name!(@);
    })
}

/// `async move { statements }`, lying at a span of the user's: of what a block captures that comes from a macro, the compiler does
/// not say the name. So its braces are of the user's edition too, and what it ends with must be in braces of ours: see [`block`].
pub(crate) fn async_block(capture: TokenStream, statements: TokenStream, at: Span) -> TokenStream {
    let word = quote_spanned!(at=> async);
    let block = keyword::delimited(Delimiter::Brace, statements, at);
    quote!(#word #capture #block)
}

/// The user's own braces, whose edition decides when temporaries are dropped, in braces that lie `around` them: if these are ours,
/// they are dropped before the variables around it, whatever that edition is. With macros, those are the block to which they tie each
/// yield; its edition would count if its label stood directly before the user's braces.
pub(crate) fn block(
    coroutine: &Coroutine,
    macros: Option<TokenStream>,
    statements: &TokenStream,
    braces: Span,
    around: Span,
) -> TokenStream {
    let span = Span::mixed_site();
    let label = names::label(braces);
    let private = coroutine.krate.private(span);
    let head = macros.map(|macros| {
        quote_spanned! {span=>
            #macros
            if false { break #label (#private::never()); }
        }
    });
    let labelled = head.is_some().then(|| quote_spanned!(span=> #label:));
    // An empty statement, which costs the compiler nothing: braces around one expression alone are said to be superfluous.
    let statement = quote_spanned!(span=> ;);
    let block = keyword::delimited(Delimiter::Brace, quote!(#head #statement #statements), braces);
    let block = keyword::delimited(Delimiter::Brace, quote!(#block), around);
    quote!(#labelled #block)
}

/// Says of what the body returns whether it is a failure.
pub(crate) fn watch(krate: &Runtime, returned: &Type) -> TokenStream {
    let span = Span::mixed_site();
    let private = krate.private(span);
    quote_spanned! {span=>
        let __body = {
            use #private::{FallibleKind, InfallibleKind};
            #private::watched(
                &__types,
                __body,
                (&&#private::Judge::<#returned>::new()).antiphon_judgement(),
            )
        };
    }
}

/// Whether a macro is called, of whatever name: it may be one of the user's that yields, without a word of it here.
fn mentions_macro(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Group(group) => keyword::macro_name(&tokens, index).is_some() || mentions_macro(group.stream()),
        _ => false,
    })
}

pub(crate) fn first_span(tokens: &TokenStream) -> Span {
    tokens.clone().into_iter().next().map_or_else(Span::mixed_site, |token| token.span())
}

fn call_site(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
