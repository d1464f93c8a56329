//! Texts that are pinned: what was found has to be what stands in a file beside this one.

use std::path::Path;

/// # Panics
/// If it is not, with the first line in which it differs.
pub fn is_as_pinned(name: &str, pinned: &str, found: &str) {
    if found == pinned {
        return;
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, found).expect("the folder for temporary files is there");
    let line = found.lines().zip(pinned.lines()).position(|(found, pinned)| found != pinned);
    panic!(
        "not as pinned, first in line {}\n\
         hint: compare {} with tests/pinned/{name}, and if it is right, put it there",
        line.unwrap_or(pinned.lines().count().min(found.lines().count())) + 1,
        path.display()
    );
}
