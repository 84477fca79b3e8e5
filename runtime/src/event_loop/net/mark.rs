//! Up to where something is read.

use std::string::String;
use std::vec::Vec;

/// What [`Reader::read_until`](super::Reader::read_until) looks for: a byte, or several: `b'\n'`, `b"\r\n\r\n"`, `"--end--"`.
pub trait Mark: sealed::Mark {}

impl<M: sealed::Mark> Mark for M {}

mod sealed {
    pub trait Mark {
        fn bytes(&self) -> &[u8];
    }
}

impl sealed::Mark for u8 {
    fn bytes(&self) -> &[u8] {
        std::slice::from_ref(self)
    }
}

macro_rules! of_several {
    ($([$($generics:tt)*] $several:ty),*) => {$(
        impl<$($generics)*> sealed::Mark for $several {
            fn bytes(&self) -> &[u8] {
                AsRef::<[u8]>::as_ref(self)
            }
        }
    )*};
}

of_several!([] &[u8], [const N: usize] &[u8; N], [] &str, [] &Vec<u8>, [] &String);
