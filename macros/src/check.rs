//! The rules for the signature and the arguments, one function each.

use syn::{FnArg, ReturnType, Signature, Type};

use crate::args::Args;
use crate::diagnostics::Diagnostics;
use crate::function::Function;
use crate::types::find_impl_trait;

pub(crate) fn signature(args: &Args, function: &Function, diagnostics: &mut Diagnostics) {
    not_const(function, diagnostics);
    not_async_and_boxed(args, function, diagnostics);
    not_extern(function, diagnostics);
    not_variadic(function, diagnostics);
    returns_a_type(function, diagnostics);
    told_types_are_named(args, diagnostics);
}

fn not_const(function: &Function, diagnostics: &mut Diagnostics) {
    if let Some(word) = function.sig.constness {
        diagnostics.error(word, "a coroutine cannot be a `const fn`, since it runs in steps; remove `const`");
    }
}

/// Frames are kept by drivers that are not themselves polled.
fn not_async_and_boxed(args: &Args, function: &Function, diagnostics: &mut Diagnostics) {
    if let (Some(word), Some(_)) = (function.sig.asyncness, args.boxed) {
        diagnostics.error(
            word,
            "an `async` coroutine cannot be `boxed`; remove one, and put it into a `Box` where it is used",
        );
    }
}

fn not_extern(function: &Function, diagnostics: &mut Diagnostics) {
    if let Some(abi) = &function.sig.abi {
        diagnostics.error(abi, "a coroutine has no calling convention of its own; remove the `extern`");
    }
}

fn not_variadic(function: &Function, diagnostics: &mut Diagnostics) {
    if let Some(variadic) = &function.sig.variadic {
        diagnostics.error(variadic, "a coroutine cannot be variadic; remove the `...`");
    }
}

/// `!` cannot be written as the output of a future on a stable compiler.
fn returns_a_type(function: &Function, diagnostics: &mut Diagnostics) {
    if let ReturnType::Type(_, ty) = &function.sig.output {
        if let Type::Never(never) = &**ty {
            diagnostics.error(never, "a coroutine cannot have the return type `!`; use `std::convert::Infallible`");
        }
    }
}

pub(crate) fn told_types_are_named(args: &Args, diagnostics: &mut Diagnostics) {
    if let Some(opaque) = find_impl_trait(&args.sent) {
        diagnostics
            .error(opaque, "`impl Trait` cannot be what a coroutine is sent; name the type, or add a type parameter");
    }
    if let Some(opaque) = args.thrown.as_ref().and_then(find_impl_trait) {
        diagnostics.error(opaque, "`impl Trait` cannot be what is thrown; name the type, or add a type parameter");
    }
}

/// Whether the function is a method.
pub(crate) fn has_receiver(sig: &Signature) -> bool {
    matches!(sig.inputs.first(), Some(FnArg::Receiver(_)))
}
