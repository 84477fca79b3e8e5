//! Prints a stop of the tour: its title and text, its source, its output.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process;

pub(crate) struct Page {
    pub(crate) source: &'static str,
    pub(crate) main: fn(),
}

/// Makes a [`Page`] of each module, whose source is the file of that name.
macro_rules! pages {
    ($($module:ident),* $(,)?) => {
        [$(Page { source: include_str!(concat!(stringify!($module), ".rs")), main: $module::main }),*]
    };
}

/// What the programs of the tour print with: the line is set off from the source.
macro_rules! println {
    ($($text:tt)*) => { $crate::page::write_line(format_args!("  | {}", format_args!($($text)*))) };
}

impl Page {
    pub(crate) fn show(&self, number: u32) {
        let mut lines = self.source.lines();
        let mut header = lines.by_ref().map_while(|line| line.strip_prefix("//!")).map(str::trim_start);
        let title = header.next().unwrap_or_default().trim_end_matches('.');
        if io::stdout().is_terminal() {
            write_line(format_args!("\x1b[1m{number}. {title}\x1b[0m"));
        } else {
            write_line(format_args!("{number}. {title}"));
        }
        header.for_each(|text| write_line(format_args!("{text}")));

        write_line(format_args!(""));
        for line in lines.skip_while(|line| line.is_empty() || line.starts_with("use ")) {
            let indent = if line.is_empty() { "" } else { "    " };
            write_line(format_args!("{indent}{line}"));
        }

        write_line(format_args!(""));
        (self.main)();
        write_line(format_args!(""));
    }
}

/// Writes to standard output. When nobody reads it any more, as after `tour | head`, the tour is over.
pub(crate) fn write_line(line: Arguments<'_>) {
    match writeln!(io::stdout(), "{line}") {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => process::exit(0),
        Err(error) => panic!("cannot write to standard output: {error}"),
    }
}
