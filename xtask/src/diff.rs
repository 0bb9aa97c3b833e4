//! `cargo xtask diff`.

mod output;

use std::process::ExitCode;

use atlas_private_endpoint_codegen::Diagnostic;
use atlas_private_endpoint_codegen::compat::{
    self, FragmentChange, Report, Unreadable, Verdict, share_operations,
};
use clap::ValueEnum;
use semver::Version;

use crate::fragment::{self, Fragment};
use crate::git::{Checkout, Revision, release_version};
use crate::{Failure, lint, version};

/// Exit code for a compatible change.
const COMPATIBLE: u8 = 10;
/// Exit code for a breaking change.
const BREAKING: u8 = 11;

/// The directory of the fragments, and the extension of their files.
const DIRECTORY: &str = "spec";
const EXTENSION: &str = ".yaml";

const HELP: &str = "\
Each change has a verdict for two sides:
  wire           clients that send requests and read responses
  rust           users of the generated crate

Verdicts, of a change and of all together:
  breaking       what worked before may fail
  compatible     what worked before still works
  documentation  no program can notice it

In a version 0.y.z, a breaking change raises y, and a compatible one z.
From 1.0.0 on, they raise the first number and the second.
Documentation alone raises nothing.

Exit codes:
   0  no changes, or documentation only
  10  compatible
  11  breaking
   1  the fragments could not be compared
   2  the command line is wrong

--format json prints one object:
  format       1; another number when this shape changes
  base         { revision, commit, version }: what is compared with
  verdict      breaking, compatible, documentation, or null for no change
  version      { current, needed, enough }; needed is null when the base
               names no version
  fragments    a list of { fragment, verdict, changes }: the file, and its
               changes with the worst first
  changes      a list of { verdict, side, what, why, item, old, new }; item
               is the item in Rust, or null; old and new are the places in
               the file, { pointer, line, column }, or null";

#[derive(clap::Args)]
#[command(after_long_help = HELP, after_help = "--help explains verdicts and exit codes.")]
pub(crate) struct Arguments {
    /// The git revision to compare the work tree with [default: the last release tag (vX.Y.Z) among the
    /// ancestors of HEAD, else HEAD]
    base: Option<String>,

    /// The format of the output
    #[arg(long, value_enum, default_value_t = Format::People)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Grouped by verdict, the worst first
    People,
    /// For programs, in the shape below
    Json,
}

/// A fragment and its changes.
pub(crate) struct Changed {
    /// Its file, relative to the workspace.
    pub(crate) fragment: String,
    pub(crate) report: Report,
}

struct Outcome {
    base: Revision,
    /// The version at the base, if it has one.
    released: Option<Version>,
    current: Version,
    fragments: Vec<Changed>,
}

impl Outcome {
    fn verdict(&self) -> Option<Verdict> {
        worst(&self.fragments)
    }

    /// The lowest version for a release.
    fn needed(&self) -> Option<Version> {
        let released = self.released.as_ref()?;
        Some(version::needed(released, self.verdict()))
    }
}

/// Compares the fragments of the work tree with those of a revision. Writes nothing.
///
/// # Errors
///
/// When there is no such revision, or the fragments there are not YAML.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let checkout =
        Checkout::open().map_err(|reason| format!("there is nothing to compare with: {reason}"))?;
    let base = match &arguments.base {
        Some(name) => checkout.find(name)?,
        None => default_base(&checkout)?,
    };
    if lint::generate_all()?.is_none() {
        return Ok(ExitCode::FAILURE);
    }
    let outcome = Outcome {
        released: version_at(&checkout, &base)?,
        current: version::current()?,
        fragments: compare(&checkout, &base)?,
        base,
    };
    match arguments.format {
        Format::People => output::print_people(&outcome),
        Format::Json => output::print_json(&outcome)?,
    }
    Ok(match outcome.verdict() {
        None | Some(Verdict::Documentation) => ExitCode::SUCCESS,
        Some(Verdict::Compatible) => ExitCode::from(COMPATIBLE),
        Some(Verdict::Breaking) => ExitCode::from(BREAKING),
    })
}

fn default_base(checkout: &Checkout) -> Result<Revision, Failure> {
    if let Some(release) = checkout.releases()?.pop() {
        return checkout.find(&release.tag);
    }
    if checkout.is_shallow() {
        return Err(
            "this clone is shallow and has no release tag; to fetch them, run: \
             git fetch --unshallow --tags; or name the revision to compare with"
                .into(),
        );
    }
    checkout.find("HEAD")
}

/// Returns the version at a revision: that of a release tag, or else the manifest's.
fn version_at(checkout: &Checkout, base: &Revision) -> Result<Option<Version>, Failure> {
    if let Some(version) = release_version(&base.name) {
        return Ok(Some(version));
    }
    let manifest = checkout.read(base, version::MANIFEST)?;
    Ok(manifest.and_then(|text| version::of_manifest(&text).ok()))
}

/// Returns the worst verdict of all fragments.
pub(crate) fn worst(fragments: &[Changed]) -> Option<Verdict> {
    let verdicts = fragments.iter().map(|changed| changed.report.verdict());
    verdicts.max().flatten()
}

/// Compares every fragment of the work tree or the base.
///
/// # Errors
///
/// When one cannot be read or is not YAML.
pub(crate) fn compare(checkout: &Checkout, base: &Revision) -> Result<Vec<Changed>, Failure> {
    let fragments = fragment::all()?;
    let mut old: Vec<(String, String)> = Vec::new();
    for name in checkout.files(base, DIRECTORY)? {
        if name.ends_with(EXTENSION)
            && let Some(text) = checkout.read(base, &name)?
        {
            old.push((name, text));
        }
    }
    let exists = |name: &str| fragments.iter().any(|new| new.source == name);
    let mut compared = Vec::new();
    for new in &fragments {
        let index = old.iter().position(|(name, _)| *name == new.source);
        // A fragment with operations of one that is gone has another file name.
        let index = index.or_else(|| {
            old.iter()
                .position(|(name, text)| !exists(name) && share_operations(text, new.text()))
        });
        let before = index.map(|index| old.remove(index));
        let report = compare_fragment(base, before, new)?;
        let fragment = new.source.clone();
        compared.push(Changed { fragment, report });
    }
    for (fragment, _) in old {
        let report = compat::fragment(&fragment, FragmentChange::Removed);
        compared.push(Changed { fragment, report });
    }
    compared.sort_by(|a, b| a.fragment.cmp(&b.fragment));
    Ok(compared)
}

fn compare_fragment(
    base: &Revision,
    old: Option<(String, String)>,
    new: &Fragment,
) -> Result<Report, Failure> {
    let name = &new.source;
    let Some((old_name, old)) = old else {
        return Ok(compat::fragment(name, FragmentChange::Added));
    };
    // Other line endings are not a change.
    let report = if old.lines().eq(new.text().lines()) {
        Report::default()
    } else {
        let describe = |place: String, diagnostics: Vec<Diagnostic>| {
            let diagnostics = diagnostics.iter().map(ToString::to_string);
            let diagnostics = diagnostics.collect::<Vec<_>>().join("\n  ");
            format!("could not read {place}:\n  {diagnostics}")
        };
        compat::compare(&old, new.text()).map_err(|unreadable| match unreadable {
            Unreadable::Old(found) => describe(format!("{old_name} at {}", base.name), found),
            Unreadable::New(found) => describe(name.clone(), found),
        })?
    };
    if old_name == *name {
        return Ok(report);
    }
    let renamed = compat::fragment(name, FragmentChange::Renamed(&old_name));
    Ok(report.and(renamed))
}
