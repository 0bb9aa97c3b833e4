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

/// What the generator says of a fragment.
pub(crate) enum Verdict {
    /// The file's content.
    Good(String),
    /// Everything that is wrong, and the text that it is wrong in.
    Bad {
        text: String,
        problems: Vec<Problem>,
    },
}

impl Fragment {
    /// Generates the file's content, without writing it.
    ///
    /// # Errors
    ///
    /// When the description cannot be read as text.
    pub(crate) fn generate(&self) -> Result<Verdict, Failure> {
        let text = self.text()?;
        Ok(match generate(&text, self.source) {
            Ok(code) => Verdict::Good(code),
            Err(problems) => Verdict::Bad { text, problems },
        })
    }

    fn text(&self) -> Result<String, Failure> {
        let bytes = fs::read(workspace::root().join(self.source))
            .map_err(|error| format!("cannot read {}: {error}", self.source))?;
        String::from_utf8(bytes).map_err(|error| {
            let (line, column) = end_of(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
            let source = self.source;
            format!(
                "{source}:{line}:{column}: this byte is no UTF-8; save the file in that encoding, \
                 which YAML asks for"
            )
            .into()
        })
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
}

/// The line and column after a text, from 1 and in characters.
fn end_of(text: &[u8]) -> (usize, usize) {
    let text = String::from_utf8_lossy(text);
    let line = text.split('\n').count();
    let last = text.rsplit('\n').next().unwrap_or_default();
    (line, last.chars().count() + 1)
}
