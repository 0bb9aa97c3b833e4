//! The measures of builds from nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::{NamedTempFile, TempDir};

use super::Effort;
use super::comparison::{Goal, Row, Unit};
use super::programs::{require, seconds_of};
use crate::Failure;
use crate::workspace::{cargo, root, run};

/// The features that the client enables by default.
const YARDSTICK: &str = r#"
reqwest = { version = "0.13", default-features = false, features = ["gzip", "rustls-no-provider"] }
rustls = { version = "0.23", default-features = false, features = ["ring"] }
"#;

/// What a program requires that reads the responses itself.
const JSON: &str = r#"serde = { version = "1", features = ["derive"] }
serde_json = "1"
"#;

/// A program that uses the client, and one that uses reqwest, built with the same versions.
pub(super) fn client(effort: Effort) -> Result<Vec<Row>, Failure> {
    let directory = TempDir::new()?;
    let client = root().join("client");
    let client = format!(
        "atlas-private-endpoint.path = {:?}\n",
        client.display().to_string()
    );
    let program = Package::create(directory.path(), "program", &client)?;
    let reqwest = Package::create(directory.path(), "reqwest-alone", YARDSTICK)?;
    let with_json = format!("{YARDSTICK}{JSON}");
    let with_json = Package::create(directory.path(), "reqwest-and-serde", &with_json)?;

    let (mut ours, mut others) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds(3) {
        ours.push(program.build()?);
        others.push(reqwest.build()?);
    }
    let pick = |costs: &[Cost], of: fn(&Cost) -> f64| costs.iter().map(of).collect::<Vec<f64>>();
    let row = |measure: &str, of: fn(&Cost) -> f64| {
        let row = Row::new(measure, Unit::Seconds, pick(&ours, of));
        row.beside("reqwest alone", pick(&others, of))
    };
    let crates = || program.crates().map(|crates| vec![crates]);
    let row_of_crates = Row::new(
        "crates of a program that uses the client",
        Unit::Count,
        crates()?,
    );
    Ok(vec![
        row("clean build of a program that uses the client", |cost| {
            cost.seconds
        })
        .with_goal(Goal::Ratio(1.2)),
        row("CPU time of this build", |cost| cost.cpu_seconds),
        row_of_crates
            .beside("reqwest alone", vec![reqwest.crates()?])
            .with_goal(Goal::More(20.0)),
        Row::new(
            "crates of a program that uses the client",
            Unit::Count,
            crates()?,
        )
        .beside("reqwest and serde_json", vec![with_json.crates()?]),
    ])
}

/// The demo, from what a user has after `git clone` and `cargo fetch`.
pub(super) fn demo() -> Result<Vec<Row>, Failure> {
    let directory = TempDir::new()?;
    let mut clone = Command::new("git");
    clone
        .args(["clone", "--quiet"])
        .arg(root())
        .arg(directory.path());
    run(clone)?;
    let in_clone = |arguments: &[&str]| {
        let mut command = clean_cargo(arguments);
        command.current_dir(directory.path());
        command
    };
    run(in_clone(&["fetch", "--quiet", "--locked"]))?;
    let seconds = seconds_of(in_clone(&["xtask", "demo"]))?;
    let row = Row::new(
        "cargo xtask demo, from a clean clone",
        Unit::Seconds,
        vec![seconds],
    );
    Ok(vec![row.with_goal(Goal::Value(60.0))])
}

/// Returns a command for cargo that builds everything in the target directory of its package.
fn clean_cargo(arguments: &[&str]) -> Command {
    let mut command = cargo(arguments);
    for variable in [
        "CARGO_TARGET_DIR",
        "CARGO_BUILD_TARGET_DIR",
        "RUSTC_WRAPPER",
    ] {
        command.env_remove(variable);
    }
    command
}

/// What a build has cost.
struct Cost {
    seconds: f64,
    cpu_seconds: f64,
}

/// A program with some dependencies, in a directory of its own.
struct Package(PathBuf);

impl Package {
    /// Creates a package, and fetches its dependencies in the versions of the workspace.
    fn create(parent: &Path, name: &str, dependencies: &str) -> Result<Self, Failure> {
        let package = Self(parent.join(name));
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n{dependencies}"
        );
        fs::create_dir_all(package.0.join("src"))?;
        fs::write(package.0.join("Cargo.toml"), manifest)?;
        fs::write(package.0.join("src/main.rs"), "fn main() {}\n")?;
        fs::copy(root().join("Cargo.lock"), package.0.join("Cargo.lock"))?;
        run(package.cargo(&["fetch", "--quiet"]))?;
        Ok(package)
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = clean_cargo(arguments);
        command.current_dir(&self.0);
        command
    }

    fn build(&self) -> Result<Cost, Failure> {
        let target = self.0.join("target");
        if target.exists() {
            fs::remove_dir_all(target)?;
        }
        let cargo = self.cargo(&["build", "--offline"]);
        let report = NamedTempFile::new()?;
        let mut command = Command::new(require("time")?);
        command
            .args(["--format=%U %S", "--output"])
            .arg(report.path());
        command.arg(cargo.get_program()).args(cargo.get_args());
        command.current_dir(&self.0).env_remove("CARGO_TARGET_DIR");
        let seconds = seconds_of(command)?;
        let times = fs::read_to_string(report.path())?;
        let times: Result<Vec<f64>, _> = times.split_whitespace().map(str::parse).collect();
        Ok(Cost {
            seconds,
            cpu_seconds: times?.iter().sum(),
        })
    }

    /// Returns how many crates are built for the program, besides itself.
    fn crates(&self) -> Result<f64, Failure> {
        let output = self
            .cargo(&[
                "tree",
                "--offline",
                "--edges=normal,build",
                "--prefix=none",
                "--format={p}",
            ])
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        // A crate is listed wherever it is required.
        let crates = text.lines().map(|line| line.trim_end_matches(" (*)"));
        let crates: BTreeSet<&str> = crates.collect();
        #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
        Ok(crates.len().saturating_sub(1) as f64)
    }
}
