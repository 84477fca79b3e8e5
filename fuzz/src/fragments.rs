//! Pieces of code, each of which the expander may see in a way of its own.

/// Lifetimes and a label.
pub const LIFETIMES: &[&str] = &[
    "'a", "'_", "'static", "'r#a", "'yield_outside_its_coroutine:",
];

/// Keywords of all editions, ours, and names that the expander uses itself.
pub const WORDS: &[&str] = &[
    "a", "T", "Self", "self", "super", "crate", "fn", "async", "const", "unsafe", "extern", "pub", "impl", "dyn",
    "for", "where", "mut", "ref", "box", "yield", "yield_", "yield_from", "await", "move", "static", "struct", "enum",
    "union", "macro_rules", "match", "if", "else", "let", "loop", "while", "break", "continue", "return", "in", "as",
    "use", "type", "trait", "mod", "true", "false", "try", "gen", "raw", "safe", "auto", "default", "_", "r#yield",
    "r#fn", "send", "throw", "close", "boxed", "Send", "coroutine", "cfg", "dbg", "vec", "println", "__slot", "_0",
    "handle",
];

/// Each kind.
pub const LITERALS: &[&str] = &[
    "0", "1u8", "1.0", "0.0", "1e9", "0xff", "1usize", "2.5f32", "7_custom", "\"text\"", "\"a\"custom", "b\"bytes\"",
    "c\"text\"", "r#\"raw\"#", "'c'", "b'c'", "\"\"", "340282366920938463463374607431768211456",
];

/// What may stand in the attribute, and what may not.
pub const ARGUMENTS: &[&str] = &[
    "yield =", "send =", "throw =", "crate =", "boxed =", "yield =", "send =", "throw =", "close", "boxed",
    "boxed = Send", "r#yield =", "close =", "unknown", "yield", "crate = ::other::path, close",
];

/// Types, some of which stand in few places only.
pub const TYPES: &[&str] = &[
    "u8", "()", "(A, B)", "!", "_", "Self", "&str", "&'a mut T", "&'_ str", "&mut &u8", "Vec<&T>", "impl Iterator",
    "impl Iterator<Item = &'a u8> + 'a", "impl A + B", "&impl Tr", "Option<impl Fn(&u8) -> &u8>", "dyn Tr",
    "dyn A + B", "&dyn Fn(&u8) -> &u8", "Box<dyn for<'x> Fn(&'x u8) -> &'x u8 + '_>", "fn(&u8) -> &u8",
    "unsafe extern \"C\" fn(u8, ...)", "for<'x> fn(&'x u8)", "[u8; 3]", "[u8; { yield_!(1); 2 }]", "[&u8]",
    "*const T", "*mut &T", "<T as Tr<'a>>::Item", "<T>::Item", "T::Item<'_>",
    "A<{ 1 + 2 }, -1, 'a', T = u8, U: Copy>", "m!()", "m![&str]", "(u8)", "(&str,)", "Fn(u8) -> &u8", "A + B",
    "?Sized", "impl ?Sized + use<'a, T>", "impl for<'x> Tr<'x>", "::a::b", "super::a", "a::<u8>", "typeof(1)",
    "dyn 'a", "impl 'a + 'b", "impl ~const A", "Result<T, Box<dyn E>>", "&'static [&'static str]", "..",
];

/// Patterns of parameters, refutable ones too.
pub const PATTERNS: &[&str] = &[
    "a", "mut b", "ref c", "ref mut d", "_", "(a, _)", "(a, ..)", "[a, b @ .., _]", "A { a, b: _, .. }",
    "A { ref mut a }", "A { mut a }", "A(_, &b)", "&a", "&mut _", "&(mut a, _)", "a @ Some(_)", "1..=2", "1", "A | B",
    "(A | B)", "m!()", "box a", "const { 1 }", "A::<u8>::B", "(_)", "r#fn", "<T>::X", "_0", "__slot", "a::b!(..)",
];

/// What may come before the other parameters.
pub const RECEIVERS: &[&str] = &[
    "self,", "mut self,", "&self,", "&mut self,", "&'a self,", "&'_ mut self,", "self: Box<Self>,",
    "mut self: Pin<&mut Self>,", "self: &Self,", "self: &'a Rc<&Self>,", "#[cfg(x)] &self,", "self: impl A,", "&self",
    "self: fn(&Self),",
];

/// What may stand before `fn`, and what may not.
pub const HEADS: &[&str] = &[
    "", "", "", "", "pub", "pub(crate)", "pub(in a::b)", "const", "async", "unsafe", "extern \"C\"", "extern",
    "pub const async unsafe extern \"C\"", "default", "async unsafe", "gen",
];

/// Generic parameters.
pub const GENERICS: &[&str] = &[
    "<T>", "<'a>", "<'a, T: 'a>", "<T: ?Sized + Tr<'static>>", "<const N: usize>", "<const N: usize = 3, T = u8>",
    "<>", "<'a: 'b, 'b>", "<T, 'a>", "<#[cfg(x)] T>", "<T: for<'x> Fn(&'x u8) -> &'x u8>", "<_>",
];

/// On functions and on parameters.
pub const ATTRIBUTES: &[&str] = &[
    "#[inline]", "#[doc = \"text\"]", "#[cfg(x)]", "#[cfg(not(x))]", "#[cfg_attr(x, y)]", "#[a::b(c = d)]",
    "#[unsafe(no_mangle)]", "#[cfg = \"x\"]", "#[cfg]",
];

/// Statements, in which the two macros stand wherever they can.
pub const STATEMENTS: &[&str] = &[
    "yield_!(1);", "yield_!();",
];

/// All that a `Punct` may be.
pub const PUNCTS: &str = "~!@#$%^&*-=+|;:,<.>/?'";
