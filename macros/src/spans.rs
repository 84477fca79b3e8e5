//! Every token that the user wrote is in the expansion, at its own place: so completion, hover and "go to definition" work in
//! a body as in that of any function, also in one that is wrong.

use std::collections::BTreeMap;

use proc_macro2::{Span, TokenStream, TokenTree};

use crate::{anonymous, expand, items};

/// A token, and where it begins and ends.
type Placed = (String, (usize, usize), (usize, usize));

/// How often each stands there.
type Tokens = BTreeMap<Placed, usize>;

/// What belongs to the call of a macro, to `async fn`, and to a part of a parameter that gets a name; and what separates.
const REPLACED: &[&str] = &["!", "box", "async", "_", ","];

fn tokens(stream: TokenStream) -> Tokens {
    let mut found = Tokens::new();
    collect(stream, &mut found);
    found
}

fn collect(stream: TokenStream, found: &mut Tokens) {
    for tree in stream {
        match tree {
            TokenTree::Group(group) => collect(group.stream(), found),
            TokenTree::Ident(word) => note(word.to_string(), word.span(), found),
            TokenTree::Literal(literal) => note(literal.to_string(), literal.span(), found),
            TokenTree::Punct(punct) => note(punct.as_char().to_string(), punct.span(), found),
        }
    }
}

fn note(text: String, span: Span, found: &mut Tokens) {
    let (start, end) = (span.start(), span.end());
    *found.entry((text, (start.line, start.column), (end.line, end.column))).or_default() += 1;
}

/// Those of the input that are not in the output, but for those that are said in other words there.
fn lost(input: &TokenStream, output: TokenStream) -> Vec<Placed> {
    let output = tokens(output);
    let missing = tokens(input.clone()).into_keys().filter(|token| !output.contains_key(token));
    missing.filter(|(text, ..)| !REPLACED.contains(&text.as_str())).collect()
}

/// A function with something of everything. `yield_!` becomes a method of that name, and `yield_from!` a delegation.
const FUNCTION: &str = r#"
    /// Documented.
    #[must_use]
    #[cfg(all())]
    pub(crate) fn name<'a, T: Clone, const N: usize>(&'a self, mut first: [T; N], (left, _): (u8, &'a str)) -> Result<T, E>
    where
        T: Into<String>,
    {
        //! Documented inside.
        let local = yield_!(left + self.field.method(first.len())?);
        'outer: for item in first.iter_mut().map(|x| x.clone()) {
            if let Some(Pattern { field, .. }) = item { continue 'outer }
            println!("{} {local:?}", yield_!(item));
            vec![yield_!(nested(yield_!("literal")))];
        }
        struct Local { field: u8 }
        while yield_!(Local { field: 1 }) != yield_!() {}
        unsafe { other(&raw const local) };
        return match first { [a, .., b] => Ok(a as T), _ => Err(E::new(b'c', 1.5e3, "text", r"raw")) };
    }
"#;

#[test]
fn every_token_of_a_function_is_at_its_place() {
    for args in
        ["yield = Vec<(u8, &'a str)>, send = T", "yield = T, throw = some::Error, close", "yield = T, boxed = Send"]
    {
        // Both from one text, so that no two tokens lie at one place.
        let text = format!("#[attribute({args})] {FUNCTION}");
        let (args, item) = parts(text.parse().expect("tokens"));
        let output = expand::coroutine(args.clone(), item.clone());
        assert_eq!(lost(&item, output.clone()), []);
        // The words before the types are no tokens of the expansion, but the types are.
        let words = ["yield", "send", "throw", "close", "boxed", "Send", "="];
        let lost = lost(&args, output).into_iter().filter(|(text, ..)| !words.contains(&text.as_str()));
        assert_eq!(lost.collect::<Vec<_>>(), []);
    }
}

/// The attribute's arguments, and what stands below it.
fn parts(tokens: TokenStream) -> (TokenStream, TokenStream) {
    let mut trees = tokens.into_iter().skip(1);
    let Some(TokenTree::Group(attribute)) = trees.next() else {
        panic!("an attribute");
    };
    let args = attribute.stream().into_iter().find_map(|tree| match tree {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    });
    (args.expect("arguments"), trees.collect())
}

#[test]
fn every_token_of_delegations_and_awaits_is_at_its_place() {
    let item: TokenStream = "async fn name(child: impl Stream) -> u8 {
        let a = yield_from!(child.method(1).await);
        let b = yield_from!(box other::<u8>(a, &b[0]));
        println!(\"{}\", yield_from!([a, b]));
        a + b
    }"
    .parse()
    .expect("tokens");
    let lost = lost(&item, expand::coroutine("yield = u8".parse().expect("tokens"), item.clone()));
    let words = lost.into_iter().map(|(text, ..)| text).collect::<Vec<_>>();
    // The macro's name, where it is lowered: no editor shows anything of a delegation but its parts.
    assert_eq!(words, ["yield_from", "yield_from"]);
}

#[test]
fn every_token_of_the_signature_is_at_its_place_beside_a_mistake() {
    let item: TokenStream = "/// Documented.
    pub fn name<T: Clone>(&self, mut first: T, (left, right): (u8, T)) -> Vec<T> { [1].map(|x| yield_!(x)); }"
        .parse()
        .expect("tokens");
    let output = expand::coroutine("yield = u8".parse().expect("tokens"), item.clone());
    let body = item.clone().into_iter().last().expect("a body").span().start();
    let lost = lost(&item, output).into_iter().filter(|(_, start, _)| *start < (body.line, body.column));
    assert_eq!(lost.collect::<Vec<_>>(), []);
}

#[test]
fn the_keyword_is_at_the_place_of_what_it_becomes() {
    let text = "#[coroutine(yield = u8)] fn name(n: u8) { let a = yield n + 1; call(yield a, n); }";
    let item: TokenStream = text.parse().expect("tokens");
    let words = lost(&item, items::expand(item.clone())).into_iter().map(|(text, ..)| text).collect::<Vec<_>>();
    assert_eq!(words, ["#", "=", "coroutine", "yield", "yield", "yield"]);
    let body: TokenStream = "move { let a = yield b.c(); a[1] = (yield); }".parse().expect("tokens");
    let words = lost(&body, anonymous::expand(body.clone())).into_iter().map(|(text, ..)| text).collect::<Vec<_>>();
    assert_eq!(words, ["yield", "yield"]);
}

/// The macros at the head of each body are what an editor shows for a `yield_!` in the arguments of another macro; the method
/// that is called for one in plain sight has documentation of its own, and so have the two outside of coroutines.
#[test]
fn the_two_macros_are_documented() {
    let output = expand::coroutine("yield = u8".parse().expect("tokens"), "fn f() { g!(); }".parse().expect("tokens"));
    let text = output.to_string();
    for name in ["yield_", "yield_from"] {
        let definition = text.find(&format!("macro_rules ! {name} ")).expect("a definition");
        let before = text[..definition].trim_end();
        assert!(before.ends_with(']'), "no attribute before {name}");
        let attribute = &before[before.rfind('#').expect("an attribute")..];
        assert!(attribute.contains("doc"), "no documentation before {name}: {attribute}");
    }
    let outside = include_str!("../../runtime/src/outside.rs");
    for name in ["yield_", "yield_from"] {
        let definition = outside.find(&format!("#[macro_export]\nmacro_rules! {name} ")).expect("a definition");
        assert!(outside[..definition].lines().last().is_some_and(|line| line.starts_with("///")), "{name} outside");
    }
}
