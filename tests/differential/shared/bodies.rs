//! The bodies, by topic.

#![allow(unused, irrefutable_let_patterns, clippy::all, reason = "bodies show what can be written, not what should be")]

pub(crate) use crate::differential::body::{Body, Kind};
pub(crate) use crate::differential::drive::{self, Run};
pub(crate) use crate::differential::plan::Answer;
pub(crate) use crate::differential::trace::{Guard, Trace};
pub(crate) use crate::differential::{Topic, check, fixtures::*};

macro_rules! topics {
    ($($topic:ident)*) => {
        $(mod $topic;)*

        pub(crate) const ALL: &[Topic] = &[$((stringify!($topic), $topic::BODIES)),*];
    };
}

topics! {
    locals
    moves
    temporaries
    tails
    scrutinees
    arguments
    literals
    operators
    loops
    exits
    borrows
    macros
    sent
    panics
    parameters
    delegation
}
