//! Runs one competitor and prints its checksum, for an instruction counter to watch.

use std::env;
use std::process::ExitCode;

use antiphon_benches::{Run, TASKS, WORKLOADS};

/// The programs of tasks whose instructions are promised, and whose. Any other is run if it is named.
const COUNTED_TASKS: [(&str, [&str; 2]); 3] =
    [("yields", ["antiphon", "tokio"]), ("spawn_join", ["antiphon", "tokio"]), ("spawn_one", ["antiphon", "tokio"])];

const USAGE: &str = "usage: count WORKLOAD COMPETITOR N";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let answer = match args[..] {
        [] => {
            list();
            Ok(())
        }
        [workload, competitor, n] => run(workload, competitor, n),
        _ => Err(USAGE.to_string()),
    };
    match answer {
        Ok(()) => ExitCode::SUCCESS,
        Err(mistake) => {
            eprintln!("count: {mistake}");
            ExitCode::from(2)
        }
    }
}

fn list() {
    for workload in WORKLOADS {
        for (competitor, _) in workload.competitors {
            println!("{} {competitor}", workload.name);
        }
    }
    for (workload, competitors) in COUNTED_TASKS {
        competitors.iter().for_each(|competitor| println!("{workload} {competitor}"));
    }
}

fn run(workload: &str, competitor: &str, n: &str) -> Result<(), String> {
    let run = find(workload, competitor)?;
    let n = n.parse().map_err(|error| format!("`{n}` is not a number of resumes: {error}"))?;
    println!("{}", run(n));
    Ok(())
}

fn find(workload: &str, competitor: &str) -> Result<Run, String> {
    let all = || WORKLOADS.iter().chain(TASKS);
    let Some(found) = all().find(|known| known.name == workload) else {
        let known: Vec<_> = all().map(|known| known.name).collect();
        return Err(format!("no workload `{workload}`; there are {}", known.join(", ")));
    };
    found.competitor(competitor).ok_or_else(|| {
        let known: Vec<_> = found.competitors.iter().map(|(name, _)| *name).collect();
        let why = if cfg!(native) { "" } else { " (`native` needs a nightly compiler)" };
        format!("no competitor `{competitor}` for `{workload}`; there are {}{why}", known.join(", "))
    })
}
