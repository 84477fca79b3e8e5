//! What compiles there does there what it does elsewhere.

#[test]
fn it_runs() {
    antiphon_all_lints::run_all();
    antiphon_all_lints::run_boxed();
}
