//! Writes a body with the keyword in the place of the macro: bodies are written once, and the other kinds need the macro.

use proc_macro::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// ```text
/// Input:   #[coroutine(…)] fn f() { … yield_!(x) … }
/// Output:  ::antiphon::coroutines! { #[coroutine(…)] fn f() { … (yield x) … } }
/// ```
#[proc_macro]
pub fn with_keyword(items: TokenStream) -> TokenStream {
    let mut output: TokenStream = "::antiphon::coroutines!".parse().expect("a path");
    output.extend([TokenTree::Group(Group::new(Delimiter::Brace, rewrite(items)))]);
    output
}

fn rewrite(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut output = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        match &tokens[index..] {
            [TokenTree::Ident(name), TokenTree::Punct(bang), TokenTree::Group(operand), ..]
                if bang.as_char() == '!' && name.to_string() == "yield_" =>
            {
                let mut inner: Vec<TokenTree> = rewrite(operand.stream()).into_iter().collect();
                if matches!(inner.last(), Some(TokenTree::Punct(comma)) if comma.as_char() == ',') {
                    inner.pop();
                }
                let keyword = TokenTree::Ident(Ident::new("yield", name.span()));
                let stream = [keyword].into_iter().chain(inner).collect();
                output.push(like(operand, Delimiter::Parenthesis, stream));
                index += 3;
            }
            // The keyword in what it defines would be the compiler's.
            [TokenTree::Ident(word), rest @ ..] if word.to_string() == "macro_rules" => {
                output.extend(tokens[index..].iter().take(1 + rest.len().min(3)).cloned());
                index += 4;
            }
            [TokenTree::Group(group), ..] => {
                output.push(like(group, group.delimiter(), rewrite(group.stream())));
                index += 1;
            }
            _ => {
                output.push(tokens[index].clone());
                index += 1;
            }
        }
    }
    output.into_iter().collect()
}

/// A group in the place of another.
fn like(other: &Group, delimiter: Delimiter, stream: TokenStream) -> TokenTree {
    let mut group = Group::new(delimiter, stream);
    group.set_span(other.span());
    TokenTree::Group(group)
}
