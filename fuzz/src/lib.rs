//! Inputs for the expander, and what it promises of its output for any of them; the same for [protocols](wire).
//!
//! Outside of a compiler `proc_macro2` has tokens of its own, so the expander's files are simply part of this crate.

// The expander, as in `macros/src/lib.rs`.
#[path = "../../macros/src/anonymous.rs"]
mod anonymous;
#[path = "../../macros/src/args.rs"]
mod args;
#[path = "../../macros/src/check.rs"]
mod check;
#[path = "../../macros/src/diagnostics.rs"]
mod diagnostics;
#[path = "../../macros/src/emit.rs"]
mod emit;
#[path = "../../macros/src/expand.rs"]
mod expand;
#[path = "../../macros/src/expressions.rs"]
mod expressions;
#[path = "../../macros/src/function.rs"]
mod function;
#[path = "../../macros/src/items.rs"]
mod items;
#[path = "../../macros/src/keyword.rs"]
mod keyword;
#[path = "../../macros/src/lifetimes.rs"]
mod lifetimes;
#[path = "../../macros/src/lower.rs"]
mod lower;
#[path = "../../macros/src/names.rs"]
mod names;
#[path = "../../macros/src/parameters.rs"]
mod parameters;
#[path = "../../macros/src/scope.rs"]
mod scope;
#[path = "../../macros/src/types.rs"]
mod types;
#[path = "../../macros/src/unread.rs"]
mod unread;

pub mod choices;
pub mod driver;
#[rustfmt::skip] // It would put one piece on each line.
pub mod fragments;
pub mod generate;
pub mod input;
pub mod mutate;
pub mod promises;
pub mod shrink;
pub mod text;
pub mod wire;
