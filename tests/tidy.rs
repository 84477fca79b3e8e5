//! What the repository says of itself is true.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// All Rust files but those of the build and of the cases that must not compile.
fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            rust_files(&path, found);
        } else if name.ends_with(".rs") && !path.starts_with(root().join("ui-tests/fail")) {
            found.push(path);
        }
    }
}

/// Whether a file allows itself unsafe code, by an attribute at its top.
fn is_unsafe(file: &Path) -> bool {
    fs::read_to_string(file).expect("a text").lines().any(|line| line.starts_with("#![expect(unsafe_code"))
}

#[test]
fn the_list_of_unsafe_files_is_complete() {
    let mut files = Vec::new();
    rust_files(&root(), &mut files);
    let mut found: Vec<String> = files
        .iter()
        .filter(|file| is_unsafe(file))
        .map(|file| file.strip_prefix(root()).expect("a file of ours").to_string_lossy().replace('\\', "/"))
        .collect();
    found.sort();

    let text = fs::read_to_string(root().join("docs/unsafe.md")).expect("docs/unsafe.md");
    let mut listed: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(file, _)| file.to_owned())
        .collect();
    listed.sort();
    assert_eq!(found, listed);
}

#[test]
fn the_minimum_rust_version_is_the_manifests() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let line = manifest.lines().find(|line| line.starts_with("rust-version")).expect("a rust-version");
    let version = line.split('"').nth(1).expect("a version");
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    assert!(readme.contains(&format!("The minimum Rust version is {version}.")));
}

#[test]
fn files_that_the_docs_name_exist() {
    for document in ["docs/architecture.md", "docs/unsafe.md", "README.md"] {
        let text = fs::read_to_string(root().join(document)).expect("a document");
        for name in text.split('`').skip(1).step_by(2) {
            let is_file = name.contains('/') && [".rs", ".md", ".sh"].iter().any(|end| name.ends_with(end));
            let below_runtime = root().join("runtime/src").join(name);
            assert!(!is_file || root().join(name).exists() || below_runtime.exists(), "{document} names {name}");
        }
    }
}

#[test]
fn the_changelog_has_an_unreleased_section() {
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).expect("CHANGELOG.md");
    assert!(changelog.lines().any(|line| line == "## Unreleased"));
}
