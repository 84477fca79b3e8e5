#![deny(warnings, future_incompatible, keyword_idents, let_underscore, nonstandard_style, refining_impl_trait)]
#![deny(rust_2018_idioms, rust_2021_compatibility, rust_2024_compatibility, unused)]
#![deny(elided_lifetimes_in_paths, explicit_outlives_requirements, macro_use_extern_crate, meta_variable_misuse)]
#![deny(missing_debug_implementations, missing_docs, redundant_lifetimes, single_use_lifetimes, trivial_casts)]
#![deny(trivial_numeric_casts, unit_bindings, unreachable_pub, unsafe_code, unsafe_op_in_unsafe_fn)]
#![deny(unused_extern_crates, unused_import_braces, unused_lifetimes, unused_qualifications, unused_results)]
#![deny(variant_size_differences)]
//! A crate.

/// Yields in every way.
#[antiphon::coroutine(yield = usize, send = u32, throw = String, close)]
fn thorough<'a>(text: &'a str, mut n: u32) -> Result<&'a str, String> {
    while let Ok(sent) = yield_!(text.len()) {
        n += sent?;
    }
    if n == 0 { Err(text.to_owned()) } else { Ok(text) }
}

fn main() {
    use antiphon::prelude::*;
    assert_eq!(std::pin::pin!(thorough("a", 1)).start(), Yielded(1));
}
