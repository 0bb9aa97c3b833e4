//! `cargo xtask diff`.

mod fragments;
mod json;
mod people;

use std::process::ExitCode;

use atlas_private_endpoint_codegen::diff::Verdict;
use clap::ValueEnum;
use semver::Version;

pub(crate) use self::fragments::{Changed, compare, worst};
use crate::git::{Checkout, Revision, release_version};
use crate::{Failure, version};

/// Exit code for a change with which all works that worked before.
const COMPATIBLE: u8 = 10;
/// Exit code for a change with which something fails that worked before.
const BREAKING: u8 = 11;

/// What the exit codes mean, and what is compared.
const HELP: &str = "\
Two sides are judged:
  wire           what is sent and answered, for whoever calls the API
  rust           what the generated crate lets its users write

Verdicts, of a change and of the whole:
  breaking       what worked before may fail
  compatible     what worked before works as before
  documentation  no program can notice it

Of a version 0.y.z, a breaking change raises y, and a compatible one z.
Of 1.0.0 and later, they raise the first number and the second.
Documentation alone raises nothing.

Exit codes:
   0  nothing changed, or documentation only
  10  compatible
  11  breaking
   1  it could not be compared
   2  the command line is wrong

--format json prints one object:
  format       1; another number when this shape changes
  base         { revision, commit, version }: what is compared with
  verdict      breaking, compatible, documentation, or null for no change
  version      { current, needed, enough }; needed is null when the base
               names no version
  fragments    a list of { fragment, verdict, changes }: the file, and
               changes with the worst first
  changes      a list of { verdict, side, what, why, item, old, new }; item
               is the item in Rust, or null; old and new are the places in
               the file, { pointer, line, column }, or null";

#[derive(clap::Args)]
#[command(after_long_help = HELP, after_help = "--help says what is compared, and what the exit codes mean.")]
pub(crate) struct Arguments {
    /// The git revision to compare the work tree with [default: the last release tag (vX.Y.Z) that the
    /// checkout descends from, else HEAD]
    base: Option<String>,

    /// For whom to print it
    #[arg(long, value_enum, default_value_t = Format::People)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Grouped by verdict, the worst first
    People,
    /// For programs; the shape is below
    Json,
}

/// All that was found out.
struct Outcome {
    base: Revision,
    /// The version at the base, when it names one.
    released: Option<Version>,
    current: Version,
    fragments: Vec<Changed>,
}

impl Outcome {
    fn verdict(&self) -> Option<Verdict> {
        worst(&self.fragments)
    }

    /// The lowest version to release it with.
    fn needed(&self) -> Option<Version> {
        let released = self.released.as_ref()?;
        Some(version::needed(released, self.verdict()))
    }
}

/// Compares the fragments of the work tree with those of a revision. Writes nothing.
///
/// # Errors
///
/// When there is no such revision, or a fragment cannot be generated.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let checkout =
        Checkout::open().map_err(|reason| format!("there is nothing to compare with: {reason}"))?;
    let base = match &arguments.base {
        Some(name) => checkout.find(name)?,
        None => default_base(&checkout)?,
    };
    let outcome = Outcome {
        released: version_at(&checkout, &base)?,
        current: version::current()?,
        fragments: compare(&checkout, &base)?,
        base,
    };
    match arguments.format {
        Format::People => people::print(&outcome),
        Format::Json => json::print(&outcome)?,
    }
    Ok(match outcome.verdict() {
        None | Some(Verdict::Documentation) => ExitCode::SUCCESS,
        Some(Verdict::Compatible) => ExitCode::from(COMPATIBLE),
        Some(Verdict::Breaking) => ExitCode::from(BREAKING),
    })
}

fn default_base(checkout: &Checkout) -> Result<Revision, Failure> {
    if let Some(release) = checkout.last_release()? {
        return checkout.find(&release.tag);
    }
    if checkout.is_shallow() {
        return Err(
            "this clone is shallow and knows no release tag; to have them, run: \
                    git fetch --unshallow --tags; or name the revision to compare with"
                .into(),
        );
    }
    checkout.find("HEAD")
}

/// The version at a revision: of a release tag, what it says; else what the manifest said there.
fn version_at(checkout: &Checkout, base: &Revision) -> Result<Option<Version>, Failure> {
    if let Some(version) = release_version(&base.name) {
        return Ok(Some(version));
    }
    let manifest = checkout.read(base, version::MANIFEST)?;
    Ok(manifest.and_then(|text| version::of_manifest(&text).ok()))
}
