//! What compiles there does there what it does elsewhere.

#[test]
fn it_runs() {
    antiphon_shadowed::run_all();
    antiphon_shadowed::run_boxed();
}
