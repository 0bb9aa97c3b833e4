//! Whether the version was raised as far as the changes since the last release ask for.

use anstream::println;
use semver::Version;

use crate::diff::{compare, worst};
use crate::git::{Checkout, Release};
use crate::{Failure, version};

/// Says in a line whether the version is high enough to be released, and returns that. Where there is no
/// release to compare with, it is.
///
/// # Errors
///
/// When the fragments cannot be compared, or the version not be read.
pub(crate) fn check() -> Result<bool, Failure> {
    let checkout = match Checkout::open() {
        Ok(checkout) => checkout,
        Err(reason) => {
            println!("version not compared with a release: {reason}");
            return Ok(true);
        }
    };
    let Some(release) = checkout.last_release()? else {
        let why = if checkout.is_shallow() {
            "this clone is shallow and knows no release tag"
        } else {
            "there is no release tag yet"
        };
        println!("version not compared with a release: {why}");
        return Ok(true);
    };
    compare_with(&checkout, &release)
}

fn compare_with(checkout: &Checkout, release: &Release) -> Result<bool, Failure> {
    let current = version::current()?;
    let base = checkout.find(&release.tag)?;
    let verdict = worst(&compare(checkout, &base)?);
    let tag = &release.tag;
    let changed = match verdict {
        Some(verdict) => format!("what changed in spec/ since {tag} is {verdict}"),
        None => format!("nothing changed in spec/ since {tag}"),
    };
    let needed: Version = version::needed(&release.version, verdict);
    if version::is_enough(&current, &needed) {
        println!("version {current} will do: {changed}");
        return Ok(true);
    }
    println!(
        "version {current} is too low: {changed}. Raise it to {needed}, wherever {} names it; cargo xtask \
         diff shows the changes.",
        version::MANIFEST
    );
    Ok(false)
}
