//! Compares what a step of the generator makes of a description with the files under `golden/`.

use std::fs;
use std::path::PathBuf;

use similar::TextDiff;

use crate::rule;
use crate::source_map::SourceMap;

/// Set it to have the files written anew. Read what changed before you keep it.
const UPDATE: &str = "UPDATE_GOLDEN";

/// The folder of one step, with its description.
pub(crate) struct Golden {
    folder: PathBuf,
    pub(crate) source: SourceMap,
    failures: Vec<String>,
}

impl Golden {
    /// Reads the description of a step, `passes/docs` for instance, which lint must find good.
    pub(crate) fn open(step: &str) -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let folder = root.join("golden").join(step);
        let description = folder.join("description.yaml");
        let text = fs::read_to_string(&description)
            .unwrap_or_else(|error| panic!("{}: {error}", description.display()));
        let source = SourceMap::parse(&text)
            .unwrap_or_else(|diagnostics| panic!("{step}: {diagnostics:#?}"));
        let mut diagnostics = crate::lint::check(&source);
        diagnostics.retain(|diagnostic| !rule::FOR_READERS.contains(&diagnostic.rule));
        assert!(diagnostics.is_empty(), "{step}: {diagnostics:#?}");
        Self {
            folder,
            source,
            failures: Vec::new(),
        }
    }

    /// Compares a text with the file of this name.
    pub(crate) fn compare(&mut self, name: &str, text: &str) {
        let path = self.folder.join(name);
        if std::env::var_os(UPDATE).is_some() {
            fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            return;
        }
        let known = fs::read_to_string(&path)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        if known == text {
            return;
        }
        let difference = TextDiff::from_lines(known.as_str(), text);
        let shown = path.display().to_string();
        self.failures.push(
            difference
                .unified_diff()
                .context_radius(3)
                .header(&shown, "what the step gives now")
                .to_string(),
        );
    }

    /// What differs, to be collected over all steps.
    pub(crate) fn failures(self) -> Vec<String> {
        self.failures
    }
}

/// Fails with all that differs.
pub(crate) fn expect_none(failures: &[String]) {
    assert!(
        failures.is_empty(),
        "{}\nIf that is meant, write the files anew with {UPDATE}=1, and read them.",
        failures.join("\n")
    );
}
