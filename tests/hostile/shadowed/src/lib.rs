//! Coroutines where nothing means what it usually does: there is no prelude, and every name that an expansion might rely on
//! is taken by something else. Those of its variables too: a constant of the same name would be taken for a pattern.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![allow(nonstandard_style, dead_code, unused_macros, reason = "most of it is in the way, and nothing else")]

/// Macros that are wherever they are expanded a mistake.
macro_rules! mistakes {
    ($dollar:tt $($name:ident)*) => {$(
        macro_rules! $name {
            ($dollar($tokens:tt)*) => {
                ::core::compile_error!("a macro of the crate's own was expanded")
            };
        }
    )*};
}

mistakes! { $
    assert assert_eq assert_ne cfg column compile_error concat debug_assert debug_assert_eq eprintln file format
    format_args line matches module_path panic pin println stringify todo unimplemented unreachable vec write writeln
    yields delegate coroutine
}

/// Types, and values that are not what they seem.
macro_rules! units {
    ($($name:ident)*) => {$(
        #[derive(::core::fmt::Debug)]
        struct $name;
    )*};
}

units! {
    Option Some None Result Ok Err Box Rc Arc Vec String Cow PhantomData PhantomPinned ManuallyDrop MaybeUninit Unpin Pin Poll
    Ready Pending Context Waker Cell RefCell NonNull Infallible Never Self_ Generator AsyncGenerator Coroutine AsyncCoroutine
    CoroutineState Yielded Complete Boxed SendBoxed Throws Closes Plain GeneratorExit Handle HandleTypes Put Probe Slot Anchor
    Place Handed InFrame Framing OnStack Nested Judge Async Y S B F M E T R
}

/// Constants: a pattern of that name would be one of these.
macro_rules! constants {
    ($($name:ident)*) => {$(
        const $name: () = ();
    )*};
}

constants! {
    handle types body slot sent next child probe frame value values here guard never yields coerce capture label future
    coroutine generator poll waker context meeting result error item state exit told
}

/// Traits that say something else.
macro_rules! traits {
    ($($name:ident)*) => {$(
        trait $name {}
    )*};
}

traits! {
    Send Sync Sized_ Copy Clone Drop Fn FnMut FnOnce Iterator IntoIterator Extend Future IntoFuture Default From Into TryFrom
    TryInto AsRef AsMut ToString ToOwned PartialEq Eq PartialOrd Ord Debug Display Deref DerefMut Mode Throw Termination
    GeneratorKind SentKind UnsentKind IteratorKind NoKind FutureKind Here Way
}

/// Functions that are never called.
macro_rules! functions {
    ($($name:ident)*) => {$(
        fn $name() -> ! {
            ::core::panic!("a function of the crate's own was called")
        }
    )*};
}

functions! { drop forget ready outward ours ours_async watched boxed boxed_send async_generator fetch tie }

/// Modules that are empty.
mod core {}
mod std {}
mod alloc {}
mod antiphon {}
mod __private {}
mod private {}
mod kinds {}

::core::include!("../../sample.rs");
::core::include!("../../sample_alloc.rs");
