//! Whose `yield` is it? Finds those that stand in a closure, a block or a function of their own.
//!
//! Only what can be seen is looked at: arguments of unknown macros may mean anything. A `yield` that such a macro
//! carries into a closure is refused by the compiler, because what it is expanded to contains a dead `break` to a label
//! around the coroutine's own block.
//!
//! Soundness rests on this, and on the lowering, which goes where this finds the coroutine's own code and nowhere else.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
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

pub(crate) fn check(args: &Args, function: &Function, diagnostics: &mut Diagnostics) {
    let Body::Block(block) = &function.body else {
        return;
    };
    let mut visitor = Visitor { args, function, scope: Scope::Coroutine, diagnostics };
    visitor.visit_block(block);
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
    function: &'a Function,
    scope: Scope,
    diagnostics: &'a mut Diagnostics,
}

impl Visitor<'_> {
    fn within(&mut self, scope: Scope, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.scope, scope);
        visit(self);
        self.scope = outer;
    }

    fn function(&mut self, attrs: &[Attribute], sig: &Signature, visit: impl FnOnce(&mut Self)) {
        let scope = match attrs.iter().any(is_coroutine_attribute) {
            true => Scope::Elsewhere,
            false => Scope::Function(sig.ident.clone()),
        };
        self.within(scope, visit);
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
        let name = match &child {
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) if !check::has_receiver(self.function) => {
                    let segments = &path.path.segments;
                    let own = match segments.len() {
                        1 => true,
                        2 => segments[0].ident == "Self" || segments[0].ident == "self",
                        _ => false,
                    };
                    segments.last().filter(|_| own).map(|segment| &segment.ident)
                }
                Expr::Path(path) if path.path.segments.len() == 2 && path.path.segments[0].ident == "Self" => {
                    path.path.segments.last().map(|segment| &segment.ident)
                }
                _ => None,
            },
            Expr::MethodCall(call) if check::has_receiver(self.function) => match &*call.receiver {
                Expr::Path(path) if path.path.is_ident("self") => Some(&call.method),
                _ => None,
            },
            _ => None,
        };
        if let Some(name) = name.filter(|name| **name == self.function.sig.ident) {
            self.diagnostics.error(
                name,
                format!(
                    "`{name}` delegates to itself, so it would have to contain itself; \
                     give the inner one a frame of its own: `yield_from!(box {name}(…))`"
                ),
            );
        }
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_expr_closure(&mut self, node: &'ast ExprClosure) {
        self.within(Scope::Closure, |visitor| visit::visit_expr_closure(visitor, node));
    }

    fn visit_expr_async(&mut self, node: &'ast ExprAsync) {
        self.within(Scope::AsyncBlock, |visitor| visit::visit_expr_async(visitor, node));
    }

    fn visit_expr_const(&mut self, node: &'ast ExprConst) {
        self.within(Scope::Const, |visitor| visit::visit_expr_const(visitor, node));
    }

    fn visit_item(&mut self, node: &'ast Item) {
        self.within(Scope::Elsewhere, |visitor| visit::visit_item(visitor, node));
    }

    fn visit_item_fn(&mut self, node: &'ast ItemFn) {
        self.function(&node.attrs, &node.sig, |visitor| visit::visit_item_fn(visitor, node));
    }

    fn visit_impl_item_fn(&mut self, node: &'ast ImplItemFn) {
        self.function(&node.attrs, &node.sig, |visitor| visit::visit_impl_item_fn(visitor, node));
    }

    fn visit_trait_item_fn(&mut self, node: &'ast TraitItemFn) {
        self.function(&node.attrs, &node.sig, |visitor| visit::visit_trait_item_fn(visitor, node));
    }

    fn visit_expr_await(&mut self, node: &'ast ExprAwait) {
        if let (Scope::Coroutine, None) = (&self.scope, self.function.sig.asyncness) {
            self.diagnostics.error(
                node.await_token,
                "a coroutine that is not `async` cannot `.await`, since it waits by yielding to whoever drives it; \
                 make it an `async fn`, or delegate to another coroutine with `yield_from!`",
            );
        }
        visit::visit_expr_await(self, node);
    }

    fn visit_macro(&mut self, node: &'ast Macro) {
        let Some(name) = node.path.segments.last().map(|segment| &segment.ident) else {
            return;
        };
        if name == YIELD_FROM {
            self.yield_in_scope(name);
            if self.args.boxed.is_none() {
                self.delegation_to_itself(node);
            }
            if let Ok((_, children)) = node.parse_body_with(lower::delegation) {
                children.iter().for_each(|child| self.visit_expr(child));
            }
        } else if name == YIELD || name == KEYWORD {
            self.yield_in_scope(name);
            for_each_argument(node, |argument| self.visit_expr(argument));
        } else if takes_expressions(name) {
            for_each_argument(node, |argument| self.visit_expr(argument));
        }
    }
}

fn for_each_argument(node: &Macro, visit: impl FnMut(&Expr)) {
    if let Ok(arguments) = node.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
        arguments.iter().for_each(visit);
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
