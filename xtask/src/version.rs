//! The version of the crates, and how far a change raises it.

use std::fs;

use atlas_private_endpoint_codegen::compat::Verdict;
use semver::{Prerelease, Version};

use crate::{Failure, workspace};

/// The file with the version of the crates.
pub(crate) const MANIFEST: &str = "Cargo.toml";

/// Returns the version of the workspace.
///
/// # Errors
///
/// When the manifest cannot be read or has no version.
pub(crate) fn current() -> Result<Version, Failure> {
    let text = fs::read_to_string(workspace::root().join(MANIFEST))
        .map_err(|error| format!("could not read {MANIFEST}: {error}"))?;
    of_manifest(&text).map_err(|message| format!("{MANIFEST} {message}").into())
}

/// Returns the version in the manifest of a workspace.
///
/// # Errors
///
/// A message that continues the name of the manifest.
pub(crate) fn of_manifest(text: &str) -> Result<Version, String> {
    let manifest: toml::Table = text
        .parse()
        .map_err(|error| format!("is not TOML: {error}"))?;
    let version = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("package"))
        .and_then(|package| package.get("version"))
        .and_then(toml::Value::as_str)
        .ok_or("has no version in [workspace.package]")?;
    Version::parse(version).map_err(|error| format!("has the version {version:?}: {error}"))
}

/// Returns the lowest version for a release with such a change.
///
/// As in cargo, breaking changes raise the first number that is not 0. Documentation alone raises nothing.
/// A pre-release promises no compatibility.
pub(crate) fn needed(released: &Version, verdict: Option<Verdict>) -> Version {
    let Version {
        major,
        minor,
        patch,
        ..
    } = *released;
    if !released.pre.is_empty() {
        return Version::new(major, minor, patch);
    }
    match (verdict, major, minor) {
        (None | Some(Verdict::Documentation), _, _) => released.clone(),
        (Some(Verdict::Breaking), 0, 0) | (Some(Verdict::Compatible), 0, _) => {
            Version::new(major, minor, patch + 1)
        }
        (Some(Verdict::Breaking), 0, _) | (Some(Verdict::Compatible), _, _) => {
            Version::new(major, minor + 1, 0)
        }
        (Some(Verdict::Breaking), _, _) => Version::new(major + 1, 0, 0),
    }
}

/// Returns true if a version is at least another. A pre-release counts as its release.
pub(crate) fn is_enough(current: &Version, needed: &Version) -> bool {
    let mut release = current.clone();
    release.pre = Prerelease::EMPTY;
    release >= *needed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaking_changes_raise_the_first_number_that_is_not_zero() {
        let table = [
            ("0.1.0", Verdict::Breaking, "0.2.0"),
            ("0.1.4", Verdict::Compatible, "0.1.5"),
            ("0.1.4", Verdict::Documentation, "0.1.4"),
            ("0.0.3", Verdict::Breaking, "0.0.4"),
            ("0.0.3", Verdict::Compatible, "0.0.4"),
            ("1.2.3", Verdict::Breaking, "2.0.0"),
            ("1.2.3", Verdict::Compatible, "1.3.0"),
            ("1.2.3", Verdict::Documentation, "1.2.3"),
            ("2.0.0-rc.1", Verdict::Breaking, "2.0.0"),
        ];
        for (released, verdict, expected) in table {
            let released = Version::parse(released).unwrap();
            let needed = needed(&released, Some(verdict));
            assert_eq!(needed.to_string(), expected, "{released}, {verdict}");
        }
        let released = Version::new(0, 1, 0);
        assert_eq!(needed(&released, None), released);
    }

    #[test]
    fn pre_release_counts_as_its_release() {
        let is_enough = |current: &str, needed: &str| {
            let version = |text| Version::parse(text).unwrap();
            is_enough(&version(current), &version(needed))
        };
        assert!(is_enough("0.2.0", "0.2.0"));
        assert!(is_enough("0.2.0-rc.1", "0.2.0"));
        assert!(is_enough("1.0.0", "0.2.0"));
        assert!(!is_enough("0.1.9", "0.2.0"));
    }

    #[test]
    fn reports_a_manifest_without_a_version() {
        let text = "[workspace.package]\nversion = \"1.2.3\"\n";
        assert_eq!(of_manifest(text), Ok(Version::new(1, 2, 3)));
        for (text, expected) in [
            ("[workspace", "is not TOML"),
            ("[workspace]\n", "has no version"),
            (
                "workspace.package.version = \"1.2\"\n",
                "has the version \"1.2\"",
            ),
        ] {
            let message = of_manifest(text).unwrap_err();
            assert!(message.starts_with(expected), "{message}");
        }
    }
}
