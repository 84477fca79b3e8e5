//! Rewrites the `yield_!`s that stand in plain sight. The rest, inside arguments of other macros, is expanded by the
//! `macro_rules!` that the expansion defines; the result is the same but for the room that the value takes.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Item, Macro, MacroDelimiter, Path, Stmt, Token};

use crate::diagnostics::Diagnostics;
use crate::function::{Body, Function};
use crate::names::{self, YIELD, YIELD_FROM};

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

    fn visit_stmt_mut(&mut self, node: &mut Stmt) {
        if let Stmt::Macro(statement) = node {
            if is(&statement.mac, YIELD) && statement.attrs.is_empty() {
                let tokens = self.yield_(&statement.mac);
                *node = Stmt::Expr(Expr::Verbatim(tokens), statement.semi_token);
                return;
            }
        }
        visit_mut::visit_stmt_mut(self, node);
    }

    fn visit_expr_mut(&mut self, node: &mut Expr) {
        match node {
            Expr::Macro(expression) if is(&expression.mac, YIELD) && expression.attrs.is_empty() => {
                *node = Expr::Verbatim(self.yield_(&expression.mac));
            }
            _ => visit_mut::visit_expr_mut(self, node),
        }
    }
}

impl Lower<'_> {
    fn yield_(&mut self, node: &Macro) -> TokenStream {
        let Ok(operands) = node.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) else {
            // Not an expression as `syn` knows it: the compiler shall say what is wrong with it.
            return node.to_token_stream();
        };
        if let Some(second) = operands.iter().nth(1) {
            self.diagnostics.error(second, "`yield_!` takes one value; yield several as a tuple: `yield_!((a, b))`");
        }
        let mut operand = operands.into_iter().next();
        let order = match &mut operand {
            Some(operand) => {
                let order = Order::of(operand);
                self.visit_expr_mut(operand);
                order
            }
            None => Order::SlotFirst,
        };
        let word = node.path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span());
        let operand = operand.map_or_else(|| quote_spanned!(word=> ()), ToTokens::into_token_stream);
        yield_expression(self.krate, &operand, order, word, end(&node.delimiter), &TokenStream::new())
    }
}

/// In which order the value and the slot are had.
#[derive(Clone, Copy)]
pub(crate) enum Order {
    /// The value goes straight into the slot. Possible only if the coroutine is not suspended while it is evaluated.
    SlotFirst,
    /// The coroutine has room for the value while the slot is fetched.
    ValueFirst,
}

impl Order {
    /// What is hidden in other macros is found by its words. What even they do not show would borrow the handle a
    /// second time, and not compile.
    fn of(operand: &Expr) -> Order {
        match may_suspend(operand.to_token_stream()) {
            true => Order::ValueFirst,
            false => Order::SlotFirst,
        }
    }
}

fn may_suspend(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => may_suspend(group.stream()),
        TokenTree::Ident(word) => word == YIELD || word == YIELD_FROM || word == "yield" || word == "await",
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// `yield_!(value)`, lowered. `word` is where the user wrote `yield_`, `end` where the expression ends, `types` the
/// turbofish for a value that is evaluated before its type is known from the slot.
///
/// ```text
/// Input:   yield_!(value)
/// Output:  Put { slot: handle.enter(if false { break 'label never() }).await, value: value }.yield_().await
/// ```
pub(crate) fn yield_expression(
    krate: &Path,
    operand: &TokenStream,
    order: Order,
    word: Span,
    end: Span,
    types: &TokenStream,
) -> TokenStream {
    let (handle, label) = (names::handle(), names::label());
    let span = names::hidden(word);
    let method = Ident::new(YIELD, word);
    let dot_await = quote_spanned!(names::hidden(end)=> .await);
    let slot = quote_spanned! {span=>
        slot: #handle.enter(if false { break #label #krate::__private::never() }).await
    };
    let fields = match order {
        Order::SlotFirst => quote_spanned!(span=> #slot, value: #operand),
        Order::ValueFirst => quote_spanned!(span=> value: #operand, #slot),
    };
    quote_spanned!(span=> #krate::__private::Put #types { #fields }.#method() #dot_await)
}

fn is(node: &Macro, name: &str) -> bool {
    node.path.segments.last().is_some_and(|segment| segment.ident == name)
}

fn end(delimiter: &MacroDelimiter) -> Span {
    match delimiter {
        MacroDelimiter::Paren(token) => token.span.close(),
        MacroDelimiter::Brace(token) => token.span.close(),
        MacroDelimiter::Bracket(token) => token.span.close(),
    }
}
