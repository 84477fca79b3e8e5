//! Each of the two thousand does what its number says.

#[test]
fn each_is_its_own() {
    assert_eq!(antiphon_many::ALL.len(), 200);
    for &(n, run) in antiphon_many::ALL {
        // `delegates` gives 7n + 9, `generic` n + 3, `boxed` 3n + 3.
        assert_eq!(run(), 11 * n + 15, "module {n}");
    }
}
