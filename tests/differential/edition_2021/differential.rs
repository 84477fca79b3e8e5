//! The bodies in edition 2021.

#![cfg_attr(native, feature(coroutines, coroutine_trait, stmt_expr_attributes))]

/// The traces that were the native coroutines' when they were written down.
const RECORD: &str = include_str!("../traces_2021.txt");
#[cfg(native)]
const RECORD_PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../traces_2021.txt");

#[path = "../shared/differential.rs"]
mod differential;

/// The bodies in syntax of this edition.
const OF_THIS_EDITION: &[differential::Topic] = &[];
