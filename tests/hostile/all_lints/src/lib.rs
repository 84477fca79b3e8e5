//! Coroutines under every lint that there is, but for those that a plain function of the same text would not pass.
#![forbid(unsafe_code, unused_variables, unused_mut, unused_macros, unused_imports, unreachable_code)]
#![deny(warnings)]
#![deny(future_incompatible, keyword_idents, let_underscore, nonstandard_style, refining_impl_trait, unused)]
#![deny(rust_2018_idioms, rust_2018_compatibility, rust_2021_compatibility, rust_2024_compatibility)]
#![deny(
    ambiguous_negative_literals,
    closure_returning_async_block,
    deprecated_in_future,
    deref_into_dyn_supertrait,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    ffi_unwind_calls,
    impl_trait_redundant_captures,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    missing_unsafe_on_extern,
    non_ascii_idents,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unsafe_attr_outside_unsafe,
    unsafe_op_in_unsafe_fn,
    unused_crate_dependencies,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
#![allow(
    clippy::blanket_clippy_restriction_lints,
    reason = "they contradict each other; of all of them nothing is asked"
)]
#![allow(
    missing_copy_implementations,
    unused_results,
    clippy::absolute_paths,
    clippy::arbitrary_source_item_ordering,
    clippy::equatable_if_let,
    clippy::exhaustive_structs,
    clippy::impl_trait_in_params,
    clippy::implicit_return,
    clippy::missing_docs_in_private_items,
    clippy::missing_inline_in_public_items,
    clippy::missing_panics_doc,
    clippy::missing_trait_methods,
    clippy::question_mark_used,
    clippy::separated_literal_suffix,
    clippy::shadow_reuse,
    clippy::shadow_unrelated,
    clippy::single_call_fn,
    clippy::single_char_lifetime_names,
    clippy::std_instead_of_alloc,
    clippy::unused_trait_names,
    clippy::use_self,
    reason = "the sample is not written like that"
)]
#![allow(
    clippy::mixed_read_write_in_expression,
    reason = "the one that an expansion can be blamed for: of two yields in one expression it says that their order is open"
)]
include!("../../sample.rs");
include!("../../sample_alloc.rs");
