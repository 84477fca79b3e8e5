//! The pictures in `docs/lowering.md` are what is emitted. `BLESS=1 cargo test -p antiphon-macros` draws them anew.
//!
//! A picture is two blocks of code: what the user writes, and below it what becomes of that, shortened by [`short`] and
//! [`Abbreviate`].

use std::{env, fs};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, FieldValue, Ident, Item, Lifetime, Stmt, parse_quote};

use crate::{anonymous, expand, items, names};

const FENCE: &str = "```rust\n";

/// Stands before a picture that is not abbreviated.
const IN_FULL: &str = "<!-- in full -->";

#[test]
fn pictures_show_what_is_emitted() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/lowering.md");
    let written = fs::read_to_string(file).expect("docs/lowering.md");
    let drawn = drawn(&written);
    if env::var_os("BLESS").is_some() {
        fs::write(file, drawn).expect("docs/lowering.md");
        return;
    }
    for (place, (one, other)) in written.lines().zip(drawn.lines()).enumerate() {
        assert_eq!(one, other, "line {} of docs/lowering.md; `BLESS=1` draws it anew", place + 1);
    }
    assert_eq!(written.len(), drawn.len());
}

/// The document with each second block of code drawn from the one before it.
fn drawn(document: &str) -> String {
    let mut parts = document.split(FENCE);
    let mut drawn = parts.next().unwrap_or_default().to_owned();
    while let (Some(input), Some(output)) = (parts.next(), parts.next()) {
        let (code, between) = input.split_once("```\n").expect("the end of the input");
        let (_, behind) = output.split_once("```\n").expect("the end of the output");
        let picture = picture(code, drawn.trim_end().ends_with(IN_FULL));
        drawn += &format!("{FENCE}{code}```\n{between}{FENCE}{picture}```\n{behind}");
    }
    drawn
}

fn picture(code: &str, in_full: bool) -> String {
    let expanded = expanded(code.parse().expect("tokens"));
    let mut file = syn::parse2(short(expanded)).expect("what syn can parse");
    if !in_full {
        Abbreviate.visit_file_mut(&mut file);
    }
    prettyplease::unparse(&file)
}

/// What the compiler makes of the code by calling the attribute, and the two macros.
fn expanded(tokens: TokenStream) -> TokenStream {
    let mut result = TokenStream::new();
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        match (&tree, trees.peek()) {
            (TokenTree::Ident(word), Some(TokenTree::Punct(mark))) if mark.as_char() == '!' && word == "coroutines" => {
                trees.next();
                result.extend(items::expand(argument(trees.next())));
            }
            (TokenTree::Ident(word), Some(TokenTree::Punct(mark))) if mark.as_char() == '!' && word == "generator" => {
                trees.next();
                result.extend(anonymous::expand(argument(trees.next())));
            }
            (TokenTree::Punct(hash), Some(TokenTree::Group(attribute))) if hash.as_char() == '#' => {
                let args = attribute.stream().into_iter().find_map(|tree| match tree {
                    TokenTree::Group(args) => Some(args.stream()),
                    _ => None,
                });
                trees.next();
                let mut item: Vec<TokenTree> = Vec::new();
                while !item.last().is_some_and(ends_item) {
                    item.push(trees.next().expect("the item's end"));
                }
                result.extend(expand::coroutine(args.unwrap_or_default(), item.into_iter().collect()));
            }
            (TokenTree::Group(group), _) => {
                result.extend([TokenTree::from(Group::new(group.delimiter(), expanded(group.stream())))]);
            }
            _ => result.extend([tree]),
        }
    }
    result
}

/// What stands in a macro's delimiters.
fn argument(tree: Option<TokenTree>) -> TokenStream {
    match tree {
        Some(TokenTree::Group(group)) => group.stream(),
        _ => panic!("a macro's argument"),
    }
}

fn ends_item(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    }
}

/// Leaves `::antiphon::__private::`, `::antiphon::` and `::core::` away.
fn short(tokens: TokenStream) -> TokenStream {
    const COLONS: [&str; 2] = [":", ":"];
    let paths = [&["antiphon", ":", ":", "__private", ":", ":"], &["antiphon", ":", ":"][..], &["core", ":", ":"]];
    let paths = paths.map(|path| [&COLONS, path].concat());
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut rest = trees.as_slice();
    let mut result = TokenStream::new();
    while let Some(first) = rest.first() {
        let is_next = |path: &&Vec<&str>| {
            rest.len() >= path.len() && rest.iter().zip(*path).all(|(tree, word)| tree.to_string() == *word)
        };
        if let Some(path) = paths.iter().find(is_next) {
            rest = &rest[path.len()..];
            continue;
        }
        result.extend([match first {
            TokenTree::Group(group) => Group::new(group.delimiter(), short(group.stream())).into(),
            other => other.clone(),
        }]);
        rest = &rest[1..];
    }
    result
}

/// Leaves away, or abbreviates, what is the same in all pictures and says nothing there.
struct Abbreviate;

impl VisitMut for Abbreviate {
    fn visit_block_mut(&mut self, node: &mut Block) {
        node.stmts.retain(|statement| match statement {
            Stmt::Item(item) => !matches!(item, Item::Macro(_)),
            Stmt::Macro(statement) => statement.mac.tokens.to_string() != "@",
            Stmt::Expr(Expr::Verbatim(tokens), _) => !tokens.is_empty(),
            Stmt::Expr(expression, _) => !is_tie(expression),
            _ => true,
        });
        visit_mut::visit_block_mut(self, node);
    }

    fn visit_expr_mut(&mut self, node: &mut Expr) {
        if is_here(node) {
            *node = parse_quote!(here);
        } else if let Some(inner) = twice_in_braces(node) {
            *node = inner;
        } else if let Some(callee) = in_braces(node) {
            *node = callee;
        } else if let Some(inner) = users_own(node) {
            *node = if matches!(inner, Expr::Match(_)) { parse_quote!((#inner)) } else { inner };
        }
        visit_mut::visit_expr_mut(self, node);
    }

    fn visit_field_value_mut(&mut self, node: &mut FieldValue) {
        visit_mut::visit_field_value_mut(self, node);
        if node.member.to_token_stream().to_string() == node.expr.to_token_stream().to_string() {
            node.colon_token = None;
        }
    }

    fn visit_ident_mut(&mut self, node: &mut Ident) {
        if let Some(name) = node.to_string().strip_prefix("__") {
            *node = Ident::new(name, node.span());
        }
    }

    fn visit_lifetime_mut(&mut self, node: &mut Lifetime) {
        if node.ident == names::label(node.span()).ident {
            *node = parse_quote!('coroutine);
        }
    }

    fn visit_attributes_mut(&mut self, node: &mut Vec<Attribute>) {
        node.retain(|attribute| !attribute.path().is_ident("allow"));
    }
}

/// Whether it is `if false { break … }`.
fn is_tie(expression: &Expr) -> bool {
    match expression {
        Expr::If(expression) => matches!(expression.then_branch.stmts.as_slice(), [Stmt::Expr(Expr::Break(_), _)]),
        _ => false,
    }
}

/// The block in `{ { … } }`.
fn twice_in_braces(expression: &Expr) -> Option<Expr> {
    match expression {
        Expr::Block(outer) if outer.label.is_none() => match outer.block.stmts.as_slice() {
            [Stmt::Expr(inner @ Expr::Block(_), None)] => Some(inner.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// The name in `({ name })`, which is called.
fn in_braces(expression: &Expr) -> Option<Expr> {
    let Expr::Paren(parentheses) = expression else {
        return None;
    };
    match &*parentheses.expr {
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [Stmt::Expr(name @ Expr::Path(_), None)] => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// The expression in `(expression,).0`.
fn users_own(expression: &Expr) -> Option<Expr> {
    let Expr::Field(field) = expression else {
        return None;
    };
    let Expr::Tuple(tuple) = &*field.base else {
        return None;
    };
    tuple.elems.first().cloned()
}

/// Whether it is `{ fn here() -> At { Place.here() } here }`.
fn is_here(expression: &Expr) -> bool {
    let Expr::Block(block) = expression else {
        return false;
    };
    matches!(block.block.stmts.as_slice(), [Stmt::Item(Item::Fn(function)), Stmt::Expr(..)] if function.sig.ident == "here")
}
