//! The files that are generated, and those that were.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::{Failure, workspace};

/// The list of modules, relative to the workspace.
pub(crate) const LIST: &str = "client/src/generated.rs";
/// Where each fragment's module lies, relative to the workspace.
pub(crate) const FOLDER: &str = "client/src/generated";

/// How every generated file begins; others are not touched.
const HEADER: &str = "// Generated from ";

/// A generated file as it should be.
pub(crate) struct GeneratedFile {
    /// Relative to the workspace.
    pub(crate) path: String,
    /// What it is generated from, relative to the workspace.
    pub(crate) source: String,
    pub(crate) text: String,
}

/// The generated files whose description is gone, relative to the workspace.
///
/// # Errors
///
/// When the folder or a file in it cannot be read.
pub(crate) fn left_over(expected: &[GeneratedFile]) -> Result<Vec<String>, Failure> {
    let unreadable = |error| format!("cannot read {FOLDER}: {error}");
    let entries = match fs::read_dir(workspace::root().join(FOLDER)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error).into()),
    };
    let mut found = Vec::new();
    for entry in entries {
        let name = entry.map_err(unreadable)?.file_name();
        let path = format!("{FOLDER}/{}", name.to_string_lossy());
        let is_rust = Path::new(&name).extension().is_some_and(|it| it == "rs");
        if !is_rust || expected.iter().any(|file| file.path == path) {
            continue;
        }
        if read(&path)?.is_some_and(|text| text.starts_with(HEADER)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

impl GeneratedFile {
    /// What is checked in; `None` when there is no such file.
    ///
    /// # Errors
    ///
    /// When the file is there and cannot be read.
    pub(crate) fn checked_in(&self) -> Result<Option<String>, Failure> {
        read(&self.path)
    }

    /// Where the file lies.
    pub(crate) fn full_path(&self) -> PathBuf {
        workspace::root().join(&self.path)
    }
}

fn read(path: &str) -> Result<Option<String>, Failure> {
    match fs::read(workspace::root().join(path)) {
        // A byte that is no text is shown as what it is not, and never equals what is generated.
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("cannot read {path}: {error}").into()),
    }
}
