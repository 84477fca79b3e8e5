//! With a nightly compiler: its coroutines are ours, ours are its, and `yield` is a keyword. Run by `ci/nightly.sh`.
#![feature(coroutines, coroutine_trait, iter_from_coroutine, stmt_expr_attributes, yield_expr)]

mod keyword;
mod native_are_ours;
mod ours_are_native;
