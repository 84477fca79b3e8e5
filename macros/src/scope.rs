//! Whose `yield` is it? Finds those that stand in a closure, a block or a function of their own.
//!
//! Only what can be seen is looked at: arguments of unknown macros may mean anything. A `yield` that such a macro
//! carries into a closure is refused by the compiler, because what it is expanded to contains a dead `break` to a label
//! around the coroutine's own block.
//!
//! Soundness rests on this, and on the lowering, which goes where this finds the coroutine's own code and nowhere else.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Expr, ExprAsync, ExprAwait, ExprClosure, ExprConst, ImplItemFn, Item, ItemFn, Macro, Signature, Token,
    TraitItemFn,
};

use crate::args::Args;
use crate::check;
use crate::diagnostics::Diagnostics;
use crate::function::{Body, Function};
use crate::lower;
use crate::names::{self, KEYWORD, YIELD, YIELD_FROM};

pub(crate) fn check(args: &Args, function: &mut Function, diagnostics: &mut Diagnostics) {
    let Body::Block(block) = &mut function.body else {
        return;
    };
    Visitor { args, sig: &function.sig, scope: Scope::Coroutine, diagnostics }.visit_block_mut(block);
}

/// What the code that is being visited belongs to.
#[derive(Clone)]
enum Scope {
    Coroutine,
    Closure,
    AsyncBlock,
    Const,
    Function(Ident),
    /// An item with a body that is not a function's, or a coroutine of its own.
    Elsewhere,
}

struct Visitor<'a> {
    args: &'a Args,
    sig: &'a Signature,
    scope: Scope,
    diagnostics: &'a mut Diagnostics,
}

impl Visitor<'_> {
    fn within(&mut self, scope: Scope, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.scope, scope);
        visit(self);
        self.scope = outer;
    }

    fn yield_in_scope(&mut self, word: &Ident) {
        let place = match &self.scope {
            Scope::Coroutine | Scope::Elsewhere => return,
            Scope::Closure => "this closure; move it out of the closure".to_owned(),
            Scope::AsyncBlock => "this `async` block; move it out of the block".to_owned(),
            Scope::Const => "this `const` block; move it out of the block".to_owned(),
            Scope::Function(name) => {
                format!("the function `{name}`; make `{name}` a coroutine too and delegate to it with `yield_from!`")
            }
        };
        self.diagnostics.error(word, format!("`{}` belongs to the coroutine, not to {place}", names::as_written(word)));
    }

    /// A frame that holds itself would be infinitely large.
    fn delegation_to_itself(&mut self, delegation: &Macro) {
        let Ok(child) = delegation.parse_body::<Expr>() else {
            return;
        };
        // The name, and the call as it stands there.
        let call = match &child {
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => {
                    let segments = &path.path.segments;
                    let own = match segments.len() {
                        1 => !check::has_receiver(self.sig),
                        2 => {
                            segments[0].ident == "Self" || segments[0].ident == "self" && !check::has_receiver(self.sig)
                        }
                        _ => false,
                    };
                    let words: Vec<_> = segments.iter().map(|segment| segment.ident.to_string()).collect();
                    segments.last().filter(|_| own).map(|segment| (&segment.ident, words.join("::")))
                }
                _ => None,
            },
            Expr::MethodCall(call) if check::has_receiver(self.sig) => match &*call.receiver {
                Expr::Path(path) if path.path.is_ident("self") => Some((&call.method, format!("self.{}", call.method))),
                _ => None,
            },
            _ => None,
        };
        if let Some((name, call)) = call.filter(|(name, _)| **name == self.sig.ident) {
            self.diagnostics.error(
                name,
                format!(
                    "`{name}` delegates to itself, so it would have to contain itself; \
                     give the inner one a frame of its own: `yield_from!(box {call}(…))`"
                ),
            );
        }
    }
}

/// What belongs to a function within.
fn of_function(attrs: &[Attribute], sig: &Signature) -> Scope {
    match attrs.iter().any(is_coroutine_attribute) {
        true => Scope::Elsewhere,
        false => Scope::Function(sig.ident.clone()),
    }
}

impl VisitMut for Visitor<'_> {
    fn visit_expr_closure_mut(&mut self, node: &mut ExprClosure) {
        self.within(Scope::Closure, |visitor| visit_mut::visit_expr_closure_mut(visitor, node));
    }

    fn visit_expr_async_mut(&mut self, node: &mut ExprAsync) {
        self.within(Scope::AsyncBlock, |visitor| visit_mut::visit_expr_async_mut(visitor, node));
    }

    fn visit_expr_const_mut(&mut self, node: &mut ExprConst) {
        self.within(Scope::Const, |visitor| visit_mut::visit_expr_const_mut(visitor, node));
    }

    fn visit_item_mut(&mut self, node: &mut Item) {
        self.within(Scope::Elsewhere, |visitor| visit_mut::visit_item_mut(visitor, node));
    }

    fn visit_item_fn_mut(&mut self, node: &mut ItemFn) {
        self.within(of_function(&node.attrs, &node.sig), |visitor| visit_mut::visit_item_fn_mut(visitor, node));
    }

    fn visit_impl_item_fn_mut(&mut self, node: &mut ImplItemFn) {
        self.within(of_function(&node.attrs, &node.sig), |visitor| visit_mut::visit_impl_item_fn_mut(visitor, node));
    }

    fn visit_trait_item_fn_mut(&mut self, node: &mut TraitItemFn) {
        self.within(of_function(&node.attrs, &node.sig), |visitor| visit_mut::visit_trait_item_fn_mut(visitor, node));
    }

    fn visit_expr_await_mut(&mut self, node: &mut ExprAwait) {
        if let (Scope::Coroutine, None) = (&self.scope, self.sig.asyncness) {
            self.diagnostics.error(
                node.await_token,
                "a coroutine that is not `async` cannot `.await`, since it waits by yielding to whoever drives it; \
                 make it an `async fn`, or delegate to another coroutine with `yield_from!`",
            );
        }
        visit_mut::visit_expr_await_mut(self, node);
    }

    fn visit_macro_mut(&mut self, node: &mut Macro) {
        let Some(name) = node.path.segments.last().map(|segment| &segment.ident) else {
            return;
        };
        if name == YIELD_FROM {
            self.yield_in_scope(name);
            if self.args.boxed.is_none() {
                self.delegation_to_itself(node);
            }
            if let Ok((_, mut children)) = node.parse_body_with(lower::delegation) {
                children.iter_mut().for_each(|child| self.visit_expr_mut(child));
            }
        } else if name == YIELD || name == KEYWORD {
            self.yield_in_scope(name);
            for_each_argument(node, |argument| self.visit_expr_mut(argument));
        } else if takes_expressions(name) {
            for_each_argument(node, |argument| self.visit_expr_mut(argument));
        }
    }
}

fn for_each_argument(node: &Macro, visit: impl FnMut(&mut Expr)) {
    if let Ok(mut arguments) = node.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
        arguments.iter_mut().for_each(visit);
    }
}

/// The standard library's macros whose arguments are plain expressions.
pub(crate) fn takes_expressions(name: &Ident) -> bool {
    const NAMES: &[&str] = &[
        "assert",
        "assert_eq",
        "assert_ne",
        "dbg",
        "debug_assert",
        "debug_assert_eq",
        "debug_assert_ne",
        "eprint",
        "eprintln",
        "format",
        "format_args",
        "panic",
        "print",
        "println",
        "todo",
        "unimplemented",
        "unreachable",
        "vec",
        "write",
        "writeln",
    ];
    NAMES.iter().any(|known| name == known)
}

pub(crate) fn is_coroutine_attribute(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == "coroutine")
}
