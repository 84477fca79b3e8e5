//! Programs with mistakes in `fail/`, without in `pass/`; `compile.rs` runs them.
