//! `reinstate targets`.

use std::fmt::Write;

use reinstate::target::{self, Definition, default_cache};

use super::exit::Exit;
use super::out::say;

/// Prints every target, and whether it can run here.
pub fn run() -> Exit {
    let cache = default_cache().ok();
    let mut text = String::new();
    for definition in target::all() {
        let installed = cache.as_ref().is_some_and(|cache| definition.is_installed(cache));
        line(&mut text, &definition, definition.can_run(), installed);
    }
    text.push_str(
        "\n`reinstate check NAME` installs and runs one, `NAME@VERSION` another version of it,\n\
         `reinstate check --all` every one that can run here unless it is marked.\n",
    );
    say(&text);
    Exit::Conforms
}

fn line(
    out: &mut String,
    definition: &Definition,
    can_run: Result<String, String>,
    installed: bool,
) {
    let name = format!("{} {}", definition.name, definition.version);
    let (word, rest) = match can_run {
        Ok(with) if installed => ("can run", format!("with {with}; installed")),
        Ok(with) => ("can run", format!("with {with}")),
        Err(reason) => ("cannot run here", reason.replace('\n', "\n    ")),
    };
    let marks = [
        (!definition.backups, "no backups: comes out as unsupported"),
        (!definition.in_all, "only by name"),
    ];
    let _ = writeln!(out, "{name:<22} {word}: {rest}");
    let marks: Vec<&str> =
        marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| *mark).collect();
    let _ = writeln!(
        out,
        "    {}, {}{}{}",
        definition.title,
        definition.license,
        if marks.is_empty() { "" } else { "; " },
        marks.join("; ")
    );
    if !definition.note.is_empty() {
        let _ = writeln!(out, "    {}", definition.note);
    }
}
