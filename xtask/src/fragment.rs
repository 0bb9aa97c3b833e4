//! The OpenAPI fragments: every description in `spec/`.

use std::fs;
use std::path::Path;

use atlas_private_endpoint_codegen::{
    Description, Diagnostic, conflicts, generate, module_list, module_name, unknown_types,
};

use crate::generated::{FOLDER, GeneratedFile, LIST};
use crate::{Failure, workspace};

/// Where the descriptions lie, relative to the workspace.
const SPEC: &str = "spec";

/// The description that the client's own code is written for, and whose types are at the crate's root.
const HOME: &str = "private-endpoint-v1.0.yaml";

/// What names all that the client shows.
const CLIENT_ROOT: &str = "client/src/lib.rs";

/// Names at the root of the client crate that are no files of it.
const TAKEN: &[&str] = &["operations", "types"];

/// The names by which the client knows other crates. A module of the same name would be taken for one.
fn dependencies() -> Vec<String> {
    let text = fs::read_to_string(workspace::root().join(CLIENT_MANIFEST)).unwrap_or_default();
    let manifest: toml::Table = text.parse().unwrap_or_default();
    let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
    let names = dependencies.into_iter().flat_map(toml::Table::keys);
    names.map(|name| name.replace('-', "_")).collect()
}

const CLIENT_MANIFEST: &str = "client/Cargo.toml";

/// A fragment of OpenAPI, which becomes one module of the client.
pub(crate) struct Fragment {
    /// The description, relative to the workspace.
    pub(crate) source: String,
    module: String,
    text: String,
}

/// Every fragment of the workspace, [`HOME`] first. A further one is a further file.
///
/// # Errors
///
/// When a description cannot be read, or its file's name gives none for a module.
pub(crate) fn all() -> Result<Vec<Fragment>, Failure> {
    let mut fragments: Vec<Fragment> = Vec::new();
    for file in files()? {
        let fragment = Fragment::read(&file)?;
        let twin = fragments
            .iter()
            .find(|known| known.module == fragment.module);
        if let Some(twin) = twin {
            return Err(format!(
                "{} and {} would both be the module {}; rename one of them",
                twin.source, fragment.source, fragment.module
            )
            .into());
        }
        fragments.push(fragment);
    }
    if fragments.first().is_none_or(|first| !first.is_home()) {
        return Err(format!("there is no {SPEC}/{HOME}, which the client is written for").into());
    }
    Ok(fragments)
}

/// The names of the descriptions, in the same order on every machine.
fn files() -> Result<Vec<String>, Failure> {
    let unreadable = |error| format!("cannot read {SPEC}/: {error}");
    let mut files = Vec::new();
    for entry in fs::read_dir(workspace::root().join(SPEC)).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        let name = name.to_string_lossy().into_owned();
        let extension = Path::new(&name).extension();
        if extension.is_some_and(|extension| extension == "yaml" || extension == "yml") {
            files.push(name);
        }
    }
    files.sort_by_key(|name| (name != HOME, name.clone()));
    Ok(files)
}

/// A fragment's place in the list, and everything that is wrong with it.
pub(crate) type Bad = (usize, Vec<Diagnostic>);

/// What the client's generated files should hold.
///
/// # Errors
///
/// Every problem of the descriptions.
pub(crate) fn generate_all(fragments: &[Fragment]) -> Result<Vec<GeneratedFile>, Vec<Bad>> {
    // Without the client there is nothing that could be compared with it.
    let client_root = fs::read_to_string(workspace::root().join(CLIENT_ROOT)).ok();
    let mut files = Vec::new();
    let mut bad: Vec<Bad> = Vec::new();
    for (index, fragment) in fragments.iter().enumerate() {
        match fragment.generate(client_root.as_deref()) {
            Ok(file) => files.push(file),
            Err(diagnostics) => bad.push((index, diagnostics)),
        }
    }
    if !bad.is_empty() {
        return Err(bad);
    }
    let descriptions: Vec<Description<'_>> = fragments.iter().map(Fragment::as_ref).collect();
    bad = disagreements(&descriptions);
    if !bad.is_empty() {
        return Err(bad);
    }
    let text = module_list(&descriptions).map_err(|diagnostics| vec![(0, diagnostics)])?;
    files.push(GeneratedFile {
        path: LIST.to_owned(),
        source: format!("{SPEC}/"),
        text,
    });
    Ok(files)
}

fn disagreements(descriptions: &[Description<'_>]) -> Vec<Bad> {
    let mut bad: Vec<Bad> = Vec::new();
    for (index, diagnostic) in conflicts(descriptions) {
        match bad.iter_mut().find(|(known, _)| *known == index) {
            Some((_, diagnostics)) => diagnostics.push(diagnostic),
            None => bad.push((index, vec![diagnostic])),
        }
    }
    bad
}

impl Fragment {
    fn read(file: &str) -> Result<Self, Failure> {
        let source = format!("{SPEC}/{file}");
        let module = module_name(file).map_err(|reason| format!("the name {source} {reason}"))?;
        let own = format!("client/src/{module}.rs");
        let is_taken = TAKEN.contains(&&*module) || dependencies().contains(&module);
        if is_taken || workspace::root().join(&own).exists() {
            return Err(format!(
                "the client has a module {module} of its own; give {source} another name"
            )
            .into());
        }
        let text = read(&source)?;
        Ok(Self {
            source,
            module,
            text,
        })
    }

    /// The description.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The file that is generated from it, relative to the workspace.
    pub(crate) fn target(&self) -> String {
        format!("{FOLDER}/{}.rs", self.module)
    }

    fn is_home(&self) -> bool {
        self.source.strip_prefix(SPEC) == Some(&format!("/{HOME}"))
    }

    fn as_ref(&self) -> Description<'_> {
        Description {
            source: &self.source,
            module: &self.module,
            text: &self.text,
        }
    }

    /// Generates the fragment's file, without writing it.
    ///
    /// # Errors
    ///
    /// Every problem that the description has.
    fn generate(&self, client_root: Option<&str>) -> Result<GeneratedFile, Vec<Diagnostic>> {
        let unknown = client_root.map(|root| unknown_types(&self.text, root));
        let unknown = unknown.unwrap_or_default();
        let text = match generate(&self.text, &self.source) {
            Ok(text) if unknown.is_empty() => text,
            Ok(_) => return Err(unknown),
            Err(mut diagnostics) => {
                diagnostics.extend(unknown);
                diagnostics.sort_by_key(|diagnostic| diagnostic.start);
                return Err(diagnostics);
            }
        };
        Ok(GeneratedFile {
            path: self.target(),
            source: self.source.clone(),
            text,
        })
    }

    /// What is wrong with it, each in a line.
    pub(crate) fn report(&self, diagnostics: &[Diagnostic]) -> String {
        let mut report = format!("{} has {} problem(s):", self.source, diagnostics.len());
        for diagnostic in diagnostics {
            report.push_str(&format!("\n  {}:{diagnostic}", self.source));
        }
        report
    }
}

fn read(source: &str) -> Result<String, Failure> {
    let bytes = fs::read(workspace::root().join(source))
        .map_err(|error| format!("cannot read {source}: {error}"))?;
    String::from_utf8(bytes).map_err(|error| {
        let (line, column) = end_of(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        format!(
            "{source}:{line}:{column}: this byte is no UTF-8; save the file in that encoding, which YAML \
             asks for"
        )
        .into()
    })
}

/// The line and column after a text, from 1 and in characters.
fn end_of(text: &[u8]) -> (usize, usize) {
    let text = String::from_utf8_lossy(text);
    let line = text.split('\n').count();
    let last = text.rsplit('\n').next().unwrap_or_default();
    (line, last.chars().count() + 1)
}
