//! `cargo xtask bench`: how fast and how large everything is, each beside a yardstick.
//!
//! A measure and its yardstick alternate, so that other programs slow down both. Nothing is asserted: durations mean
//! something on a quiet machine only. The client's own measures are its benchmarks, which print their values.

mod builds;
mod chart;
mod client;
mod comparison;
mod generator;
mod programs;

use std::process::ExitCode;
use std::{env, fs, thread};

use anstream::println;
use clap::ValueEnum;

use self::comparison::Row;
use crate::Failure;
use crate::git::Checkout;
use crate::workspace::root;

const DIRECTORY: &str = "xtask/bench";
const TABLE: &str = "xtask/bench/results.md";
const CHART: &str = "xtask/bench/chart.svg";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What to measure; everything by default
    measures: Vec<Measure>,

    /// Measure a tenth of the rounds, to try it out
    #[arg(long)]
    quick: bool,

    /// Write the results to xtask/bench/, as a run of everything does without --quick
    #[arg(long)]
    write: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measure {
    /// HTTP requests of a call
    Requests,
    /// 200 calls with a latency of 20 ms
    Latency,
    /// CPU time of a call, and calls per second
    Cpu,
    /// Heap allocations of a call
    Allocations,
    /// Time and memory of a list of 1,000 projects
    Projects,
    /// Time and memory of `atlas-pe list`
    List,
    /// The release program
    Size,
    /// `atlas-pe --version`
    Version,
    /// `cargo xtask generate`, with nothing to do
    Generate,
    /// Generation of 4,000 operations
    Operations,
    /// Lint of 20,000 problems
    Problems,
    /// Clean build of a program that uses the client
    Build,
    /// `cargo xtask demo` from a clean clone of the last commit
    Demo,
}

/// How often everything is measured.
#[derive(Clone, Copy)]
struct Effort {
    is_quick: bool,
}

impl Effort {
    fn rounds(self, all: usize) -> usize {
        if self.is_quick { all.div_ceil(10) } else { all }
    }
}

/// Runs the measures, prints them as a table, and writes the table and a chart when everything was measured.
///
/// # Errors
///
/// When a program is missing, cannot be built, or fails.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if !cfg!(target_os = "linux") {
        return Err("this task reads /proc and GNU time, so it runs on Linux only".into());
    }
    let effort = Effort {
        is_quick: arguments.quick,
    };
    let selected =
        |measure: &Measure| arguments.measures.is_empty() || arguments.measures.contains(measure);
    let mut rows = Vec::new();
    for measure in Measure::value_variants().iter().filter(|it| selected(it)) {
        let name = measure.to_possible_value();
        let name = name.map(|value| value.get_name().to_owned());
        let name = name.unwrap_or_default();
        anstream::eprintln!("measuring {name}");
        let measured = measure.run(effort);
        rows.extend(measured.map_err(|error| format!("{name}: {error}"))?);
    }
    let table = comparison::table(&rows);
    println!("{table}");
    if arguments.write || arguments.measures.is_empty() && !arguments.quick {
        fs::create_dir_all(root().join(DIRECTORY))?;
        fs::write(root().join(TABLE), format!("{}\n{table}", head()))?;
        fs::write(root().join(CHART), chart::svg(&rows))?;
        println!("wrote {TABLE} and {CHART}");
    }
    Ok(ExitCode::SUCCESS)
}

impl Measure {
    fn run(self, effort: Effort) -> Result<Vec<Row>, Failure> {
        match self {
            Self::Requests => client::requests(effort),
            Self::Latency => client::latency(effort),
            Self::Cpu => client::cpu(effort),
            Self::Allocations => client::allocations(effort),
            Self::Projects => client::projects(effort),
            Self::List => programs::list(effort),
            Self::Size => programs::size(),
            Self::Version => programs::version(effort),
            Self::Generate => generator::nothing_to_do(effort),
            Self::Operations => generator::operations(effort),
            Self::Problems => generator::problems(effort),
            Self::Build => builds::client(effort),
            Self::Demo => builds::demo(),
        }
    }
}

/// Returns what is written above the table: how it came to be.
fn head() -> String {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.and_then(|line| line.split_once(':'));
    let model = model.map_or(env::consts::ARCH, |(_, model)| model.trim());
    let commit = Checkout::open().and_then(|checkout| checkout.find("HEAD"));
    let commit = commit.map_or("unknown".to_owned(), |head| {
        head.commit.chars().take(10).collect()
    });
    format!(
        "<!-- Written by cargo xtask bench. -->\n\n{cores} cores, {model}, Linux, commit {commit}. Medians; the spread is \
         from the lower to the upper quartile of the ratio, or of the measure where there is no yardstick.\n"
    )
}

/// Runs measurements in turn, and returns the values of each.
fn alternate<const N: usize>(
    rounds: usize,
    mut measurements: [&mut dyn FnMut() -> Result<f64, Failure>; N],
) -> Result<[Vec<f64>; N], Failure> {
    let mut values = [const { Vec::new() }; N];
    for _ in 0..rounds {
        for (values, measurement) in values.iter_mut().zip(&mut measurements) {
            values.push(measurement()?);
        }
    }
    Ok(values)
}
