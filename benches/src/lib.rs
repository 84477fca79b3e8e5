//! Placeholder while the crate is empty.
