//! Rewrites what stands in plain sight, so that the compiler's messages lie where the user wrote it. What stands in the
//! arguments of other macros is expanded by the `macro_rules!` that the expansion defines, to the same and a guard.
//!
//! What is lowered here has none, so nothing may be lowered in a body that is not the coroutine's own.

use std::mem;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Block, Expr, ExprAsync, ExprAwait, ExprClosure, ExprConst, ExprGroup, ExprParen, Item, Local, Macro,
    MacroDelimiter, Pat, Stmt, Token,
};

use crate::args::Args;
use crate::diagnostics::Diagnostics;
use crate::expressions::{self, Coroutine, Place};
use crate::function::{Body, Function};
use crate::names::{self, KEYWORD, YIELD, YIELD_FROM};

/// Of the arguments it forgets where those lie that say what a yield evaluates to, if nobody expects anything of one.
pub(crate) fn body(function: &mut Function, args: &mut Args, diagnostics: &mut Diagnostics) {
    let coroutine = args.coroutine(function.sig.asyncness.is_some());
    let mut lower = Lower { coroutine, expected: false, asked: false, diagnostics };
    if let Body::Block(block) = &mut function.body {
        lower.visit_block_mut(block);
    }
    if !lower.expected {
        args.told = None;
    }
}

struct Lower<'a> {
    coroutine: Coroutine,
    /// Whether a yield was found that may be expected to have a type.
    expected: bool,
    /// Whether the expression that is visited next is asked for its type, and none is expected of it.
    asked: bool,
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
                if is_yield(&statement.mac) || is(&statement.mac, YIELD_FROM) {
                    statement.semi_token.get_or_insert_with(Default::default);
                }
            }
        }
        visit_mut::visit_block_mut(self, node);
    }

    fn visit_stmt_mut(&mut self, node: &mut Stmt) {
        if let Stmt::Macro(statement) = node {
            let expected = statement.semi_token.is_none();
            if let Some(tokens) = self.lowered(&statement.mac, expected).filter(|_| statement.attrs.is_empty()) {
                *node = Stmt::Expr(Expr::Verbatim(tokens), statement.semi_token);
                return;
            }
        }
        if let Stmt::Local(Local { pat, init: Some(_), .. }) = node {
            self.asked = !matches!(pat, Pat::Type(_));
        }
        visit_mut::visit_stmt_mut(self, node);
    }

    /// What stands in these is not the coroutine's: neither a yield, which has been reported, nor an `.await`.
    fn visit_expr_closure_mut(&mut self, _: &mut ExprClosure) {}
    fn visit_expr_async_mut(&mut self, _: &mut ExprAsync) {}
    fn visit_expr_const_mut(&mut self, _: &mut ExprConst) {}

    /// ```text
    /// Input:   future.await
    /// Output:  match Awaits::new() {
    ///              probe => match probe.take(future) {
    ///                  future => {
    ///                      use awaits::*;
    ///                      let kind = (&&probe).antiphon_await();
    ///                      kind.outward(future)
    ///                  }
    ///              },
    ///          }.await
    /// ```
    fn visit_expr_await_mut(&mut self, node: &mut ExprAwait) {
        visit_mut::visit_expr_await_mut(self, node);
        if self.coroutine.awaits {
            // Its parentheses would be complained about, as those of an argument.
            let base = match &*node.base {
                Expr::Paren(inner) => &inner.expr,
                base => base,
            };
            let span = names::hidden(node.await_token.span);
            let private = self.coroutine.krate.private(span);
            *node.base = Expr::Verbatim(quote_spanned! {span=>
                match #private::Awaits::new() {
                    __probe => match #private::Awaits::take(__probe, #base) {
                        __future => {
                            use #private::awaits::*;
                            let __kind = (&&__probe).antiphon_await();
                            __kind.outward(__future)
                        }
                    },
                }
            });
        }
    }

    fn visit_expr_mut(&mut self, node: &mut Expr) {
        let expected = !mem::take(&mut self.asked);
        if let Expr::Macro(expression) = node {
            if let Some(tokens) = self.lowered(&expression.mac, expected).filter(|_| expression.attrs.is_empty()) {
                *node = Expr::Verbatim(tokens);
                return;
            }
        }
        self.asked =
            matches!(node, Expr::Field(_) | Expr::Let(_) | Expr::Match(_) | Expr::MethodCall(_) | Expr::Try(_));
        visit_mut::visit_expr_mut(self, node);
    }
}

impl Lower<'_> {
    /// `None` if it is another macro, or its argument is no expression as `syn` knows it. The compiler will say what is
    /// wrong with it, if anything is. `expected` is whether its value may be expected to have a certain type.
    fn lowered(&mut self, node: &Macro, expected: bool) -> Option<TokenStream> {
        if is_yield(node) {
            self.yield_(node, expected)
        } else if is(node, YIELD_FROM) {
            self.yield_from(node)
        } else {
            None
        }
    }

    fn yield_(&mut self, node: &Macro, expected: bool) -> Option<TokenStream> {
        let operands = node.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
        if let Some(second) = operands.iter().nth(1) {
            self.diagnostics.error(second, "`yield_!` takes one value; yield several as a tuple: `yield_!((a, b))`");
        }
        let operand = match operands.into_iter().next() {
            Some(operand) => {
                self.check_yields_said(&operand);
                self.operand(operand)
            }
            None => quote_spanned!(node.span()=> ()),
        };
        let place = place(node, &operand);
        let yielded = expressions::yield_(&self.coroutine, &operand, place);
        self.expected |= expected;
        Some(if expected { expressions::sent(&self.coroutine, yielded, place) } else { yielded })
    }

    fn yield_from(&mut self, node: &Macro) -> Option<TokenStream> {
        let (in_frame, children) = node.parse_body_with(delegation).ok()?;
        if let Some(second) = children.iter().nth(1) {
            self.diagnostics.error(second, "`yield_from!` takes one child; delegate to the others after it");
        }
        let Some(child) = children.into_iter().next() else {
            self.diagnostics.error(node, "`yield_from!` needs a child: a coroutine, or something to iterate over");
            return None;
        };
        // Of its type nothing would be known.
        let jump = match &child {
            Expr::Return(_) => Some("return"),
            Expr::Break(_) => Some("break"),
            Expr::Continue(_) => Some("continue"),
            _ => None,
        };
        if let Some(word) = jump {
            let message = format!("`{word}` leaves no child to delegate to; write it without the `yield_from!`");
            self.diagnostics.error(child, message);
            return None;
        }
        let operand = self.operand(child);
        let place = place(node, &operand);
        Some(match in_frame {
            true => expressions::yield_from_box(&self.coroutine, &operand, place),
            false => expressions::yield_from(&self.coroutine, &operand, place),
        })
    }

    /// What is yielded has a type that is not `()`, and the attribute says none: told once.
    fn check_yields_said(&mut self, operand: &Expr) {
        // What is wrong in the attribute has been reported.
        if self.coroutine.yields_unsaid && self.diagnostics.is_empty() && is_something(operand) {
            let message =
                "the attribute does not say what is yielded, so that is `()`; add the type of this: `yield = T`";
            self.diagnostics.error(operand, message);
        }
    }

    fn operand(&mut self, mut operand: Expr) -> TokenStream {
        self.visit_expr_mut(&mut operand);
        operand.into_token_stream()
    }
}

/// Whether an expression is not of the type `()`, whatever the names in it mean.
fn is_something(expression: &Expr) -> bool {
    match expression {
        Expr::Array(_) | Expr::Lit(_) | Expr::Reference(_) | Expr::Repeat(_) => true,
        Expr::Tuple(tuple) => !tuple.elems.is_empty(),
        Expr::Group(ExprGroup { expr, .. }) | Expr::Paren(ExprParen { expr, .. }) => is_something(expr),
        _ => false,
    }
}

/// What stands in a `yield_from!`: whether `box` does, and the children.
pub(crate) fn delegation(input: ParseStream<'_>) -> syn::Result<(bool, Punctuated<Expr, Token![,]>)> {
    let in_frame = input.parse::<Option<Token![box]>>()?.is_some();
    Ok((in_frame, Punctuated::parse_terminated(input)?))
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

fn is_yield(node: &Macro) -> bool {
    is(node, YIELD) || is(node, KEYWORD)
}

fn is(node: &Macro, name: &str) -> bool {
    node.path.segments.last().is_some_and(|segment| segment.ident == name)
}
