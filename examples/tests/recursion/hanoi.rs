//! `hanoi`: the moves.

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
