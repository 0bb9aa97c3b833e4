//! Whether the `rust-version` of the workspace is true of what it depends on.

use anstream::println;
use serde_json::Value;

use crate::Failure;
use crate::command::cargo;

/// Compares the workspace's `rust-version` with that of each dependency.
///
/// Only one toolchain can be counted on where this runs, so the declared one is not tried; that no
/// dependency declares a newer one, and clippy's look at the standard library's, are what is checked.
///
/// # Errors
///
/// Naming each dependency that asks for more.
pub(crate) fn check() -> Result<(), Failure> {
    let output = cargo(&["metadata", "--format-version", "1", "--locked"])
        .output()
        .map_err(|error| format!("cannot run cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array();
    let packages = packages.ok_or("cargo metadata lists no packages")?;
    let ours = packages
        .iter()
        .find(|package| package["name"] == "xtask")
        .and_then(|package| package["rust_version"].as_str())
        .and_then(parse)
        .ok_or("xtask declares no rust-version")?;
    let newer: Vec<String> = packages
        .iter()
        .filter_map(|package| newer_than(package, ours))
        .collect();
    if newer.is_empty() {
        println!("none of {} packages asks for more", packages.len());
        return Ok(());
    }
    Err(format!(
        "these ask for a newer Rust than the workspace: {}",
        newer.join(", ")
    )
    .into())
}

fn newer_than(package: &Value, ours: (u32, u32)) -> Option<String> {
    let version = package["rust_version"].as_str()?;
    if parse(version)? <= ours {
        return None;
    }
    Some(format!("{} ({version})", package["name"].as_str()?))
}

/// Major and minor number; a patch release adds nothing that a crate could need.
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next()?.parse().ok()?;
    Some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn versions_are_compared_as_numbers() {
        let package = |version: &str| json!({ "name": "p", "rust_version": version });
        assert_eq!(newer_than(&package("1.9"), (1, 88)), None);
        assert_eq!(newer_than(&package("1.88.1"), (1, 88)), None);
        assert_eq!(newer_than(&package("1.100"), (1, 88)).unwrap(), "p (1.100)");
        assert_eq!(newer_than(&json!({ "name": "p" }), (1, 88)), None);
    }
}
