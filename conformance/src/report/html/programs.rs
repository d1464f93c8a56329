//! A finding as programs that show it on any endpoint, to be copied.

use maud::{Markup, html};

use super::plain;
use crate::finding::Finding;
use crate::report::layout::visible;
use crate::reproduce::{self, Form};

/// The languages that a page may have, the first one first; `reinstate reproduce` has Rust as well.
pub const FORMS: [Form; 3] = [Form::Boto3, Form::Bash, Form::Curl];

/// The program in one of them.
pub fn one(finding: &Finding, form: Form) -> Markup {
    let name = match form {
        Form::Bash => "aws CLI",
        Form::Boto3 => "boto3",
        Form::Curl => "curl",
        Form::Rust => "Rust",
    };
    let program = reproduce::render(finding, form);
    // What is copied has to be what is seen.
    if visible(&program) != program {
        return html! { p.muted { "There are characters in it that cannot be shown: `reinstate reproduce` writes it in " (name) "." } };
    }
    html! {
        details.exchange {
            summary { "As a program: " (name) }
            div.wires.alone {
                div {
                    p { "Creates what it needs, shows the difference, cleans up." button type="button" data-copy="pre" { "Copy" } }
                    pre tabindex="0" { (plain(&program)) }
                }
            }
        }
    }
}
