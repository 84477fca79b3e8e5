//! The examples that recurse, run as programs: `directories`, `flatten`, `inorder`, `permutations` and `hanoi`.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{self, Child, ChildStdin, Command, Output, Stdio};

/// `cargo test` builds examples beside the directory of the tests.
fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().and_then(Path::parent).unwrap();
    let program = target.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(program.exists(), "{} is absent; `cargo test -p antiphon-examples` builds it", program.display());
    program
}

fn start(name: &str, arguments: &[impl AsRef<OsStr>], output: Stdio) -> Child {
    let mut command = Command::new(program(name));
    command.args(arguments).stdin(Stdio::piped()).stdout(output).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn run(name: &str, arguments: &[impl AsRef<OsStr>], input: &[u8]) -> Output {
    finish(start(name, arguments, Stdio::piped()), input)
}

fn finish(mut child: Child, input: &[u8]) -> Output {
    // A program that has found a mistake in its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

#[track_caller]
fn assert_output(output: &Output, code: i32, printed: &str, complaints: &str) {
    assert_eq!(String::from_utf8_lossy(&output.stderr), complaints);
    assert_eq!(String::from_utf8_lossy(&output.stdout), printed);
    assert_eq!(output.status.code(), Some(code));
}

/// What `| head` does: reads so many lines of output, and goes away.
#[track_caller]
fn assert_head(name: &str, arguments: &[impl AsRef<OsStr>], input: &[u8], expected: &[&str]) {
    let mut child = start(name, arguments, Stdio::piped());
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let lines: Vec<String> = output.lines().take(expected.len()).map(Result::unwrap).collect();
    assert_eq!(lines, expected);
    assert_output(&child.wait_with_output().unwrap(), 0, "", "");
}

/// The input of a program that has ended.
fn pipe_without_a_reader() -> ChildStdin {
    let mut child = start("hanoi", &["0"], Stdio::null());
    let pipe = child.stdin.take().unwrap();
    child.wait().unwrap();
    pipe
}

fn lines<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string() + "\n").collect()
}

const NO_ARGUMENTS: [&str; 0] = [];

/// A folder of its own for each test, which is removed after it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("antiphon-recursion-{name}-{}", process::id()));
        fs::create_dir(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// What `directories` prints of it, and of these paths in it.
    fn with(&self, paths: &[&str]) -> String {
        self.display().to_string() + "\n" + &lines(paths.iter().map(|path| self.join(path).display().to_string()))
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A panic here would hide that of the test.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The reason for which nobody can open this.
fn missing(path: &Path) -> String {
    File::open(path).unwrap_err().to_string()
}

mod directories {
    use super::*;

    #[test]
    fn an_empty_folder() {
        let folder = Folder::new("empty");
        assert_output(&run("directories", &[&*folder], b""), 0, &folder.with(&[]), "");
    }

    #[test]
    fn paths_are_sorted_by_the_names_in_each_folder() {
        let folder = Folder::new("sorted");
        for name in ["b/z", "b/a/1", "b.txt", "a b", "Z", "c/d/e"] {
            folder.file(name, "");
        }
        let expected = folder.with(&["Z", "a b", "b", "b/a", "b/a/1", "b/z", "b.txt", "c", "c/d", "c/d/e"]);
        assert_output(&run("directories", &[&*folder], b""), 0, &expected, "");
    }

    #[test]
    fn the_current_folder() {
        let folder = Folder::new("current");
        folder.file("a/b", "");
        let output = Command::new(program("directories")).current_dir(&*folder).output().unwrap();
        let expected =
            lines([Path::new("."), &Path::new(".").join("a"), &Path::new(".").join("a/b")].map(Path::display));
        assert_output(&output, 0, &expected, "");
    }

    #[test]
    fn a_file() {
        let folder = Folder::new("file");
        let file = folder.file("a", "");
        assert_output(&run("directories", &[&file], b""), 0, &lines([file.display()]), "");
    }

    #[test]
    fn a_missing_folder() {
        let folder = Folder::new("missing");
        let path = folder.join("nowhere");
        let complaint = format!("directories: {}: {}\n", path.display(), missing(&path));
        assert_output(&run("directories", &[&path], b""), 1, "", &complaint);
    }

    #[test]
    fn too_many_arguments() {
        let complaint = "directories: too many arguments\nusage: directories [FOLDER]\n";
        assert_output(&run("directories", &["a", "b"], b""), 2, "", complaint);
    }

    #[test]
    fn a_deep_folder() {
        let folder = Folder::new("deep");
        let mut paths = vec![folder.to_owned()];
        for _ in 0..500 {
            let next = paths.last().unwrap().join("d");
            fs::create_dir(&next).unwrap();
            paths.push(next);
        }
        let expected = lines(paths.iter().map(|path| path.display()));
        assert_output(&run("directories", &[&*folder], b""), 0, &expected, "");
    }

    #[test]
    fn a_reader_who_has_gone_away() {
        let folder = Folder::new("head");
        folder.file("a/b", "");
        folder.file("c", "");
        let first = folder.display().to_string();
        assert_head("directories", &[&*folder], b"", &[&first, &folder.join("a").display().to_string()]);
        let output = finish(start("directories", &[&*folder], pipe_without_a_reader().into()), b"");
        assert_output(&output, 0, "", "");
    }

    /// The program cannot be further than a full pipe ahead of its reader, who has the entry removed after its folder
    /// was read and before the walk comes to it.
    #[test]
    fn an_entry_that_vanishes_is_skipped() {
        let folder = Folder::new("vanished");
        for number in 0..4000 {
            folder.file(format!("a/{number:0100}"), "");
        }
        let (gone, last) = (folder.file("b", ""), folder.file("c", ""));
        let mut child = start("directories", &[&*folder], Stdio::piped());
        let mut output = BufReader::with_capacity(64, child.stdout.take().unwrap());
        let mut printed = String::new();
        for _ in 0..2 {
            output.read_line(&mut printed).unwrap();
        }
        fs::remove_file(&gone).unwrap();
        let reason = missing(&gone);
        output.read_to_string(&mut printed).unwrap();
        assert_eq!(printed.lines().count(), 4003);
        assert!(printed.ends_with(&format!("\n{}\n", last.display())));
        let complaint = format!("directories: {}: {reason}\n", gone.display());
        assert_output(&child.wait_with_output().unwrap(), 1, "", &complaint);
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::{PermissionsExt, symlink};
        use std::os::unix::process::CommandExt;

        use super::*;

        #[test]
        fn symbolic_links_are_not_followed() {
            let folder = Folder::new("links");
            folder.file("a/b", "");
            symlink(&*folder, folder.join("a/loop")).unwrap();
            symlink("nowhere", folder.join("dangling")).unwrap();
            let expected = folder.with(&["a", "a/b", "a/loop", "dangling"]);
            assert_output(&run("directories", &[&*folder], b""), 0, &expected, "");
            let link = folder.join("a/loop");
            assert_output(&run("directories", &[&link], b""), 0, &lines([link.display()]), "");
        }

        #[test]
        fn an_unreadable_folder_is_skipped() {
            let folder = Folder::new("unreadable");
            folder.file("a/hidden", "");
            folder.file("b", "");
            let forbidden = folder.join("a");
            fs::set_permissions(&forbidden, fs::Permissions::from_mode(0o000)).unwrap();
            let mut command = Command::new(program("directories"));
            if fs::read_dir(&forbidden).is_ok() {
                // We are root, whom no permission stops, but nobody is.
                command.uid(65534);
            }
            let output = command.arg(&*folder).output().expect("nobody may run the program");
            fs::set_permissions(&forbidden, fs::Permissions::from_mode(0o700)).unwrap();
            let reason = std::io::Error::from_raw_os_error(13);
            let complaint = format!("directories: {}: {reason}\n", forbidden.display());
            assert_output(&output, 1, &folder.with(&["a", "b"]), &complaint);
        }

        #[test]
        fn names_that_are_not_utf8_are_printed_lossily() {
            let folder = Folder::new("lossy");
            let name = OsStr::from_bytes(b"x\xffy");
            // Some file systems refuse such names.
            if fs::create_dir(folder.join(name)).is_ok() {
                folder.file(Path::new(name).join("z"), "");
                let expected = folder.with(&["x\u{fffd}y", "x\u{fffd}y/z"]);
                assert_output(&run("directories", &[&*folder], b""), 0, &expected, "");
            }
            let path = folder.join(OsStr::from_bytes(b"no\xffwhere"));
            let complaint = format!("directories: {}: {}\n", path.display(), missing(&path));
            assert_output(&run("directories", &[&path], b""), 1, "", &complaint);
        }
    }
}

mod flatten {
    use super::*;

    #[track_caller]
    fn assert_leaves(json: &str, expected: &[&str]) {
        assert_output(&run("flatten", &NO_ARGUMENTS, json.as_bytes()), 0, &lines(expected), "");
    }

    #[track_caller]
    fn assert_refused(json: &[u8], reason: &str) {
        let complaint = format!("flatten: standard input: {reason}\n");
        assert_output(&run("flatten", &NO_ARGUMENTS, json), 1, "", &complaint);
    }

    #[test]
    fn documents_that_are_one_leaf() {
        assert_leaves("{}", &[". = {}"]);
        assert_leaves("[ ]", &[". = []"]);
        assert_leaves(" 5\n", &[". = 5"]);
        assert_leaves(r#""a\nb""#, &[r#". = "a\nb""#]);
    }

    #[test]
    fn objects_and_arrays() {
        let json = r#"{"z": null, "a": {"b": [true, -1.5, {}, {"c": "te\"xt"}]}, "e": [[], [[1], 2]]}"#;
        let expected = [
            "a.b[0] = true",
            "a.b[1] = -1.5",
            "a.b[2] = {}",
            r#"a.b[3].c = "te\"xt""#,
            "e[0] = []",
            "e[1][0][0] = 1",
            "e[1][1] = 2",
            "z = null",
        ];
        assert_leaves(json, &expected);
        let folder = Folder::new("json");
        let file = folder.file("x.json", json);
        assert_output(&run("flatten", &[file], b"not read"), 0, &lines(expected), "");
    }

    #[test]
    fn an_array_at_the_top() {
        assert_leaves(r#"[1, {"a": 2}]"#, &["[0] = 1", "[1].a = 2"]);
    }

    #[test]
    fn keys_that_are_not_plain_words() {
        let json = r#"{"": 1, "a.b": {"c[0]": 2, "d-e_1": 3}, "grün": 4, "\"": 5}"#;
        let expected = [r#"[""] = 1"#, r#"["\""] = 5"#, r#"["a.b"]["c[0]"] = 2"#, r#"["a.b"].d-e_1 = 3"#, "grün = 4"];
        assert_leaves(json, &expected);
    }

    #[test]
    fn a_document_at_the_limit_of_depth_and_one_beyond_it() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert_leaves(&nested(127), &[&("[0]".repeat(126) + " = []")]);
        assert_refused(nested(128).as_bytes(), "recursion limit exceeded at line 1 column 128");
    }

    #[test]
    fn documents_that_are_not_json() {
        assert_refused(b"", "EOF while parsing a value at line 1 column 0");
        assert_refused(b"{\"a\":\n [1, 2", "EOF while parsing a list at line 2 column 6");
        assert_refused(b"[1,\n 2,,]", "expected value at line 2 column 4");
        assert_refused(b"1 2", "trailing characters at line 1 column 3");
        assert_refused(b"\"\xff\"", "invalid unicode code point at line 1 column 2");
        let folder = Folder::new("not-json");
        let file = folder.file("x.json", "[1 2]");
        let complaint = format!("flatten: {}: expected `,` or `]` at line 1 column 4\n", file.display());
        assert_output(&run("flatten", &[file], b"not read"), 1, "", &complaint);
    }

    #[test]
    fn a_missing_file() {
        let path = Path::new("nowhere.json");
        let complaint = format!("flatten: nowhere.json: {}\n", missing(path));
        assert_output(&run("flatten", &[path], b""), 1, "", &complaint);
    }

    #[test]
    fn too_many_arguments() {
        let complaint = "flatten: too many arguments\nusage: flatten [FILE]\n";
        assert_output(&run("flatten", &["a", "b"], b""), 2, "", complaint);
    }

    #[test]
    fn a_reader_who_has_gone_away() {
        let json = format!("[{}0]", "0,".repeat(50_000));
        assert_head("flatten", &NO_ARGUMENTS, json.as_bytes(), &["[0] = 0", "[1] = 0"]);
    }
}

mod inorder {
    use super::*;

    #[track_caller]
    fn assert_sorts(input: &str, expected: impl IntoIterator<Item = i64>) {
        assert_output(&run("inorder", &NO_ARGUMENTS, input.as_bytes()), 0, &lines(expected), "");
    }

    #[test]
    fn no_numbers() {
        assert_sorts("", []);
        assert_sorts(" \n\n\t", []);
    }

    #[test]
    fn a_few_numbers() {
        assert_sorts("7", [7]);
        assert_sorts("5 -2\r\n9\t5 +0\n\n-2 6", [-2, -2, 0, 5, 5, 6, 9]);
        assert_sorts(&format!("{} 0 {}", i64::MAX, i64::MIN), [i64::MIN, 0, i64::MAX]);
        let folder = Folder::new("numbers");
        assert_output(&run("inorder", &[folder.file("x", "3 1 2")], b"not read"), 0, "1\n2\n3\n", "");
    }

    #[test]
    fn numbers_in_no_order() {
        // 7 is prime to 10,007, so each number comes once.
        assert_sorts(&lines((0..10_007).map(|n| n * 7919 % 10_007)), 0..10_007);
    }

    #[test]
    fn a_tree_as_deep_as_its_input_is_long() {
        assert_sorts(&lines(0..200_000), 0..200_000);
        assert_sorts(&lines((0..200_000).rev()), 0..200_000);
        // The same number again and again.
        assert_sorts(&"4 ".repeat(200_000), std::iter::repeat_n(4, 200_000));
    }

    #[test]
    fn words_that_are_not_integers_are_skipped() {
        let folder = Folder::new("words");
        let file = folder.file("x", b"3 x 1\n\n9223372036854775808 2.5\n-\xff 2");
        let complaints = format!(
            "\
inorder: {0}: line 1: `x`: invalid digit found in string
inorder: {0}: line 3: `9223372036854775808`: number too large to fit in target type
inorder: {0}: line 3: `2.5`: invalid digit found in string
inorder: {0}: line 4: `-\u{fffd}`: invalid digit found in string
",
            file.display()
        );
        assert_output(&run("inorder", &[&file], b"not read"), 1, "1\n2\n3\n", &complaints);
        let complaint = "inorder: standard input: line 2: `y`: invalid digit found in string\n";
        assert_output(&run("inorder", &NO_ARGUMENTS, b"1\ny"), 1, "1\n", complaint);
    }

    #[test]
    fn a_missing_file() {
        let path = Path::new("nowhere.txt");
        let complaint = format!("inorder: nowhere.txt: {}\n", missing(path));
        assert_output(&run("inorder", &[path], b""), 1, "", &complaint);
    }

    #[test]
    fn too_many_arguments() {
        let complaint = "inorder: too many arguments\nusage: inorder [FILE]\n";
        assert_output(&run("inorder", &["a", "b"], b""), 2, "", complaint);
    }

    #[test]
    fn a_reader_who_has_gone_away() {
        assert_head("inorder", &NO_ARGUMENTS, lines((0..50_000).rev()).as_bytes(), &["0", "1", "2"]);
    }
}

mod permutations {
    use super::*;

    #[test]
    fn no_words() {
        assert_output(&run("permutations", &NO_ARGUMENTS, b""), 0, "\n", "");
    }

    #[test]
    fn a_few_words() {
        assert_output(&run("permutations", &["one"], b""), 0, "one\n", "");
        assert_output(&run("permutations", &["b", "a"], b""), 0, "b a\na b\n", "");
        let expected = "c a b\nc b a\na c b\na b c\nb c a\nb a c\n";
        assert_output(&run("permutations", &["c", "a", "b"], b""), 0, expected, "");
    }

    #[test]
    fn words_that_are_equal() {
        let expected = "x x y\nx y x\nx x y\nx y x\ny x x\ny x x\n";
        assert_output(&run("permutations", &["x", "x", "y"], b""), 0, expected, "");
    }

    #[test]
    fn positions_are_in_lexicographic_order() {
        let output = run("permutations", &["1", "2", "3", "4", "5", "6", "7"], b"");
        let printed: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
        assert_eq!(printed.len(), 5040);
        assert!(printed.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn a_reader_who_has_gone_away() {
        let words = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
        let expected = ["a b c d e f g h i j k l", "a b c d e f g h i j l k", "a b c d e f g h i k j l"];
        assert_head("permutations", &words, b"", &expected);
    }

    #[cfg(unix)]
    #[test]
    fn words_that_are_not_utf8() {
        use std::os::unix::ffi::OsStrExt;
        assert_output(&run("permutations", &[OsStr::from_bytes(b"\xff")], b""), 0, "\u{fffd}\n", "");
    }
}

mod hanoi {
    use super::*;

    #[test]
    fn no_discs() {
        assert_output(&run("hanoi", &["0"], b""), 0, "", "");
    }

    #[test]
    fn a_few_discs() {
        assert_output(&run("hanoi", &["1"], b""), 0, "1: A -> C\n", "");
        let expected = "\
1: A -> C
2: A -> B
1: C -> B
3: A -> C
1: B -> A
2: B -> C
1: A -> C
";
        assert_output(&run("hanoi", &["3"], b""), 0, expected, "");
    }

    /// No disc ever lies on a smaller one, and in the end all are on C.
    #[test]
    fn the_rules_are_kept() {
        let output = run("hanoi", &["12"], b"");
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(printed.lines().count(), (1 << 12) - 1);
        let mut pegs = [(1..=12).rev().collect(), vec![], vec![]];
        let peg = |name: &str| ["A", "B", "C"].iter().position(|peg| *peg == name).unwrap();
        for line in printed.lines() {
            let (disc, pegs_named) = line.split_once(": ").unwrap();
            let (from, to) = pegs_named.split_once(" -> ").unwrap();
            let moved = pegs[peg(from)].pop().unwrap();
            assert_eq!(moved.to_string(), disc);
            assert!(pegs[peg(to)].last().is_none_or(|below| *below > moved), "{line}");
            pegs[peg(to)].push(moved);
        }
        assert_eq!(pegs[2].len(), 12);
    }

    /// All the moves would take hours.
    #[test]
    fn a_reader_who_has_gone_away() {
        assert_head("hanoi", &["30"], b"", &["1: A -> B", "2: A -> C", "1: B -> C"]);
        assert_head("hanoi", &["64"], b"", &["1: A -> B", "2: A -> C", "1: B -> C"]);
    }

    #[test]
    fn wrong_arguments() {
        let usage = "usage: hanoi N, where N is the number of discs, 64 at most\n";
        for arguments in [&[][..], &["3", "4"], &["three"], &["-1"], &["2.5"], &[""], &["65"], &["99999999999"]] {
            assert_output(&run("hanoi", arguments, b""), 2, "", usage);
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use super::*;

    #[test]
    fn a_full_disk() {
        let reason = std::io::Error::from_raw_os_error(28);
        let runs = [("directories", "/dev/null"), ("permutations", "a"), ("hanoi", "3")];
        for (name, argument) in runs {
            assert_full(name, &[argument], &reason);
        }
        for name in ["flatten", "inorder"] {
            assert_full(name, &NO_ARGUMENTS, &reason);
        }
    }

    #[track_caller]
    fn assert_full(name: &str, arguments: &[&str], reason: &std::io::Error) {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = finish(start(name, arguments, full.into()), b"1");
        assert_output(&output, 1, "", &format!("{name}: standard output: {reason}\n"));
    }

    #[test]
    fn complaints_that_nobody_can_read() {
        for (name, code) in [("directories", 1), ("flatten", 1), ("inorder", 1), ("hanoi", 2)] {
            let mut command = Command::new(program(name));
            let status = command.arg("/no/where").stderr(pipe_without_a_reader()).status().unwrap();
            assert_eq!(status.code(), Some(code), "{name}");
        }
    }
}
