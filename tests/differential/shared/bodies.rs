//! The bodies, by topic.

#![allow(unused, clippy::all, reason = "bodies show what can be written, not what should be")]

use crate::differential::body::{Body, Kind};
use crate::differential::drive::{self, Run};
use crate::differential::plan::Answer;
use crate::differential::trace::{Guard, Trace};
use crate::differential::{check, fixtures::*};

macro_rules! topics {
    ($($topic:ident)*) => {
        $(mod $topic;)*

        pub(crate) const ALL: &[(&str, &[Body])] = &[$((stringify!($topic), $topic::BODIES)),*];
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
