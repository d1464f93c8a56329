//! The kill matrix, as Markdown and as JSON.

use std::fmt::Write;

use serde::Serialize;

use super::{Row, Verdict};

/// What the suite finds of the fault bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// The version of Reinstate.
    pub version: &'static str,
    /// The seed of everything random.
    pub seed: u64,
    /// Hashes of the plans, by depth.
    pub plans: Vec<(&'static str, String)>,
    /// A line for each fault, in the order of the bank.
    pub rows: Vec<Row>,
}

impl Matrix {
    /// Faults that can be told from the specification at all.
    fn tellable(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.equivalent.is_none())
    }

    /// How many faults are found at some depths, by their names, and how many of them only as the judge
    /// is told of events.
    fn found(&self, depths: &[&str]) -> (usize, usize) {
        let told = self.tellable().filter_map(|row| match &row.verdict {
            Verdict::Found(found) => depths.contains(&found.depth).then_some(found.told),
            Verdict::Unfinished { depth, told, .. } => depths.contains(depth).then_some(*told),
            Verdict::Misplaced | Verdict::Survived | Verdict::Crashed => None,
        });
        let told: Vec<bool> = told.collect();
        (told.len(), told.iter().filter(|told| **told).count())
    }

    /// How many faults of a hundred are found at the deepest depth.
    pub fn percent(&self) -> f64 {
        let depths: Vec<&str> = self.plans.iter().map(|(depth, _)| *depth).collect();
        100.0 * self.found(&depths).0 as f64 / self.tellable().count().max(1) as f64
    }

    /// Lines that are not as they have to be.
    pub fn unsettled(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| !row.is_settled())
    }

    /// The figures in words, a line each.
    pub fn summary(&self) -> String {
        let mut text = String::new();
        let all = self.tellable().count();
        let mut depths: Vec<&str> = Vec::new();
        for (depth, _) in &self.plans {
            depths.push(depth);
            let (found, told) = self.found(&depths);
            let percent = |found: usize| 100.0 * found as f64 / all.max(1) as f64;
            let _ = writeln!(
                text,
                "{found} of {all} found at depth {depth} ({:.1} %), {} of them as in any endpoint ({:.1} %)",
                percent(found),
                found - told,
                percent(found - told),
            );
        }
        let equivalent = self.rows.len() - all;
        if equivalent > 0 {
            let _ = writeln!(text, "{equivalent} cannot be told from the specification");
        }
        text
    }

    /// The matrix as it is published.
    pub fn markdown(&self) -> String {
        let mut text = String::from(
            "# What the suite finds\n\n\
             Every line is a deliberate bug of the reference, planted from outside of the \
             specification. *Calls* is how many calls the run makes up to the answer that shows it, \
             if it runs one case after the other, races before it aside; in brackets, how many of them \
             the case itself makes. A rule with a `*` is reported, but not held against an endpoint. *Told* stands where \
             it takes a judge that is told which events happened, as only the reference can tell: in \
             any other endpoint they may have happened by themselves.\n\n",
        );
        let plans: Vec<String> =
            self.plans.iter().map(|(depth, hash)| format!("{depth} `{hash}`")).collect();
        let deepest = self.plans.last().map_or("default", |(depth, _)| *depth);
        let _ = writeln!(
            text,
            "Reinstate {}, seed {}, plans {}. Written by `cargo run --release -- power --depth {deepest} \
             --markdown FILE`.\n",
            self.version,
            self.seed,
            plans.join(", ")
        );
        for line in self.summary().lines() {
            let _ = writeln!(text, "- {line}");
        }
        text.push_str("\n| fault | what is wrong | acts on | found by | depth | calls |\n");
        text.push_str("| --- | --- | --- | --- | --- | --- |\n");
        for row in &self.rows {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} |",
                row.fault,
                row.wrong,
                row.place,
                row.cells().join(" | ")
            );
        }
        let equivalent: Vec<_> =
            self.rows.iter().filter_map(|row| Some((row, row.equivalent?))).collect();
        if !equivalent.is_empty() {
            text.push_str("\n## What cannot be told from the specification\n\n");
            for (row, reason) in equivalent {
                let _ = writeln!(text, "- {}: {reason}", row.fault);
            }
        }
        text
    }
}

fn how(depth: &str, told: bool) -> String {
    if told { format!("{depth}, told") } else { depth.to_owned() }
}

impl Row {
    /// What became of it: by which rule, at which depth, in how many calls.
    fn cells(&self) -> [String; 3] {
        let none = String::new;
        match &self.verdict {
            Verdict::Found(found) => [
                format!("{} {}{}", found.rule, found.kind, if found.counts { "" } else { " *" }),
                how(found.depth, found.told),
                format!("{} ({})", found.calls, found.calls_of_case),
            ],
            Verdict::Unfinished { depth, told, cases } => {
                [format!("{cases} cases do not end"), how(depth, *told), none()]
            }
            Verdict::Misplaced => {
                let others = format!("**not as expected**, but {}", self.broken.join(", "));
                [others, none(), none()]
            }
            Verdict::Survived if self.equivalent.is_some() => {
                ["nothing, see below".to_owned(), none(), none()]
            }
            Verdict::Survived => ["**nothing**".to_owned(), none(), none()],
            Verdict::Crashed => ["**the suite broke down**".to_owned(), none(), none()],
        }
    }

    /// The line that is shown while the search goes on.
    pub fn line(&self) -> String {
        let [by, depth, calls] = self.cells();
        format!("{:<48} {by} {depth} {calls}", self.fault).trim_end().to_owned()
    }
}
