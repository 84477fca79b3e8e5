//! What the crate guarantees, by situation: the list of modules is the table of contents.

mod protocol;
