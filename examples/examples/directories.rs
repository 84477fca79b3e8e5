//! Prints every path in a folder, its own first, one a line, and the entries of each folder in order of their names.
//!
//! ```text
//! cargo run --release --example directories -- [FOLDER]
//! cargo run --release --example directories -- / | head -3
//! ```
//!
//! The coroutine `walk` delegates to itself for each entry, and what cannot be read is an item like any other: the
//! driver decides that it is reported, and that the walk goes on. A folder is read when the walk comes to it, so the
//! second line is answered at once. Symbolic links are printed, but not followed.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use antiphon::Boxed;

struct Skipped {
    path: PathBuf,
    reason: io::Error,
}

#[antiphon::coroutine(yield = Result<PathBuf, Skipped>)]
fn walk(path: PathBuf) {
    let is_folder = match path.symlink_metadata() {
        Ok(metadata) => metadata.is_dir(),
        Err(reason) => {
            yield_!(Err(Skipped { path, reason }));
            return;
        }
    };
    yield_!(Ok(path.clone()));
    if is_folder {
        match names(&path) {
            Ok(names) => {
                for name in names {
                    yield_from!(box walk(path.join(name)));
                }
            }
            Err(reason) => yield_!(Err(Skipped { path, reason })),
        }
    }
}

/// All of them at once: to be sorted, and so that a walk holds no folder open while it is deep below it.
fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// Whether nothing was skipped.
fn print(items: Boxed<'_, Result<PathBuf, Skipped>>) -> io::Result<bool> {
    // Not a `BufWriter`: what is skipped is to be reported between the paths that it lies between.
    let mut output = io::stdout().lock();
    let mut complete = true;
    for item in items {
        match item {
            Ok(path) => writeln!(output, "{}", path.display())?,
            Err(Skipped { path, reason }) => {
                complain(&format!("{}: {reason}", path.display()));
                complete = false;
            }
        }
    }
    output.flush()?;
    Ok(complete)
}

fn complain(message: &str) -> ExitCode {
    // `eprintln!` would panic if standard error is closed.
    let _ = writeln!(io::stderr(), "directories: {message}");
    ExitCode::FAILURE
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let folder = match arguments.as_slice() {
        [] => Path::new("."),
        [folder] => Path::new(folder),
        _ => {
            complain("too many arguments\nusage: directories [FOLDER]");
            return ExitCode::from(2);
        }
    };
    match print(walk(folder.to_owned()).boxed()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // A reader who has gone away wants no more and no complaint.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => complain(&format!("standard output: {error}")),
    }
}
