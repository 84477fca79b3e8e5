//! A dump as text.

use std::fmt;
use std::mem;
use std::vec;
use std::vec::Vec;

use super::{AwaitLevel, Awaited, Dump, TaskDump, TaskId, TaskState};

pub(super) fn write(dump: &Dump, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let plural = if dump.tasks.len() == 1 { "" } else { "s" };
    write!(f, "{} task{plural} after {:?}", dump.tasks.len(), dump.time)?;
    if !dump.main.is_empty() {
        f.write_str("\nmain waits")?;
        awaits(&dump.main, f)?;
        chains(&dump.main, 0, f)?;
    }
    let room = |id: TaskId| id.0.index as usize;
    let rooms = dump.tasks.iter().map(|task| room(task.id) + 1).max().unwrap_or(0);
    let mut there: Vec<Option<TaskId>> = vec![None; rooms];
    dump.tasks.iter().for_each(|task| there[room(task.id)] = Some(task.id));
    // Those below the task of each room; and what is to be written yet, at first those below none.
    let mut below: Vec<Vec<&TaskDump>> = vec![Vec::new(); rooms];
    let mut rest: Vec<(usize, &TaskDump)> = Vec::new();
    for task in dump.tasks.iter().rev() {
        // Below a task that is not there it stands at the left.
        match task.parent.filter(|parent| there.get(room(*parent)) == Some(&Some(*parent))) {
            Some(parent) => below[room(parent)].push(task),
            None => rest.push((0, task)),
        }
    }
    // Without recursion: groups may be as deep as they like.
    while let Some((depth, task)) = rest.pop() {
        write!(f, "\n{:1$}", "", 4 * depth)?;
        line(task, f)?;
        if task.state == TaskState::Waiting {
            chains(&task.awaits, 4 * depth, f)?;
        }
        rest.extend(mem::take(&mut below[room(task.id)]).into_iter().map(|task| (depth + 1, task)));
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
