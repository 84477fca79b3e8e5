//! The keyword `yield`, where the compiler lets it through: it becomes a macro, before anything is parsed.
//!
//! ```text
//! Input:   let y = yield x + 1;        while let Some(n) = yield n { … }
//! Output:  let y = r#yield!(x + 1);    while let Some(n) = r#yield!(n) { … }
//! ```
//!
//! So from here on it is one of the macros that a body may hold, whether it stands in plain sight, in the arguments of
//! another macro, or in a body that `syn` does not know. `syn` has a `yield` of its own, but sees it in none of the last
//! two, and takes the `n { … }` of the loop above for a struct.
//!
//! The operand is the longest expression that begins behind the keyword, as of `return` and `break`.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, token};

use crate::diagnostics::Diagnostics;
use crate::names::YIELD_FROM;

/// The same tokens without the keyword. What holds none of it stays as it is, with the spans of its delimiters.
pub(crate) fn rewrite(tokens: TokenStream, diagnostics: &mut Diagnostics) -> TokenStream {
    if !mentions(tokens.clone(), "yield") {
        return tokens;
    }
    level(&tokens, Level::Outermost, diagnostics).unwrap_or(tokens)
}

/// The same for a body.
pub(crate) fn rewrite_block(block: Group, diagnostics: &mut Diagnostics) -> Group {
    if !mentions(block.stream(), "yield") {
        return block;
    }
    match level(&block.stream(), Level::Braces, diagnostics) {
        Some(stream) => delimited(block.delimiter(), stream, block.span()),
        None => block,
    }
}

/// Whether a word is there, in whatever groups. To ask for one word is a fraction of what it takes to look for the keyword's places.
pub(crate) fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(group.stream(), word),
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Whether a token is the keyword: not in a lifetime, and not the name of an argument, as in `yield = T`.
pub(crate) fn is_keyword(tokens: &[TokenTree], at: usize) -> bool {
    is_ident(tokens.get(at), "yield")
        && !(at > 0 && is_punct(tokens.get(at - 1), '\''))
        && (!is_punct(tokens.get(at + 1), '=') || is_operator(&tokens[at + 1..]))
}

/// Whether what begins with `=` is `==` or `=>`.
fn is_operator(tokens: &[TokenTree]) -> bool {
    is_joint(tokens.first()) && (is_punct(tokens.get(1), '=') || is_punct(tokens.get(1), '>'))
}

/// Whether what a group holds is none of our business: an attribute's arguments, or those of a macro with a `yield` of its
/// own, or for which code is text.
pub(crate) fn is_left_alone(tokens: &[TokenTree], group: usize) -> bool {
    let before = |n: usize| group.checked_sub(n).and_then(|at| tokens.get(at));
    if is_punct(before(1), '#') || is_punct(before(1), '!') && is_punct(before(2), '#') {
        return true;
    }
    if is_punct(before(2), '!') && is_ident(before(3), "macro_rules") {
        return true;
    }
    const NAMES: &[&str] =
        &["coroutines", "generator", "parse_quote", "quote", "quote_spanned", "stream", "stringify", "try_stream"];
    macro_name(tokens, group).is_some_and(|name| NAMES.iter().any(|known| name == known))
}

/// The name of the macro whose arguments a group is.
pub(crate) fn macro_name(tokens: &[TokenTree], group: usize) -> Option<&Ident> {
    match (tokens.get(group.checked_sub(2)?)?, &tokens[group - 1]) {
        (TokenTree::Ident(name), TokenTree::Punct(bang)) if bang.as_char() == '!' && !is_operand_keyword(name) => {
            Some(name)
        }
        _ => None,
    }
}

/// Whether a `!` behind the word negates what follows.
fn is_operand_keyword(word: &Ident) -> bool {
    ["break", "else", "if", "in", "match", "return", "while", "yield"].iter().any(|keyword| word == keyword)
}

/// Where some tokens stand.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    Outermost,
    /// In braces, which may be a block.
    Braces,
    Other,
    /// In the arguments of a macro, where a comma may stand anywhere.
    Arguments,
}

/// `None` if nothing changes.
fn level(tokens: &TokenStream, at: Level, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let mut tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut changed = false;
    for index in 0..tokens.len() {
        let TokenTree::Group(group) = &tokens[index] else {
            continue;
        };
        if is_left_alone(&tokens, index) {
            continue;
        }
        let inner = match group.delimiter() {
            _ if at == Level::Arguments || macro_name(&tokens, index).is_some() => Level::Arguments,
            Delimiter::Brace => Level::Braces,
            _ => Level::Other,
        };
        if let Some(stream) = level(&group.stream(), inner, diagnostics) {
            tokens[index] = TokenTree::Group(delimited(group.delimiter(), stream, group.span()));
            changed = true;
        }
    }
    let heads = heads(&tokens);
    let mut errors = Vec::new();
    // From the right, so that an operand has none in it.
    for index in (0..tokens.len()).rev().filter(|index| heads[*index].is_some()) {
        changed = true;
        one(&mut tokens, index, heads[index] == Some(true), at, &mut errors);
    }
    errors.into_iter().rev().for_each(|error| diagnostics.push(error));
    changed.then(|| tokens.into_iter().collect())
}

/// Rewrites one of them.
fn one(tokens: &mut Vec<TokenTree>, index: usize, head: bool, at: Level, errors: &mut Vec<syn::Error>) {
    let word = tokens[index].span();
    let mut start = index + 1;
    let mut name = Ident::new_raw("yield", word);
    if is_from(&tokens[start..]) {
        errors.push(syn::Error::new(tokens[start].span(), "`yield from` is Python's; write `yield_from!(…)`"));
        name = Ident::new(YIELD_FROM, word);
        start += 1;
    }
    let end = start + operand(&tokens[start..], head);
    if at == Level::Braces && is_punct(tokens.get(end), ',') && is_statement(&tokens[..index]) {
        let statement = end + to_semicolon(&tokens[end..]);
        if let Some(second) = tokens[..statement].get(end + 1) {
            let message = "`yield` takes one value; yield several as a tuple: `yield (a, b)`";
            errors.push(syn::Error::new(second.span(), message));
        }
        tokens.drain(end..statement);
    }
    let last = tokens[index..end].last().map_or(word, TokenTree::span);
    let operand: TokenStream = tokens[start..end].iter().cloned().collect();
    let mut bang = Punct::new('!', Spacing::Alone);
    bang.set_span(word);
    let group = delimited(Delimiter::Parenthesis, operand, last);
    tokens.splice(index..end, [TokenTree::Ident(name), TokenTree::Punct(bang), TokenTree::Group(group)]);
}

/// For each keyword, whether it stands in the head of an `if`, a `match` or a loop, where a brace opens the body.
fn heads(tokens: &[TokenTree]) -> Vec<Option<bool>> {
    let mut heads = vec![None; tokens.len()];
    // How many heads have no body yet, and whether this is a pattern.
    let (mut open, mut pattern) = (0_usize, false);
    for (index, token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| tokens.get(before));
        match token {
            TokenTree::Ident(_) if is_keyword(tokens, index) => heads[index] = Some(open > 0),
            TokenTree::Ident(word) if word == "let" => pattern = true,
            TokenTree::Ident(word) => {
                open += usize::from(["if", "in", "match", "while"].iter().any(|keyword| word == keyword));
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                ';' => (open, pattern) = (0, false),
                '>' if is_punct(before, '=') && is_joint(before) => (open, pattern) = (0, false),
                '=' if !is_joint(before) => pattern = false,
                _ => {}
            },
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !pattern => {
                let block = ["async", "const", "loop", "move", "unsafe"].iter().any(|word| is_ident(before, word));
                open = open.saturating_sub(usize::from(!block));
            }
            _ => {}
        }
    }
    heads
}

/// How many tokens the operand has.
fn operand(tokens: &[TokenTree], head: bool) -> usize {
    let end = to_semicolon(tokens);
    let left = |input: ParseStream<'_>| {
        if Expr::peek(input) && !(head && input.peek(token::Brace)) {
            match head {
                true => Expr::parse_without_eager_brace(input)?,
                false => Expr::parse(input)?,
            };
        }
        Ok(input.parse::<TokenStream>()?.into_iter().count())
    };
    match left.parse2(tokens[..end].iter().cloned().collect()) {
        Ok(left) => end.saturating_sub(left),
        Err(_) => tokens[..end].iter().enumerate().position(|(at, _)| ends_unknown(tokens, at, head)).unwrap_or(end),
    }
}

/// Whether an operand that `syn` does not know ends before a token.
fn ends_unknown(tokens: &[TokenTree], at: usize, head: bool) -> bool {
    match &tokens[at] {
        TokenTree::Punct(punct) if punct.as_char() == ',' => true,
        TokenTree::Punct(punct) if punct.as_char() == '=' => is_operator(&tokens[at..]),
        TokenTree::Group(group) => head && group.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

/// Whether an expression that follows is a statement, or what a `let` binds.
fn is_statement(before: &[TokenTree]) -> bool {
    let since = before.iter().rposition(|token| is_punct(Some(token), ';')).map_or(0, |at| at + 1);
    let is_block =
        |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let statement = &before[since..];
    match statement.last() {
        None => true,
        Some(last) if is_punct(Some(last), '=') => statement.iter().any(|token| is_ident(Some(token), "let")),
        Some(last) => is_block(last),
    }
}

/// `from child`, where `from` is no variable.
fn is_from(tokens: &[TokenTree]) -> bool {
    let operand = match tokens.get(1) {
        Some(TokenTree::Ident(word)) => word != "as",
        Some(TokenTree::Literal(_)) => true,
        // An index has no comma in it.
        Some(TokenTree::Group(group)) => {
            group.delimiter() == Delimiter::Bracket
                && group.stream().into_iter().any(|token| is_punct(Some(&token), ','))
        }
        _ => false,
    };
    operand && is_ident(tokens.first(), "from")
}

fn to_semicolon(tokens: &[TokenTree]) -> usize {
    tokens.iter().position(|token| is_punct(Some(token), ';')).unwrap_or(tokens.len())
}

/// A group whose delimiters lie at a span.
pub(crate) fn delimited(delimiter: Delimiter, stream: TokenStream, span: Span) -> Group {
    let mut group = Group::new(delimiter, stream);
    group.set_span(span);
    group
}

pub(crate) fn is_ident(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

pub(crate) fn is_punct(token: Option<&TokenTree>, char: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == char)
}

pub(crate) fn is_joint(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint)
}
