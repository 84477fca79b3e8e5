//! `flatten`: the leaves of JSON.

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
