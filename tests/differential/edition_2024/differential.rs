//! The bodies in edition 2024.

#![cfg_attr(native, feature(coroutines, coroutine_trait, stmt_expr_attributes))]

/// The traces that were the native coroutines' when they were written down.
const RECORD: &str = include_str!("../traces_2024.txt");
#[cfg(native)]
const RECORD_PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../traces_2024.txt");

#[path = "../shared/differential.rs"]
#[macro_use]
mod differential;
mod let_chains;

/// The bodies in syntax of this edition.
const OF_THIS_EDITION: &[differential::Topic] = &[("let_chains", let_chains::BODIES)];
