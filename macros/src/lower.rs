//! Rewrites what stands in plain sight. What stands in the arguments of other macros is expanded by the `macro_rules!`
//! that the expansion defines; the result is the same but for the room that a yielded value takes.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Item, Macro, MacroDelimiter, Path, Stmt, Token};

use crate::diagnostics::Diagnostics;
use crate::expressions::{self, Order, Place};
use crate::function::{Body, Function};
use crate::names::{YIELD, YIELD_FROM};

pub(crate) fn body(function: &mut Function, krate: &Path, diagnostics: &mut Diagnostics) {
    if let Body::Block(block) = &mut function.body {
        Lower { krate, diagnostics }.visit_block_mut(block);
    }
}

struct Lower<'a> {
    krate: &'a Path,
    diagnostics: &'a mut Diagnostics,
}

impl VisitMut for Lower<'_> {
    /// Items have bodies of their own.
    fn visit_item_mut(&mut self, _: &mut Item) {}

    fn visit_block_mut(&mut self, node: &mut Block) {
        let last = node.stmts.len().saturating_sub(1);
        for statement in &mut node.stmts[..last] {
            // `yield_! { … }` ends a statement by its brace; what it becomes does not.
            if let Stmt::Macro(statement) = statement {
                if is(&statement.mac, YIELD) || is(&statement.mac, YIELD_FROM) {
                    statement.semi_token.get_or_insert_with(Default::default);
                }
            }
        }
        visit_mut::visit_block_mut(self, node);
    }

    fn visit_stmt_mut(&mut self, node: &mut Stmt) {
        if let Stmt::Macro(statement) = node {
            if let Some(tokens) = self.lowered(&statement.mac).filter(|_| statement.attrs.is_empty()) {
                *node = Stmt::Expr(Expr::Verbatim(tokens), statement.semi_token);
                return;
            }
        }
        visit_mut::visit_stmt_mut(self, node);
    }

    fn visit_expr_mut(&mut self, node: &mut Expr) {
        if let Expr::Macro(expression) = node {
            if let Some(tokens) = self.lowered(&expression.mac).filter(|_| expression.attrs.is_empty()) {
                *node = Expr::Verbatim(tokens);
                return;
            }
        }
        visit_mut::visit_expr_mut(self, node);
    }
}

impl Lower<'_> {
    /// `None` if it is another macro, or its argument is no expression as `syn` knows it. The compiler will say what is
    /// wrong with it, if anything is.
    fn lowered(&mut self, node: &Macro) -> Option<TokenStream> {
        if is(node, YIELD) {
            self.yield_(node)
        } else if is(node, YIELD_FROM) {
            self.yield_from(node)
        } else {
            None
        }
    }

    fn yield_(&mut self, node: &Macro) -> Option<TokenStream> {
        let operands = node.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
        if let Some(second) = operands.iter().nth(1) {
            self.diagnostics.error(second, "`yield_!` takes one value; yield several as a tuple: `yield_!((a, b))`");
        }
        let (operand, order) = match operands.into_iter().next() {
            Some(operand) if may_suspend(operand.to_token_stream()) => (self.operand(operand), Order::ValueFirst),
            Some(operand) => (self.operand(operand), Order::SlotFirst),
            None => (quote_spanned!(node.span()=> ()), Order::SlotFirst),
        };
        Some(expressions::yield_(self.krate, &operand, order, &TokenStream::new(), place(node, &operand)))
    }

    fn yield_from(&mut self, node: &Macro) -> Option<TokenStream> {
        let children = node.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
        if let Some(second) = children.iter().nth(1) {
            self.diagnostics.error(second, "`yield_from!` takes one child; delegate to the others after it");
        }
        let Some(child) = children.into_iter().next() else {
            self.diagnostics.error(node, "`yield_from!` needs a child: a coroutine, or something to iterate over");
            return None;
        };
        let operand = self.operand(child);
        Some(expressions::yield_from(self.krate, &operand, place(node, &operand)))
    }

    fn operand(&mut self, mut operand: Expr) -> TokenStream {
        self.visit_expr_mut(&mut operand);
        operand.into_token_stream()
    }
}

/// Whether the coroutine may be suspended while the tokens are evaluated. What is hidden in other macros is found by its
/// words; what even they do not show would borrow the handle a second time, and not compile.
fn may_suspend(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => may_suspend(group.stream()),
        TokenTree::Ident(word) => word == YIELD || word == YIELD_FROM || word == "yield" || word == "await",
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn place(node: &Macro, operand: &TokenStream) -> Place {
    let word = node.path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span());
    Place { word, operand: operand.clone().into_iter().next().map_or(word, |token| token.span()), end: end(node) }
}

fn end(node: &Macro) -> Span {
    match &node.delimiter {
        MacroDelimiter::Paren(token) => token.span.close(),
        MacroDelimiter::Brace(token) => token.span.close(),
        MacroDelimiter::Bracket(token) => token.span.close(),
    }
}

fn is(node: &Macro, name: &str) -> bool {
    node.path.segments.last().is_some_and(|segment| segment.ident == name)
}
