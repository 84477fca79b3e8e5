//! What the crate guarantees, by situation: the list of modules is the table of contents.

mod anonymous;
mod attacks;
mod auto_traits;
mod borrow_across_yield;
mod boxed;
mod boxed_attribute;
mod consumers;
mod control_flow;
mod delegation;
mod depth;
mod drop_order;
mod hygiene;
mod iteration;
mod keyword;
mod macros_in_body;
mod methods;
mod misuse;
mod panic;
mod parameters;
mod pep_342;
mod pep_380;
mod pep_479;
mod protocol;
mod refactoring;
mod trampoline;
mod yield_positions;
