//! The OpenAPI fragments, and the file that each becomes.

use std::fs;
use std::path::PathBuf;

use atlas_private_endpoint_codegen::{Problem, generate};

use crate::{Failure, workspace};

/// A fragment of OpenAPI and the Rust file that is generated from it.
pub(crate) struct Fragment {
    /// The description, relative to the workspace.
    pub(crate) source: &'static str,
    /// The generated file, relative to the workspace.
    pub(crate) target: &'static str,
}

/// Every fragment of the workspace. A further one is a further line.
pub(crate) const FRAGMENTS: &[Fragment] = &[Fragment {
    source: "spec/private-endpoint-v1.0.yaml",
    target: "client/src/generated.rs",
}];

impl Fragment {
    /// Generates the file's content, without writing it.
    ///
    /// # Errors
    ///
    /// When the description cannot be read, or every problem that it has.
    pub(crate) fn generate(&self) -> Result<String, Failure> {
        let path = workspace::root().join(self.source);
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", self.source))?;
        let generated = generate(&text, self.source).map_err(|problems| self.report(&problems))?;
        Ok(generated)
    }

    /// What is checked in; `None` when there is no such file.
    ///
    /// # Errors
    ///
    /// When the file is there and cannot be read as text.
    pub(crate) fn checked_in(&self) -> Result<Option<String>, Failure> {
        match fs::read_to_string(self.target_path()) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("cannot read {}: {error}", self.target).into()),
        }
    }

    /// Where the generated file lies.
    pub(crate) fn target_path(&self) -> PathBuf {
        workspace::root().join(self.target)
    }

    fn report(&self, problems: &[Problem]) -> String {
        let mut report = format!("{} has {} problem(s):", self.source, problems.len());
        for problem in problems {
            report.push_str(&format!("\n  {}:{problem}", self.source));
        }
        report
    }
}
