//! The check that the declared `rust-version` is possible.

use anstream::println;
use serde_json::Value;

use crate::{Failure, workspace};

/// Compares the workspace's `rust-version` with that of each dependency.
///
/// The declared toolchain itself is tried by the hosted ci only, since it may not be installed here.
///
/// # Errors
///
/// Naming each dependency that requires a newer Rust.
pub(crate) fn check() -> Result<(), Failure> {
    let metadata = workspace::metadata(&[])?;
    let packages = metadata["packages"].as_array();
    let packages = packages.ok_or("cargo metadata listed no packages")?;
    let declared = packages
        .iter()
        .find(|package| package["name"] == "xtask")
        .and_then(rust_version)
        .ok_or("xtask declares no rust-version")?;
    let newer: Vec<String> = packages
        .iter()
        .filter(|package| rust_version(package).is_some_and(|version| version > declared))
        .map(|package| format!("{} ({})", package["name"], package["rust_version"]))
        .collect();
    if newer.is_empty() {
        println!("none of {} packages requires more", packages.len());
        return Ok(());
    }
    let newer = newer.join(", ");
    Err(format!("these packages require a newer Rust than the workspace declares: {newer}").into())
}

/// Returns the major and minor number; a patch release adds nothing that a crate could require.
fn rust_version(package: &Value) -> Option<(u32, u32)> {
    let mut numbers = package["rust_version"].as_str()?.split('.');
    let major = numbers.next()?.parse().ok()?;
    let minor = numbers.next()?.parse().ok()?;
    Some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rust_versions_are_compared_as_numbers() {
        let version = |text: &str| rust_version(&json!({ "rust_version": text }));
        assert!(version("1.9") < version("1.88"));
        assert!(version("1.100") > version("1.88"));
        assert_eq!(version("1.88.1"), version("1.88"));
        assert_eq!(rust_version(&json!({ "name": "p" })), None);
    }
}
