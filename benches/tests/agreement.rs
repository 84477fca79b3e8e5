//! Competitors that don't do the same work cannot be compared.

use antiphon_benches::{TASKS, WORKLOADS};

#[test]
fn all_competitors_return_the_same_checksum() {
    for workload in WORKLOADS.iter().chain(TASKS) {
        for n in [0, 1, 2, 3, 100, 1000] {
            let (_, first) = workload.competitors[0];
            for (name, run) in workload.competitors {
                assert_eq!(run(n), first(n), "{} of {name} for {n}", workload.name);
            }
        }
    }
}

#[test]
fn how_a_coroutine_is_driven_does_not_change_what_it_says() {
    let antiphon = |name| {
        let workload = WORKLOADS.iter().find(|workload| workload.name == name).expect("a workload of that name");
        workload.competitor("antiphon").expect("antiphon does all of them")(1000)
    };
    for name in ["delegation_1", "delegation_4", "fibonacci_boxed", "fibonacci_called"] {
        assert_eq!(antiphon(name), antiphon("fibonacci"), "{name}");
    }
    for name in ["running_total_boxed", "running_total_called"] {
        assert_eq!(antiphon(name), antiphon("running_total"), "{name}");
    }
}
