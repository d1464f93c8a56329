//! `reinstate reproduce`: programs that show the findings of a report.

use std::path::PathBuf;

use clap::ValueEnum;
use reinstate::finding::Finding;
use reinstate::reproduce::{self, Form};

use super::exit::{Exit, Failure};
use super::gate;
use super::out::say;
use super::outputs;

/// What to reproduce, and how.
#[derive(clap::Args)]
pub struct Arguments {
    /// The report that `reinstate check --json` wrote.
    report: PathBuf,
    /// Only the findings of this rule or with this case; all if left out.
    #[arg(value_name = "RULE|CASE")]
    which: Option<String>,
    /// The language; without `--out` one, bash if nothing is said.
    #[arg(long = "as", value_enum, value_name = "FORM")]
    forms: Vec<FormArgument>,
    /// Write each program to a file in this folder, which is made if it is not there.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormArgument {
    Bash,
    Boto3,
    Curl,
    Rust,
}

impl From<FormArgument> for Form {
    fn from(form: FormArgument) -> Self {
        match form {
            FormArgument::Bash => Form::Bash,
            FormArgument::Boto3 => Form::Boto3,
            FormArgument::Curl => Form::Curl,
            FormArgument::Rust => Form::Rust,
        }
    }
}

/// Prints or writes the programs.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let findings: Vec<Finding> = gate::reports(&arguments.report)?
        .into_iter()
        .flat_map(|report| report.findings)
        .filter(|finding| {
            let which = arguments.which.as_deref();
            which.is_none_or(|which| {
                finding.rule.eq_ignore_ascii_case(which) || finding.case == which
            })
        })
        .collect();
    let Some(first) = findings.first() else {
        let what =
            arguments.which.as_deref().map_or_else(String::new, |which| format!(" `{which}`"));
        return Err(Failure::usage(format!(
            "`{}` has no finding{what}\nhint: its `findings[].rule` and `findings[].case` name them",
            arguments.report.display()
        )));
    };
    let forms: Vec<Form> = arguments.forms.iter().copied().map(Form::from).collect();
    let Some(folder) = &arguments.out else {
        if forms.len() > 1 {
            return Err(Failure::usage(
                "one form at a time is printed\nhint: `--out FOLDER` writes several",
            ));
        }
        let form = forms.first().copied().unwrap_or(Form::Bash);
        say(&reproduce::render(first, form));
        return Ok(Exit::Conforms);
    };
    std::fs::create_dir_all(folder).map_err(|error| {
        Failure::usage(format!("`{}` cannot be made: {error}", folder.display()))
    })?;
    let forms = if forms.is_empty() { Form::ALL.to_vec() } else { forms };
    for finding in &findings {
        for form in &forms {
            let file = folder.join(reproduce::file_name(finding, *form));
            outputs::write(&file, &reproduce::render(finding, *form))?;
        }
    }
    let count = findings.len() * forms.len();
    say(&format!("{count} programs for {} findings in {}\n", findings.len(), folder.display()));
    Ok(Exit::Conforms)
}
