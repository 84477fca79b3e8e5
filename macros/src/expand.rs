//! The pass, on tokens that need no compiler around them: `fuzz/` and the pictures in `docs/lowering.md` run it too.

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::function::Function;
use crate::{args, check, emit, function, keyword, lower, scope, types};

/// What the attribute makes of its arguments and the item below it. Never panics: what is wrong becomes an error.
pub(crate) fn coroutine(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let mut args = args::parse(args, &types::unit(), &mut diagnostics);
    let mut function = match read(item, &mut diagnostics) {
        Ok(function) => function,
        Err(error) => {
            diagnostics.push(error);
            return diagnostics.into_compile_errors();
        }
    };
    check::signature(&args, &function, &mut diagnostics);
    scope::check(&args, &mut function, &mut diagnostics);
    lower::body(&mut function, &mut args, &mut diagnostics);
    emit::function(args, function, diagnostics)
}

/// The function, with what it yields by the keyword as macro calls.
pub(crate) fn read(item: TokenStream, diagnostics: &mut Diagnostics) -> syn::Result<Function> {
    function::parse(keyword::rewrite(item, diagnostics))
}
