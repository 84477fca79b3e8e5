//! Every program in `fail/` fails to compile, with the text beside it; every one in `pass/` compiles.
//!
//! `TRYBUILD=overwrite cargo test -p antiphon-ui-tests` records the texts anew. They are the compiler's as well as ours,
//! so they are compared only on the version that recorded them; on another one each case still has to fail.

use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The version whose texts are recorded. It had no standard library sources, whose lines would be in the texts.
const RECORDED_WITH: &str = "rustc 1.95.";

/// The folder that `mistakes` looks at in a process of its own.
const CASES: &str = "ANTIPHON_UI_CASES";

#[test]
fn mistakes() -> Result<(), Box<dyn Error>> {
    let cases = env::var_os(CASES);
    if cases.is_some() || texts_can_be_compared()? {
        let cases = cases.map_or_else(|| PathBuf::from("fail"), PathBuf::from);
        trybuild::TestCases::new().compile_fail(cases.join("*/*.rs"));
        return Ok(());
    }
    eprintln!("texts are not compared: they were recorded with {RECORDED_WITH}*, without rust-src");
    // `trybuild` takes any text where it is told to record them.
    let status = Command::new(env::current_exe()?)
        .args(["--exact", "mistakes"])
        .env(CASES, without_texts(Path::new("fail"))?)
        .env("TRYBUILD", "overwrite")
        .status()?;
    assert!(status.success(), "some of the mistakes compiled");
    Ok(())
}

#[test]
fn no_mistakes() {
    trybuild::TestCases::new().pass("pass/*.rs");
}

/// A text without a program compares nothing.
#[test]
fn every_text_has_its_program() -> Result<(), Box<dyn Error>> {
    for file in files(Path::new("fail"))? {
        if file.extension().is_some_and(|extension| extension == "stderr") {
            assert!(file.with_extension("rs").exists(), "{} has no program", file.display());
        }
    }
    Ok(())
}

fn texts_can_be_compared() -> Result<bool, Box<dyn Error>> {
    let sources = Path::new(rustc("--print=sysroot")?.trim()).join("lib/rustlib/src/rust");
    Ok(rustc("--version")?.starts_with(RECORDED_WITH) && !sources.exists())
}

fn rustc(argument: &str) -> Result<String, Box<dyn Error>> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    Ok(String::from_utf8(Command::new(rustc).arg(argument).output()?.stdout)?)
}

/// A copy of the programs alone.
fn without_texts(cases: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fail");
    if copies.exists() {
        fs::remove_dir_all(&copies)?;
    }
    for file in files(cases)? {
        if file.extension().is_some_and(|extension| extension == "rs") {
            let copy = copies.join(file.strip_prefix(cases)?);
            fs::create_dir_all(copy.parent().ok_or("a file in no folder")?)?;
            fs::copy(&file, copy)?;
        }
    }
    Ok(copies)
}

/// The files in the folders of a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for topic in fs::read_dir(folder)? {
        for file in fs::read_dir(topic?.path())? {
            files.push(file?.path());
        }
    }
    Ok(files)
}
