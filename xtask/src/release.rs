//! `cargo xtask release`.

use std::fs;
use std::process::ExitCode;

use anstream::println;
use semver::Version;
use serde_json::Value;

use crate::git::{Checkout, Release, release_version};
use crate::package::{self, Package};
use crate::workspace::{cargo, is_successful, metadata, root, run as run_command, text};
use crate::{Failure, verify, version};

const CHANGELOG: &str = "CHANGELOG.md";

/// Checks everything that a release requires, prints each check, and stops at the first that fails. Changes
/// nothing.
///
/// # Errors
///
/// For a check that fails, with the remedy.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let checkout = Checkout::open()?;
    let version = version::current()?;
    let metadata = metadata(&["--no-deps"])?;
    let packages = package::published(&metadata)?;

    check_clean(&checkout)?;
    println!("ok       every file is committed");
    check_versions(&metadata, &version)?;
    println!("ok       every package has the version {version}");
    let is_tagged = check_tag(&checkout, &version)?;
    let state = if is_tagged {
        "is this commit"
    } else {
        "does not exist yet"
    };
    println!("ok       the tag v{version} {state}");
    let changelog = fs::read_to_string(root().join(CHANGELOG))
        .map_err(|error| format!("could not read {CHANGELOG}: {error}"))?;
    let date = check_changelog(&changelog, &version)?;
    println!("ok       {CHANGELOG} has {version} of {date}, and nothing that is unreleased");
    package::check_files(&packages)?;
    println!("ok       every package has its files");
    for Package { name, .. } in packages.iter().filter(|package| !package.has_repository) {
        println!(
            "warning  {name} has no repository; see the comment in {}",
            version::MANIFEST
        );
    }
    if verify::run()? != ExitCode::SUCCESS {
        return Err("the generated code or the version is not that of spec/; see above".into());
    }
    println!("ok       the generated code is fresh");
    let mut earlier = checkout.releases()?;
    earlier.retain(|release| release.version < version);
    match earlier.last() {
        Some(release) => {
            check_public_api(&packages, release)?;
            println!("ok       the public API is compatible with {}", release.tag);
        }
        None => println!("skipped  cargo semver-checks: no release to compare with"),
    }

    println!("\n{version} can be released; next:");
    if !is_tagged {
        println!("  git tag --annotate v{version} --message v{version}");
        println!(
            "  git push origin v{version}    # a workflow builds the archives and publishes them"
        );
    }
    println!("  cargo publish --workspace");
    Ok(ExitCode::SUCCESS)
}

fn check_clean(checkout: &Checkout) -> Result<(), Failure> {
    let changed = checkout.changed_files()?;
    if changed.is_empty() {
        return Ok(());
    }
    Err(format!(
        "these files are not committed: {}; commit or remove them",
        changed.join(", ")
    )
    .into())
}

/// Checks the versions of the packages, and that those that are published require each other at this version.
fn check_versions(metadata: &Value, version: &Version) -> Result<(), Failure> {
    let remedy = format!(
        "write {version} wherever {} has a version",
        version::MANIFEST
    );
    let required = format!("^{version}");
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = text(&package["name"])?;
        let found = text(&package["version"])?;
        if found != version.to_string() {
            return Err(format!("{name} has the version {found}; {remedy}").into());
        }
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        for dependency in dependencies.filter(|dependency| !dependency["path"].is_null()) {
            let found = text(&dependency["req"])?;
            // Without a version, a dependency is not part of a package.
            if found != "*" && found != required {
                let dependency = text(&dependency["name"])?;
                return Err(format!("{name} requires {dependency} {found}; {remedy}").into());
            }
        }
    }
    Ok(())
}

/// Returns whether this commit has the tag of the version. Otherwise, no commit has it, and this commit is no
/// other release.
fn check_tag(checkout: &Checkout, version: &Version) -> Result<bool, Failure> {
    if checkout.is_shallow() {
        return Err(
            "this clone is shallow; to fetch the tags, run: git fetch --unshallow --tags".into(),
        );
    }
    let tag = format!("v{version}");
    let mut tags = checkout.tags_of_head()?;
    if tags.contains(&tag) {
        return Ok(true);
    }
    tags.retain(|tag| release_version(tag).is_some());
    if let Some(other) = tags.first() {
        return Err(format!(
            "this commit has the tag {other}, but the version is {version}; raise the version before the tag is \
             made (git tag --delete {other})"
        )
        .into());
    }
    if checkout.find(&tag).is_ok() {
        return Err(format!(
            "the tag {tag} is another commit; raise the version in {}",
            version::MANIFEST
        )
        .into());
    }
    Ok(false)
}

/// Checks that the changelog begins with an empty section of what is unreleased and then the section of the
/// version. Returns the date of the latter.
fn check_changelog<'a>(changelog: &'a str, version: &Version) -> Result<&'a str, String> {
    let mut sections = changelog.split("\n## ").skip(1);
    let mut section = || sections.next()?.split_once('\n');
    let unreleased = section().filter(|(title, _)| *title == "[Unreleased]");
    let (_, unreleased) = unreleased
        .ok_or_else(|| format!("{CHANGELOG} must begin with the section [Unreleased]"))?;
    let required = format!("[{version}] - YYYY-MM-DD");
    if !unreleased.trim().is_empty() {
        return Err(format!(
            "{CHANGELOG} has unreleased changes; move them to a section {required}"
        ));
    }
    let (title, changes) = section().unwrap_or_default();
    let date = title.strip_prefix(&format!("[{version}] - "));
    match date.filter(|date| is_date(date)) {
        Some(_) if changes.trim().is_empty() => Err(format!(
            "the section [{version}] of {CHANGELOG} is empty; list the changes"
        )),
        Some(date) => Ok(date),
        None => Err(format!(
            "expected the section {required} after [Unreleased] in {CHANGELOG} but found {title:?}"
        )),
    }
}

/// Returns whether this has the form `2026-01-31`.
fn is_date(text: &str) -> bool {
    let form: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    form == "0000-00-00"
}

/// Compares the public API of the libraries with that of a release.
fn check_public_api(packages: &[Package], release: &Release) -> Result<(), Failure> {
    let tag = &release.tag;
    if !is_successful(cargo(&["semver-checks", "--version"])) {
        return Err(format!(
            "cargo-semver-checks is required to compare with {tag}; run: cargo install cargo-semver-checks \
             --locked"
        )
        .into());
    }
    // Other features require libraries of the system.
    let mut command = cargo(&["semver-checks", "check-release", "--default-features"]);
    command.args(["--baseline-rev", tag]);
    for package in packages.iter().filter(|package| package.has_library) {
        command.args(["--package", &package.name]);
    }
    run_command(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changelog_has_a_dated_section_below_an_empty_one() {
        let version = Version::new(0, 1, 0);
        let check = |sections: &str| check_changelog(sections, &version).map(str::to_owned);
        let released = "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-31\n\n- All.\n";
        assert_eq!(check(released), Ok("2026-01-31".to_owned()));
        for (part, replacement, message) in [
            (
                "## [Unreleased]\n\n",
                "",
                "must begin with the section [Unreleased]",
            ),
            (
                "[Unreleased]\n",
                "[Unreleased]\n\n- More.\n",
                "move them to a section [0.1.0] - YYYY-MM-DD",
            ),
            ("0.1.0", "0.2.0", "but found \"[0.2.0] - 2026-01-31\""),
            ("2026-01-31", "soon", "but found \"[0.1.0] - soon\""),
            ("- All.\n", "", "is empty"),
        ] {
            let error = check(&released.replace(part, replacement)).unwrap_err();
            assert!(error.contains(message), "{error}");
        }
    }
}
