//! What stands in `generator! { … }`: the body of a coroutine without a name, which becomes an expression.
//!
//! ```text
//! Input:   generator!(yield = Y, send = S => move -> R { body })
//!
//! Output:  {
//!              let (yielded, types) = unsafe { Permit::new() }.handle::<Y, S>();
//!              let body = async move {
//!                  if false { return never::<R>(); }
//!                  let mut slot = yielded.await;
//!                  'coroutine: { { body } }
//!              };
//!              generator::<_, _, _, Plain>(types, body)
//!          }
//! ```
//!
//! All in front of the body may be left out; the types are then `_`, and inferred. The body is captured by what it
//! mentions, as a closure is: that is what an `async` block does.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Token, Type, Visibility, parse_quote};

use crate::args::Boxed;
use crate::args::{self, Args};
use crate::diagnostics::Diagnostics;
use crate::function::{self, Body, Function};
use crate::keyword::{self, is_ident, is_joint, is_punct};
use crate::{check, emit, lower, names, scope};

/// What the macro is given.
struct Anonymous {
    args: Args,
    /// The word `move`, if what is captured is moved.
    capture: Option<Token![move]>,
    /// What it returns, if that is said.
    returned: Option<Type>,
    /// A function that has nothing but the body.
    function: Function,
}

pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let mut anonymous = parse(tokens, &mut diagnostics);
    check::told_types_are_named(&anonymous.args, &mut diagnostics);
    scope::check(&anonymous.args, &mut anonymous.function, &mut diagnostics);
    lower::body(&mut anonymous.function, &mut anonymous.args, &mut diagnostics);
    emit(anonymous, diagnostics)
}

fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Anonymous {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let (args, rest) = match arrow(&tokens) {
        Some(arrow) => (&tokens[..arrow], &tokens[arrow + 2..]),
        None => (&[][..], &tokens[..]),
    };
    let closure = rest.iter().find(|token| !is_ident(Some(token), "move")).filter(|token| is_punct(Some(token), '|'));
    if let Some(bar) = closure {
        diagnostics.error(bar, "a coroutine has no parameters, and is no closure; write `{ … }`, or `move { … }`");
    }
    let asynchronous = async_block(rest);
    if let Some(word) = asynchronous {
        let message = "a `generator!` is a block of its own, and not `async`; write `{ … }`, or `move { … }`; \
                       one that awaits is an `async fn` with `#[antiphon::coroutine]`";
        diagnostics.push(syn::Error::new(word.span(), message));
    }
    let is_argument = is_ident(rest.first(), "yield") && is_punct(rest.get(1), '=') && !is_joint(rest.get(1));
    if is_argument {
        diagnostics.error(&rest[0], "the arguments end with `=>`; write `generator!(yield = T => { … })`");
    }
    let args = args::parse(args.iter().cloned().collect(), &parse_quote!(_), diagnostics);
    let (capture, returned, body) = match is_argument || closure.is_some() || asynchronous.is_some() {
        true => (None, None, &[][..]),
        false => head(rest, diagnostics),
    };
    let braces = match body {
        [TokenTree::Group(group)] => function::braces(group),
        _ => None,
    };
    let body = braces
        .unwrap_or_else(|| keyword::delimited(Delimiter::Brace, body.iter().cloned().collect(), Span::call_site()));
    let (attrs, body) = function::body(keyword::rewrite_block(body, diagnostics));
    let function =
        Function { attrs, vis: Visibility::Inherited, sig: parse_quote!(fn generator()), body, unread: None };
    Anonymous { args, capture, returned, function }
}

/// The word `async`, if all that there is is an `async` block.
fn async_block(tokens: &[TokenTree]) -> Option<&TokenTree> {
    let (word, block) = tokens.split_first().filter(|(word, _)| is_ident(Some(word), "async"))?;
    match block {
        [TokenTree::Group(_)] => Some(word),
        [capture, TokenTree::Group(_)] if is_ident(Some(capture), "move") => Some(word),
        _ => None,
    }
}

/// Where the first `=>` is. In the statements of a body there is none but in braces.
fn arrow(tokens: &[TokenTree]) -> Option<usize> {
    tokens
        .windows(2)
        .position(|pair| is_punct(pair.first(), '=') && is_joint(pair.first()) && is_punct(pair.get(1), '>'))
}

/// `move -> R` and the body. Without braces a `move` is that of a closure.
fn head<'a>(
    tokens: &'a [TokenTree],
    diagnostics: &mut Diagnostics,
) -> (Option<Token![move]>, Option<Type>, &'a [TokenTree]) {
    let (body, before) = match tokens.split_last() {
        Some((body @ TokenTree::Group(group), before)) if function::braces(group).is_some() => (body, before),
        _ => return (None, None, tokens),
    };
    let is_head = is_ident(before.first(), "move") && !is_punct(before.get(1), '|');
    let is_arrow = is_punct(before.first(), '-') && is_punct(before.get(1), '>');
    if !is_head && !is_arrow {
        return (None, None, tokens);
    }
    let head = |input: ParseStream<'_>| {
        let capture = input.parse()?;
        let returned = match input.parse::<Option<Token![->]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok((capture, returned))
    };
    match head.parse2(before.iter().cloned().collect()) {
        Ok((capture, returned)) => (capture, returned, std::slice::from_ref(body)),
        Err(error) => {
            let message = "expected the body behind the arguments: `{ … }`, `move { … }` or `move -> R { … }`";
            diagnostics.push(syn::Error::new(error.span(), message));
            (None, None, &[])
        }
    }
}

/// With errors: the errors, of which the last is an expression that can have any type.
fn emit(anonymous: Anonymous, diagnostics: Diagnostics) -> TokenStream {
    let Anonymous { args, capture, returned, function: Function { attrs, body, .. } } = anonymous;
    let (krate, mode) = (&args.krate, args.mode_in_body());
    let private = krate.private(Span::call_site());
    let errors = diagnostics.into_compile_errors();
    if !errors.is_empty() {
        return quote!({ #errors });
    }
    let (statements, braces) = match body {
        Body::Block(block) => {
            let statements = &block.stmts;
            (quote!(#(#statements)*), block.brace_token.span.join())
        }
        Body::Unparsed(group) => (group.stream(), group.span()),
        Body::None(_) => (TokenStream::new(), Span::call_site()),
    };
    let span = Span::mixed_site();
    let (handle, slot) = (names::handle(emit::first_span(&args.yields.to_token_stream())), names::slot(span));
    let types = args.types_in_body();
    let hint = returned.as_ref().map(|returned| emit::return_type_hint(krate, returned));
    let coroutine = args.coroutine(false);
    let (macros, coercion) = (emit::macros(&coroutine, &statements, span), coroutine.coercion());
    let passing = coroutine.passing();
    // No variable of ours is borrowed by a temporary of the user's. And of what ends with braces of ours linters say that it should
    // end with a semicolon.
    let block = emit::block(&coroutine, macros, &statements, braces, braces);
    let make = match args.boxed {
        None => quote_spanned!(span=> generator),
        Some(Boxed::OneThread) => quote_spanned!(span=> boxed),
        Some(Boxed::AnyThread) => quote_spanned!(span=> boxed_send),
    };
    // Whose close is seen has a return value that may be a failure.
    let watch = args.close.as_ref().and(returned.as_ref()).map(|returned| emit::watch(krate, returned));
    // SAFETY: (of the block that is emitted) as of the one in `emit.rs`.
    let body = quote_spanned! {span=>
        #hint
        let mut #slot = #handle.await;
        #coercion
        #passing
        #block
    };
    // It lies where the user's does, since a suggested `move` is put before it.
    let body = emit::async_block(quote!(#capture), body, braces);
    // SAFETY: (of the block that is emitted) as in `emit.rs`: the `async` block that follows is the one that captures and
    // opens the handle, none of the user's code can name it or its slots, and the block goes where the types go. Those that are
    // inferred are no part of what is unsafe, or the compiler would say of one that nothing determines that it affects that.
    let expansion = quote_spanned! {span=>
        let (#handle, __types) = unsafe { #private::Permit::new() }.handle #types();
        #(#attrs)*
        let __body = #body;
        #watch
        #private::#make::<_, _, _, #mode>(__types, __body)
    };
    TokenTree::Group(keyword::delimited(Delimiter::Brace, expansion, Span::call_site())).into()
}
