//! What the list of bodies expands to.

use crate::differential::drive::Run;

/// A body, as every kind of function that it becomes.
pub(crate) struct Body {
    pub(crate) name: &'static str,
    /// In how many ways it can be answered.
    pub(crate) scripts: usize,
    pub(crate) kind: Kind,
    /// A coroutine of antiphon.
    pub(crate) ours: fn(&Run),
    /// The same, with all of its yields in the arguments of a macro that the attribute does not look into.
    pub(crate) hidden: fn(&Run),
    /// The first, written with the keyword.
    pub(crate) keyword: fn(&Run),
    /// The first, with its frames on the stack that its driver keeps.
    pub(crate) boxed: fn(&Run),
    /// A function that calls its driver.
    pub(crate) plain: fn(&Run),
    /// A coroutine of the compiler's, if it has them and the body can be one.
    pub(crate) native: Option<fn(&Run)>,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// Native coroutines do the same.
    Parameterless,
    /// A native coroutine has captures instead, which are dropped in another order. So the plain function alone says what
    /// is right.
    WithParameters,
}

/// A list of bodies. Each has a test of its name.
///
/// ```text
/// fn name(t) { … }                                    yields u32, is sent u32, returns ()
/// fn name(t; yield Y, send S, return R) { … }
/// ```
///
/// `t` is the [`Run`], which is a [`Trace`](super::trace::Trace). The body's braces are one token all the way, the user's
/// own.
macro_rules! bodies {
    ($($(#[$doc:meta])* fn $name:ident $head:tt $body:tt)*) => {
        pub(crate) const BODIES: &[$crate::differential::body::Body] = &[$($name::BODY),*];

        $(
            $(#[$doc])*
            mod $name {
                #[allow(unused_imports, reason = "not every body needs what its neighbours need")]
                use super::*;

                body!(($) $name $head $body);
            }
        )*
    };
}

macro_rules! body {
    (($d:tt) $name:ident ($t:ident) $body:tt) => {
        body!(($d) $name ($t; yield u32, send u32, return ()) $body);
    };
    (($d:tt) $name:ident ($t:ident; yield $y:ty, send $s:ty, return $r:ty) $body:tt) => {
        #[antiphon::coroutine(yield = $y, send = $s)]
        fn ours($t: &Run) -> $r $body

        #[antiphon::coroutine(yield = $y, send = $s)]
        fn hidden($t: &Run) -> $r {
            through!($body)
        }

        antiphon_differential_keyword::with_keyword! {
            #[coroutine(yield = $y, send = $s)]
            fn keyword($t: &Run) -> $r $body
        }

        fn plain($t: &Run) -> $r {
            macro_rules! yield_ {
                () => { $t.exchange::<$y, $s>(()) };
                ($d value:expr $d(,)?) => { $t.exchange::<$y, $s>($d value) };
            }
            $body
        }

        native!(($d) $t [$y, $s, $r] $body);

        pub(crate) const BODY: Body = Body {
            name: stringify!($name),
            scripts: <$s as Answer>::SCRIPTS,
            kind: Kind::Parameterless,
            ours: |run| drive::ours(run, ours(run)),
            hidden: |run| drive::ours(run, hidden(run)),
            keyword: |run| drive::ours(run, keyword(run)),
            boxed: |run| drive::ours(run, ours(run).boxed()),
            plain: |run| drive::plain(run, || plain(run)),
            #[cfg(native)]
            native: Some(|run| drive::native(run, native(run))),
            #[cfg(not(native))]
            native: None,
        };

        #[test]
        fn agrees() {
            check::agreement(module_path!(), &BODY);
        }
    };
}

/// A list of bodies with parameters, which may delegate to each other: to a plain function, that is a call.
///
/// ```text
/// fn name(t: &Run, other: Parameters) -> R from (arguments) { … }
/// ```
macro_rules! bodies_with_parameters {
    ($(
        $(#[$doc:meta])*
        fn $name:ident ($t:ident: &Run $(, $($parameters:tt)*)?) $(-> $r:tt)? from ($($arguments:expr),*) $body:tt
    )*) => {
        with_parameters!(($) $($name $t ($($($parameters)*)?) ($($r)?) ($($arguments),*) $body)*);
    };
}

macro_rules! with_parameters {
    (($d:tt) $($name:ident $t:ident ($($parameters:tt)*) ($($r:tt)?) ($($arguments:expr),*) $body:tt)*) => {
        mod ours {
            use super::*;

            $(
                #[antiphon::coroutine(yield = u32, send = u32)]
                pub(super) fn $name($t: &Run, $($parameters)*) $(-> $r)? $body
            )*
        }

        mod hidden {
            use super::*;

            $(
                #[antiphon::coroutine(yield = u32, send = u32)]
                pub(super) fn $name($t: &Run, $($parameters)*) $(-> $r)? {
                    through!($body)
                }
            )*
        }

        mod keyword {
            use super::*;

            antiphon_differential_keyword::with_keyword! {
                $(
                    #[coroutine(yield = u32, send = u32)]
                    pub(super) fn $name($t: &Run, $($parameters)*) $(-> $r)? $body
                )*
            }
        }

        mod plain {
            use super::*;

            $(
                pub(super) fn $name($t: &Run, $($parameters)*) $(-> $r)? {
                    macro_rules! yield_ {
                        ($d value:expr) => { $t.exchange::<u32, u32>($d value) };
                    }
                    macro_rules! yield_from {
                        (box $d child:expr) => { $d child };
                        ($d child:expr) => { $d child };
                    }
                    $body
                }
            )*
        }

        pub(crate) const BODIES: &[Body] = &[$(Body {
            name: stringify!($name),
            scripts: 1,
            kind: Kind::WithParameters,
            ours: |$t| drive::ours($t, ours::$name($t, $($arguments),*)),
            hidden: |$t| drive::ours($t, hidden::$name($t, $($arguments),*)),
            keyword: |$t| drive::ours($t, keyword::$name($t, $($arguments),*)),
            boxed: |$t| drive::ours($t, ours::$name($t, $($arguments),*).boxed()),
            plain: |$t| drive::plain($t, || plain::$name($t, $($arguments),*)),
            native: None,
        }),*];

        $(
            #[test]
            fn $name() {
                let path = concat!(module_path!(), "::", stringify!($name));
                let body = BODIES.iter().find(|body| body.name == stringify!($name));
                check::agreement(path, body.expect("it is in the list"));
            }
        )*
    };
}

macro_rules! through {
    ($body:tt) => {
        $body
    };
}

#[cfg(native)]
#[rustfmt::skip] // It would indent the inner macro further each time.
macro_rules! native {
    (($d:tt) $t:ident [$y:ty, $s:ty, $r:ty] $body:tt) => {
        fn native($t: &Run) -> impl std::ops::Coroutine<$s, Yield = $y, Return = $r> + use<'_> {
            macro_rules! yield_ {
                () => { (yield ()) };
                ($d value:expr $d(,)?) => { (yield $d value) };
            }
            #[coroutine]
            static move |first: $s| {
                // antiphon's are started without a value.
                unseen(first);
                $body
            }
        }
    };
}

/// The syntax alone would be refused.
#[cfg(not(native))]
macro_rules! native {
    ($($body:tt)*) => {};
}
