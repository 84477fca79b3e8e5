//! What the expander promises for any input.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

use proc_macro2::{TokenStream, TokenTree};

use crate::diagnostics::Diagnostics;
use crate::function::Body;
use crate::input::Input;
use crate::{anonymous, expand, items, text};

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It was no function.
    NoFunction,
    /// It had mistakes that the expander knows.
    Refused,
    /// All the rest.
    Expanded,
}

/// A broken promise.
#[derive(Debug)]
pub struct Broken {
    /// Which, and for a panic where it was.
    pub promise: String,
    /// What the expander made of the input, if it made something.
    pub output: String,
}

thread_local! {
    /// What the last panic said.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps what panics say for the report, instead of printing it.
pub fn keep_quiet() {
    panic::set_hook(Box::new(|info| PANIC.with_borrow_mut(|text| *text = info.to_string())));
}

/// Expands the input and looks at what comes out.
pub fn check(input: &Input) -> Result<Outcome, Broken> {
    let Input { args, item } = input.clone();
    let expanded = panic::catch_unwind(AssertUnwindSafe(|| {
        // Of these only that they do not panic is promised.
        drop(items::expand(item.clone()));
        drop(anonymous::expand(item.clone()));
        expand::coroutine(args, item)
    }));
    let Ok(output) = expanded else {
        return Err(Broken { promise: PANIC.with_borrow(|text| format!("no panic: {text}")), output: String::new() });
    };
    promised(input, &output)
        .map_err(|promise| Broken { promise: promise.to_owned(), output: text::text(output.clone()) })
}

fn promised(input: &Input, output: &TokenStream) -> Result<Outcome, &'static str> {
    let mut diagnostics = Diagnostics::new();
    let function = expand::read(input.item.clone(), &mut diagnostics);
    drop(diagnostics.into_compile_errors());
    let Ok(function) = function else {
        return match is_error(output) && syn::parse2::<syn::File>(output.clone()).is_ok() {
            true => Ok(Outcome::NoFunction),
            false => Err("what is no function becomes an error"),
        };
    };
    if !declares(output, &function.sig.ident.to_string()) {
        return Err("the function is there, whatever is wrong with it");
    }
    // What the compiler has told of is in it.
    if function.unread.is_some() {
        return Ok(Outcome::Refused);
    }
    let outcome = if is_error(output) { Outcome::Refused } else { Outcome::Expanded };
    if matches!(function.body, Body::Unparsed(_)) && outcome == Outcome::Expanded {
        return Ok(outcome);
    }
    match syn::parse2::<syn::File>(output.clone()) {
        Ok(_) => Ok(outcome),
        // `syn` takes `_` for the name of a type parameter, but no bounds behind it.
        Err(_) if function.sig.generics.type_params().any(|parameter| parameter.ident == "_") => Ok(outcome),
        Err(_) => Err("what could be parsed becomes what can be parsed"),
    }
}

/// Whether there is an error in it that the expander found.
fn is_error(output: &TokenStream) -> bool {
    output.clone().into_iter().any(|tree| matches!(tree, TokenTree::Ident(word) if word == "compile_error"))
}

/// Whether there is a function of that name in it, with a body or without one.
fn declares(output: &TokenStream, name: &str) -> bool {
    let trees: Vec<TokenTree> = output.clone().into_iter().collect();
    trees.windows(2).any(|pair| match pair {
        [TokenTree::Ident(word), TokenTree::Ident(next)] => word == "fn" && next == name,
        _ => false,
    })
}
