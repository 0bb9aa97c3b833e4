//! The licences of the dependencies that the programs contain.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Failure;
use crate::workspace::{cargo, output, root, text};

/// The file with the licences of the standard library.
pub(super) const STANDARD_LIBRARY: &str = "RUST-STANDARD-LIBRARY-LICENSES.html";

/// How the names of files with a licence begin, in any case.
const NAMES: [&str; 6] = [
    "LICENSE",
    "LICENCE",
    "COPYING",
    "COPYRIGHT",
    "NOTICE",
    "UNLICENSE",
];

/// What packages have of other projects, in archives.
const EMBEDDED: [(&str, &str); 1] = [(
    "utoipa-swagger-ui-vendored ",
    ", with Swagger UI, copyright 2020-2021 SmartBear Software Inc. (Apache-2.0)",
)];

const SEPARATOR: &str =
    "\n--------------------------------------------------------------------------------\n";

/// Returns the list of the crates that the programs contain, and the texts of their licences.
///
/// # Errors
///
/// When a crate has no file with a licence.
pub(super) fn third_party(
    metadata: &Value,
    programs: &[&str],
    target: &str,
) -> Result<String, Failure> {
    let linked = linked_crates(programs, target)?;
    let packages = metadata["packages"].as_array();
    let packages = packages.into_iter().flatten();
    let mut list = BTreeSet::new();
    // Texts that differ in white space only are printed once.
    let mut texts: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for package in packages.filter(|package| !package["source"].is_null()) {
        let name = format!("{} {}", text(&package["name"])?, text(&package["version"])?);
        if !linked.contains(&name) {
            continue;
        }
        let licence = package["license"].as_str().unwrap_or("see below");
        let other = EMBEDDED
            .iter()
            .find(|(package, _)| name.starts_with(package));
        let other = other.map_or("", |(_, other)| other);
        list.insert(format!("{name} ({licence}){other}\n"));
        for text in licence_texts(package).map_err(|error| format!("{name}: {error}"))? {
            let words: Vec<_> = text.split_whitespace().collect();
            let (_, crates) = texts
                .entry(words.join(" "))
                .or_insert((text, BTreeSet::new()));
            crates.insert(name.clone());
        }
    }
    let mut texts: Vec<_> = texts.into_values().collect();
    texts.sort_by(|(_, a), (_, b)| a.cmp(b));

    let mut file = format!(
        "The programs of this archive contain the crates below and the Rust standard library, whose licences\n\
         are in {STANDARD_LIBRARY}.\n\n"
    );
    file.extend(list);
    for (text, crates) in texts {
        let crates: Vec<_> = crates.into_iter().collect();
        file.extend([SEPARATOR, &crates.join(", "), "\n\n"]);
        file.extend(text.trim().lines().flat_map(|line| [line, "\n"]));
    }
    Ok(file)
}

/// Returns names and versions of the crates that are linked into the programs: neither macros nor what build
/// scripts use.
fn linked_crates(programs: &[&str], target: &str) -> Result<BTreeSet<String>, Failure> {
    let mut crates = BTreeSet::new();
    for program in programs {
        // `cargo metadata` would unite the features of all packages.
        let mut command = cargo(&["tree", "--locked", "--package", program, "--target", target]);
        command.args([
            "--edges",
            "normal,no-proc-macro",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ]);
        let tree = String::from_utf8(output(&mut command)?)?;
        let names = tree.lines().filter_map(|line| line.split_once(" v"));
        crates.extend(names.map(|(name, version)| {
            let version = version.split(' ').next().unwrap_or(version);
            format!("{name} {version}")
        }));
    }
    Ok(crates)
}

/// Returns the texts of all licences in a package, also of what its authors have copied into it.
fn licence_texts(package: &Value) -> Result<Vec<String>, Failure> {
    let manifest = Path::new(text(&package["manifest_path"])?);
    let mut files = Vec::new();
    find_licences(manifest.parent().unwrap_or(manifest), &mut files)?;
    files.sort();
    if files.is_empty() {
        return Ok(vec![text_without_file(package)?]);
    }
    let texts = files.iter().map(|file| {
        let bytes = fs::read(file)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    });
    texts.collect()
}

fn find_licences(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            find_licences(&path, files)?;
            continue;
        }
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_uppercase();
        if NAMES.iter().any(|start| name.starts_with(start))
            && path.extension().is_none_or(|it| it != "rs")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// Returns the licence of a package that has none in a file and can be used under MIT. The text is that of this
/// workspace, with the authors of the package.
fn text_without_file(package: &Value) -> Result<String, Failure> {
    let licence = package["license"].as_str().unwrap_or_default();
    let mut words = licence.split([' ', '/']);
    if licence.contains("AND") || !words.any(|word| word == "MIT") {
        return Err("the package has no file with its licence".into());
    }
    let authors = package["authors"].as_array().into_iter().flatten();
    let authors: Vec<_> = authors.filter_map(Value::as_str).collect();
    let own = fs::read_to_string(root().join("LICENSE-MIT"))?;
    let lines = own.lines().map(|line| {
        if line.starts_with("Copyright") {
            format!("Copyright (c) {}\n", authors.join(", "))
        } else {
            format!("{line}\n")
        }
    });
    Ok(lines.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::{PROGRAMS, Toolchain};
    use crate::workspace::metadata;

    #[test]
    fn every_linked_crate_has_a_licence() {
        let target = Toolchain::of_path().unwrap().target;
        let metadata = metadata(&[]).unwrap();
        let file = third_party(&metadata, &PROGRAMS, &target).unwrap();
        let (list, texts) = file.split_once(SEPARATOR).unwrap();
        assert!(list.contains("\ntokio 1."), "{list}");
        // A macro, a dependency of tests, and a package of the workspace.
        for other in ["clap_derive", "insta", "atlas-pe"] {
            assert!(!list.contains(&format!("\n{other} ")), "{other}: {list}");
        }
        let names = list
            .lines()
            .skip(3)
            .map(|line| line.split(" (").next().unwrap());
        for name in names {
            assert!(texts.contains(name), "{name}");
        }
        assert!(texts.contains("Michael Dowling"), "a crate without a file");
    }
}
