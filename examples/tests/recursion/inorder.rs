//! `inorder`: a tree in order.

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
