//! `reinstate power`.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;

use reinstate::fault::{Fault, bank};
use reinstate::power::{Matrix, Search};
use reinstate::select::Shard;

use super::check::DepthArgument;
use super::exit::{Exit, Failure};
use super::out::say;
use super::outputs::{check_writable, write};

/// Which faults to seek, and how.
#[derive(clap::Args)]
pub struct Arguments {
    /// How much to try at most; a fault that fewer cases find is not sought further.
    #[arg(long, value_enum, default_value = "default")]
    depth: DepthArgument,
    /// Seek these faults only.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// Seek one share of the faults, such as 1/4.
    #[arg(long, value_name = "I/N", conflicts_with = "only")]
    shard: Option<Shard>,
    /// Be content with so many of a hundred, instead of all.
    #[arg(long, value_name = "PERCENT")]
    at_least: Option<f64>,
    /// The seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Name all faults and seek none.
    #[arg(long)]
    list: bool,
    /// Write the kill matrix as Markdown to this file.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Write the kill matrix as JSON to this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Seeks each fault and prints what finds it.
pub async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    for file in arguments.markdown.iter().chain(&arguments.json) {
        check_writable(file)?;
    }
    let faults: Vec<&'static Fault> = if arguments.only.is_empty() {
        let share = |fault: &&Fault| arguments.shard.is_none_or(|it| it.takes_named(&fault.name));
        bank().iter().filter(share).collect()
    } else {
        let named = arguments.only.iter().map(|name| Fault::named(name));
        named.collect::<Result<_, _>>().map_err(Failure::usage)?
    };
    if arguments.list {
        for fault in faults {
            say(&format!("{:<48} {}\n", fault.name, fault.wrong));
        }
        return Ok(Exit::Conforms);
    }
    let search = Arc::new(Search::new(arguments.depth.into(), arguments.seed));
    let wrong = search.control().await;
    if !wrong.is_empty() {
        say(&format!("without any fault the suite finds\n  {}\n", wrong.join("\n  ")));
        return Ok(Exit::Diverges);
    }
    let mut rows = Vec::new();
    for row in search.seek_all(faults, cores()) {
        let row = row.await.expect("a fault breaks down in a task of its own");
        say(&format!("{}\n", row.line()));
        rows.push(row);
    }
    let matrix = Matrix {
        version: env!("CARGO_PKG_VERSION"),
        seed: arguments.seed,
        plans: search.plans().collect(),
        rows,
    };
    say(&format!("\n{}", matrix.summary()));
    if let Some(file) = &arguments.markdown {
        write(file, &matrix.markdown())?;
    }
    if let Some(file) = &arguments.json {
        let json = serde_json::to_string_pretty(&matrix).expect("a matrix is made of plain values");
        write(file, &format!("{json}\n"))?;
    }
    let unsettled: Vec<_> = matrix.unsettled().map(|row| row.fault.as_str()).collect();
    if unsettled.is_empty() {
        return Ok(Exit::Conforms);
    }
    say(&format!("not as they have to be: {}\n", unsettled.join(", ")));
    let is_enough = arguments.at_least.is_some_and(|wanted| matrix.percent() >= wanted);
    Ok(if is_enough { Exit::Conforms } else { Exit::Diverges })
}

/// How many faults are sought at once.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}
