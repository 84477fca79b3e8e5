//! A dump as text.

use std::collections::BTreeMap;
use std::fmt;
use std::vec::Vec;

use super::{AwaitLevel, Awaited, Dump, TaskDump, TaskState};

/// The tasks below each room of a task, and those below none.
type Children<'d> = BTreeMap<Option<(u32, u32)>, Vec<&'d TaskDump>>;

pub(super) fn write(dump: &Dump, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let plural = if dump.tasks.len() == 1 { "" } else { "s" };
    write!(f, "{} task{plural} after {:?}", dump.tasks.len(), dump.time)?;
    if !dump.main.is_empty() {
        f.write_str("\nmain waits")?;
        awaits(&dump.main, f)?;
        chains(&dump.main, 0, f)?;
    }
    let key = |task: &TaskDump| (task.id.0.index, task.id.0.generation);
    let mut children = Children::new();
    for task in &dump.tasks {
        // Below a task that is not there it stands at the left.
        let parent = task.parent.filter(|parent| dump.tasks.iter().any(|task| task.id == *parent));
        children.entry(parent.map(|parent| (parent.0.index, parent.0.generation))).or_default().push(task);
    }
    // Without recursion: groups may be as deep as they like.
    let mut rest: Vec<(usize, &TaskDump)> = Vec::new();
    let push = |rest: &mut Vec<_>, depth, below: Option<Vec<_>>| {
        rest.extend(below.into_iter().flatten().rev().map(|task| (depth, task)));
    };
    push(&mut rest, 0, children.remove(&None));
    while let Some((depth, task)) = rest.pop() {
        write!(f, "\n{:1$}", "", 4 * depth)?;
        line(task, f)?;
        if task.state == TaskState::Waiting {
            chains(&task.awaits, 4 * depth, f)?;
        }
        push(&mut rest, depth + 1, children.remove(&Some(key(task))));
    }
    Ok(())
}

fn line(task: &TaskDump, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match &task.name {
        Some(name) => write!(f, "`{name}` ({})", task.id)?,
        None => write!(f, "{}", task.id)?,
    }
    match task.state {
        TaskState::Ready => f.write_str(" is ready")?,
        TaskState::Running => f.write_str(" runs")?,
        TaskState::Waiting => f.write_str(" waits")?,
    }
    if task.state == TaskState::Waiting && !task.awaits.is_empty() {
        awaits(&task.awaits, f)?;
    } else if let Some(since) = task.since {
        write!(f, " since {since:?}")?;
    }
    if task.cancelled {
        f.write_str(", cancelled")?;
    }
    write!(f, "; {}, spawned at {}", task.body, task.spawned_at)
}

/// What is waited for.
fn awaits(all: &[Awaited], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut before = " for ";
    for awaited in all {
        write!(f, "{before}{}", awaited.what)?;
        if let Some(task) = awaited.task {
            write!(f, " {task}")?;
        }
        if let Some(about) = &awaited.about {
            write!(f, " of {about}")?;
        }
        write!(f, " at {} since {:?}", awaited.at, awaited.since)?;
        before = " and ";
    }
    Ok(())
}

/// The ways there, below. Of several it is said which is whose.
fn chains(all: &[Awaited], indent: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for awaited in all.iter().filter(|awaited| !awaited.chain.is_empty()) {
        if all.len() > 1 {
            write!(f, "\n{:indent$}  {} at {}", "", awaited.what, awaited.at)?;
        }
        for AwaitLevel { what, body, at } in &awaited.chain {
            write!(f, "\n{:indent$}  in {what}", "")?;
            if let Some(body) = body {
                write!(f, " of {body}")?;
            }
            write!(f, " at {at}")?;
        }
    }
    Ok(())
}
