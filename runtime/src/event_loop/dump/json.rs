//! A dump as JSON.

use std::fmt::{self, Write};
use std::string::String;

use super::{AwaitLevel, Awaited, Dump, TaskDump};

pub(super) fn of(dump: &Dump) -> String {
    let mut out = String::new();
    write(dump, &mut out).expect("a string takes everything");
    out
}

fn write(dump: &Dump, out: &mut String) -> fmt::Result {
    write!(out, "{{\"time\":{},\"main\":", dump.time.as_secs_f64())?;
    list(out, &dump.main, awaited)?;
    out.write_str(",\"tasks\":")?;
    list(out, &dump.tasks, task)?;
    out.write_char('}')
}

fn task(out: &mut String, task: &TaskDump) -> fmt::Result {
    write!(out, "{{\"id\":\"{}\",\"name\":", task.id)?;
    match &task.name {
        Some(name) => text(out, name)?,
        None => out.write_str("null")?,
    }
    write!(out, ",\"state\":\"{}\",\"cancelled\":{},\"body\":", task.state.word(), task.cancelled)?;
    text(out, task.body)?;
    out.write_str(",\"spawned_at\":")?;
    text(out, task.spawned_at)?;
    out.write_str(",\"parent\":")?;
    match task.parent {
        Some(parent) => write!(out, "\"{parent}\"")?,
        None => out.write_str("null")?,
    }
    out.write_str(",\"awaits\":")?;
    list(out, &task.awaits, awaited)?;
    match task.since {
        Some(since) => write!(out, ",\"since\":{}}}", since.as_secs_f64()),
        None => out.write_str(",\"since\":null}"),
    }
}

fn awaited(out: &mut String, awaited: &Awaited) -> fmt::Result {
    out.write_str("{\"what\":")?;
    text(out, awaited.what)?;
    if let Some(task) = awaited.task {
        write!(out, ",\"task\":\"{task}\"")?;
    }
    if let Some(about) = &awaited.about {
        out.write_str(",\"about\":")?;
        text(out, about)?;
    }
    out.write_str(",\"at\":")?;
    text(out, awaited.at)?;
    write!(out, ",\"since\":{},\"chain\":", awaited.since.as_secs_f64())?;
    list(out, &awaited.chain, level)?;
    out.write_char('}')
}

fn level(out: &mut String, level: &AwaitLevel) -> fmt::Result {
    out.write_str("{\"what\":")?;
    text(out, level.what)?;
    if let Some(body) = level.body {
        out.write_str(",\"body\":")?;
        text(out, body)?;
    }
    out.write_str(",\"at\":")?;
    text(out, level.at)?;
    out.write_char('}')
}

fn list<T>(out: &mut String, all: &[T], one: impl Fn(&mut String, &T) -> fmt::Result) -> fmt::Result {
    out.write_char('[')?;
    for (at, value) in all.iter().enumerate() {
        if at > 0 {
            out.write_char(',')?;
        }
        one(out, value)?;
    }
    out.write_char(']')
}

/// A string. Paths and names may contain anything.
fn text(out: &mut String, value: impl fmt::Display) -> fmt::Result {
    struct Escaped<'o>(&'o mut String);
    impl Write for Escaped<'_> {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            part.chars().try_for_each(|character| match character {
                '"' | '\\' => write!(self.0, "\\{character}"),
                '\0'..='\x1f' => write!(self.0, "\\u{:04x}", u32::from(character)),
                _ => self.0.write_char(character),
            })
        }
    }
    out.write_char('"')?;
    write!(Escaped(out), "{value}")?;
    out.write_char('"')
}
