//! The attribute's arguments, `yield = T, send = T, throw = E, close, boxed, crate = path`, parsed into [`Args`].

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Path, Token, Type};

use crate::diagnostics::Diagnostics;
use crate::expressions::{Coroutine, Told};
use crate::names::Runtime;
use crate::types::without_impl;

#[derive(Clone)]
pub(crate) struct Args {
    /// What the coroutine yields.
    pub(crate) yields: Type,
    /// Whether the user has said that.
    pub(crate) says_yield: bool,
    /// What it is sent.
    pub(crate) sent: Type,
    /// What can be thrown into it.
    pub(crate) thrown: Option<Type>,
    /// The word `close`, if its body observes its close.
    pub(crate) close: Option<Ident>,
    /// Whether it comes in a box.
    pub(crate) boxed: Option<Boxed>,
    /// Where the arguments lie that say what a `yield_!` evaluates to.
    pub(crate) told: Option<Told>,
    /// Where the runtime is.
    pub(crate) krate: Runtime,
}

/// In what kind of box.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Boxed {
    /// `boxed`
    OneThread,
    /// `boxed = Send`
    AnyThread,
}

impl Args {
    /// `::<Y, S>`, as it can be written in a body, where `S` is what a `yield_!` evaluates to.
    pub(crate) fn types_in_body(&self) -> TokenStream {
        let private = self.krate.private(Span::call_site());
        let (yields, sent) = (without_impl(&self.yields), without_impl(&self.sent));
        let mut resumed = quote!(#sent);
        if let Some(error) = &self.thrown {
            let error = without_impl(error);
            resumed = quote!(#private::Result<#resumed, #error>);
        }
        if self.close.is_some() {
            resumed = quote!(#private::Result<#resumed, #private::GeneratorExit>);
        }
        quote!(::<#yields, #resumed>)
    }

    /// What expressions in the body need to know.
    pub(crate) fn coroutine(&self, awaits: bool) -> Coroutine {
        let unsent = self.thrown.is_none() && self.close.is_none() && is_unit(&self.sent);
        Coroutine {
            krate: self.krate.clone(),
            unsent,
            mode: self.mode_in_body(),
            awaits,
            yields: without_impl(&self.yields),
            yields_unsaid: !self.says_yield && is_unit(&self.yields),
            told: self.told.filter(|_| !unsent),
        }
    }

    /// The coroutine's mode, if it is none of the plain ones.
    pub(crate) fn mode(&self) -> Option<TokenStream> {
        let private = self.krate.private(Span::call_site());
        let throws = self.thrown.as_ref().map(|error| quote!(#private::Throws<#error>));
        match self.close {
            Some(_) => Some(quote!(#private::Closes<#throws>)),
            None => throws,
        }
    }

    /// The same, as it can be written in a body.
    pub(crate) fn mode_in_body(&self) -> TokenStream {
        let private = self.krate.private(Span::call_site());
        let thrown = self.thrown.as_ref().map(without_impl);
        let plain = || quote!(#private::Plain);
        Args { thrown, ..self.clone() }.mode().unwrap_or_else(plain)
    }
}

/// The arguments, with defaults for those that are absent or wrong; `unsaid` is that of the types.
pub(crate) fn parse(tokens: TokenStream, unsaid: &Type, diagnostics: &mut Diagnostics) -> Args {
    let mut found = Found::default();
    let parsed = (|input: ParseStream<'_>| {
        while !input.is_empty() {
            if let Err(error) = found.argument(input) {
                diagnostics.push(error);
                skip_to_comma(input)?;
            }
            if !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
                return Err(input.error("a comma is missing here; write `yield = T, send = T`"));
            }
        }
        Ok(())
    })
    .parse2(tokens);
    if let Err(error) = parsed {
        diagnostics.push(error);
    }
    Args {
        says_yield: found.yields.is_some(),
        yields: found.yields.unwrap_or_else(|| unsaid.clone()),
        sent: found.sent.unwrap_or_else(|| unsaid.clone()),
        thrown: found.thrown,
        close: found.close,
        boxed: found.boxed,
        told: found.told,
        krate: Runtime(found.krate),
    }
}

#[derive(Default)]
struct Found {
    yields: Option<Type>,
    sent: Option<Type>,
    thrown: Option<Type>,
    close: Option<Ident>,
    boxed: Option<Boxed>,
    krate: Option<Path>,
    told: Option<Told>,
}

impl Found {
    fn argument(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let name = input.call(Ident::parse_any).map_err(|error| {
            syn::Error::new(
                error.span(),
                "expected an argument: `yield = T`, `send = T`, `throw = E`, `close`, `boxed` or `crate = path`",
            )
        })?;
        let said = name.to_string();
        self.known(&said, name, input)
    }

    fn known(&mut self, said: &str, name: Ident, input: ParseStream<'_>) -> syn::Result<()> {
        let word = name.clone();
        match said {
            "yield" => set(&mut self.yields, name, "T", input, Type::parse),
            "send" => {
                set(&mut self.sent, name, "T", input, Type::parse)?;
                self.tell(&word, &self.sent.to_token_stream());
                Ok(())
            }
            "throw" => {
                set(&mut self.thrown, name, "E", input, Type::parse)?;
                self.tell(&word, &self.thrown.to_token_stream());
                Ok(())
            }
            "close" => {
                set_flag(&mut self.close, name, input)?;
                self.tell(&word, &word.to_token_stream());
                Ok(())
            }
            "boxed" => self.boxed(name, input),
            "crate" => set(&mut self.krate, name, "path", input, crate_path),
            other => match NAMES.iter().find(|name| is_near(name, other)) {
                Some(meant) => {
                    // It counts as that, or whoever uses the function would see errors of their own.
                    self.known(meant, name, input)?;
                    Err(syn::Error::new(word.span(), format!("unknown argument `{other}`; did you mean `{meant}`?")))
                }
                None => Err(syn::Error::new(
                    word.span(),
                    format!(
                        "unknown argument `{other}`; \
                         the arguments are `yield = T`, `send = T`, `throw = E`, `close`, `boxed` and `crate = path`"
                    ),
                )),
            },
        }
    }
}

impl Found {
    /// Notes where something lies that says what a `yield_!` evaluates to.
    fn tell(&mut self, word: &Ident, said: &TokenStream) {
        let spans = || said.clone().into_iter().map(|token| token.span());
        if let (Some(begin), Some(end)) = (spans().next(), spans().last()) {
            let told = self.told.unwrap_or(Told { word: word.span(), begin, end });
            self.told = Some(Told { end, ..told });
        }
    }

    /// `boxed`, or `boxed = Send`.
    fn boxed(&mut self, name: Ident, input: ParseStream<'_>) -> syn::Result<()> {
        let mut boxed = Boxed::OneThread;
        if let Some(equals) = input.parse::<Option<Token![=]>>()? {
            let what: Option<Ident> = input.parse()?;
            if what.as_ref().is_none_or(|what| what != "Send") {
                let at = what.map_or(equals.span, |what| what.span());
                return Err(syn::Error::new(
                    at,
                    "the only box that is named is `Send`; write `boxed` or `boxed = Send`",
                ));
            }
            boxed = Boxed::AnyThread;
        }
        if self.boxed.is_some() {
            return Err(syn::Error::new(name.span(), "`boxed` is given twice; remove one"));
        }
        self.boxed = Some(boxed);
        Ok(())
    }
}

const NAMES: [&str; 6] = ["yield", "send", "throw", "close", "boxed", "crate"];

/// Whether a word is another with two letters in each other's places, or with one that is wrong, missing or too many.
pub(crate) fn is_near(name: &str, word: &str) -> bool {
    let (name, word): (Vec<char>, Vec<char>) = (name.chars().collect(), word.chars().collect());
    let same = name.iter().zip(&word).take_while(|(one, other)| one == other).count();
    let (name, word) = (&name[same..], &word[same..]);
    match (name, word) {
        ([a, b, name @ ..], [c, d, word @ ..]) if (a, b) == (d, c) && name == word => true,
        ([_, name @ ..], [_, word @ ..]) if name == word => true,
        ([_, rest @ ..], _) if rest == word => true,
        (_, [_, rest @ ..]) => rest == name,
        _ => false,
    }
}

fn set<T>(
    place: &mut Option<T>,
    name: Ident,
    value: &str,
    input: ParseStream<'_>,
    parse: fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<()> {
    if !input.peek(Token![=]) {
        return Err(syn::Error::new(name.span(), format!("`{name}` needs a value; write `{name} = {value}`")));
    }
    let equals: Token![=] = input.parse()?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new(equals.span, format!("`{name}` needs a value; write `{name} = {value}`")));
    }
    let parsed = parse(input).map_err(|error| {
        let (kind, meaning) = match value {
            "path" => ("path", "leads to the crate `antiphon`"),
            _ => ("type", "is a type"),
        };
        syn::Error::new(error.span(), format!("this is no {kind}; write `{name} = {value}`, where `{value}` {meaning}"))
    })?;
    if place.is_some() {
        return Err(syn::Error::new(name.span(), format!("`{name}` is given twice; remove one")));
    }
    *place = Some(parsed);
    Ok(())
}

/// The path to a module: there are no generic arguments in it, and no type at its beginning.
fn crate_path(input: ParseStream<'_>) -> syn::Result<Path> {
    let path = Path::parse_mod_style(input)?;
    match path.segments.iter().find(|segment| segment.ident == "Self") {
        Some(segment) => Err(syn::Error::new(segment.ident.span(), "`Self` is no module")),
        None => Ok(path),
    }
}

fn set_flag(place: &mut Option<Ident>, name: Ident, input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![=]) {
        return Err(syn::Error::new(name.span(), format!("`{name}` has no value; write `{name}` alone")));
    }
    if place.is_some() {
        return Err(syn::Error::new(name.span(), format!("`{name}` is given twice; remove one")));
    }
    *place = Some(name);
    Ok(())
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}
