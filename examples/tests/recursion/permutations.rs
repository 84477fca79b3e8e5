//! `permutations`: of words.

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
