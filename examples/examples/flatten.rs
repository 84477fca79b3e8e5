//! Prints each leaf of a JSON document with the path that leads to it: `a.b[3].c = "text"`.
//!
//! ```text
//! cargo run --release --example flatten -- [FILE]
//! cargo metadata --format-version 1 | cargo run --release --example flatten | grep rust_version
//! ```
//!
//! The coroutine `leaves` recurses through objects and arrays; all its levels extend and shorten the same path. Objects
//! are printed in order of their keys. One that is empty is a leaf, as is an empty array, and a document that is nothing
//! but a leaf has the path `.`. A key that is not a plain word is printed as `["such"]`.

use std::ffi::OsString;
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use antiphon::Boxed;
use serde_json::Value;

#[antiphon::coroutine(yield = String)]
fn leaves(value: &Value, path: &mut String) {
    let length = path.len();
    match value {
        Value::Object(object) if !object.is_empty() => {
            for (key, value) in object {
                push_key(path, key);
                yield_from!(box leaves(value, path));
                path.truncate(length);
            }
        }
        Value::Array(array) if !array.is_empty() => {
            for (index, value) in array.iter().enumerate() {
                path.push_str(&format!("[{index}]"));
                yield_from!(box leaves(value, path));
                path.truncate(length);
            }
        }
        leaf => yield_!(format!("{} = {leaf}", if path.is_empty() { "." } else { path })),
    }
}

fn push_key(path: &mut String, key: &str) {
    let is_plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if !is_plain {
        path.push_str(&format!("[{}]", Value::from(key)));
    } else if path.is_empty() {
        path.push_str(key);
    } else {
        path.push_str(&format!(".{key}"));
    }
}

fn print(lines: Boxed<'_, String>) -> io::Result<()> {
    let mut output = BufWriter::new(io::stdout().lock());
    for line in lines {
        writeln!(output, "{line}")?;
    }
    output.flush()
}

fn read_standard_input() -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    io::stdin().lock().read_to_end(&mut text)?;
    Ok(text)
}

fn complain(message: &str) -> ExitCode {
    // `eprintln!` would panic if standard error is closed.
    let _ = writeln!(io::stderr(), "flatten: {message}");
    ExitCode::FAILURE
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let (name, text) = match arguments.as_slice() {
        [] => ("standard input".into(), read_standard_input()),
        [file] => (Path::new(file).display().to_string(), fs::read(file)),
        _ => {
            complain("too many arguments\nusage: flatten [FILE]");
            return ExitCode::from(2);
        }
    };
    let document: Value = match text.and_then(|text| Ok(serde_json::from_slice(&text)?)) {
        Ok(document) => document,
        Err(error) => return complain(&format!("{name}: {error}")),
    };
    match print(leaves(&document, &mut String::new()).boxed()) {
        // A reader who has gone away wants no more and no complaint.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => complain(&format!("standard output: {error}")),
        _ => ExitCode::SUCCESS,
    }
}
