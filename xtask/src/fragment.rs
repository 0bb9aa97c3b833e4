//! The OpenAPI fragments in `spec/`, and the files that are generated from them.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use atlas_private_endpoint_codegen::{
    self as codegen, Diagnostic, conflicts, generate, generate_server, module_list, module_name,
    unfit_types,
};

use crate::{Failure, workspace};

/// The directory of the fragments. All paths here are relative to the workspace.
const SPEC: &str = "spec";

/// The fragment for which the client is written; its types are exported at the root of the crate.
const MAIN: &str = "private-endpoint-v1.0.yaml";

/// The directory of the modules that are generated, one for each fragment.
const GENERATED: &str = "client/src/generated";

/// The list of these modules.
const MODULE_LIST: &str = "client/src/generated.rs";

/// The copy of [`MAIN`] that the sandbox serves: a package contains only files of its own directory.
const SANDBOX_COPY: &str = "sandbox/src/private-endpoint-v1.0.yaml";

/// The table of the operations of [`MAIN`] that the sandbox serves.
const SANDBOX_TABLE: &str = "sandbox/src/operations.rs";

/// How every generated module begins. Files without it are left alone.
const HEADER: &str = "// Generated from ";

/// The file with the types that `x-rust-type` may name.
const CLIENT_IDS: &str = "client/src/ids.rs";
const CLIENT_MANIFEST: &str = "client/Cargo.toml";

/// Modules at the root of the client crate without a file of their own.
const RESERVED_MODULES: &[&str] = &["operations", "types"];

/// An OpenAPI fragment, which becomes a module of the client.
pub(crate) struct Fragment {
    /// Its file.
    pub(crate) source: String,
    module: String,
    text: String,
}

/// A generated file with its expected content.
pub(crate) struct GeneratedFile {
    pub(crate) path: String,
    /// The file or directory it is generated from.
    pub(crate) source: String,
    pub(crate) text: String,
}

/// Diagnostics of the fragment with this index.
pub(crate) type FragmentDiagnostics = (usize, Vec<Diagnostic>);

/// Reads every fragment of the workspace, [`MAIN`] first.
///
/// # Errors
///
/// When a fragment cannot be read, or no module can be named after its file.
pub(crate) fn all() -> Result<Vec<Fragment>, Failure> {
    let mut fragments: Vec<Fragment> = Vec::new();
    for file in files()? {
        let fragment = Fragment::read(&file)?;
        let mut others = fragments.iter();
        if let Some(other) = others.find(|other| other.module == fragment.module) {
            let (one, two, module) = (&other.source, &fragment.source, &fragment.module);
            return Err(format!(
                "{one} and {two} would both be the module {module}; rename one of them"
            )
            .into());
        }
        fragments.push(fragment);
    }
    if fragments.first().is_none_or(|first| !first.is_main()) {
        return Err(format!("could not find {SPEC}/{MAIN}, which the client requires").into());
    }
    Ok(fragments)
}

/// Returns the names of the fragments' files in a fixed order.
fn files() -> Result<Vec<String>, Failure> {
    let unreadable = |error| format!("could not read {SPEC}/: {error}");
    let mut files = Vec::new();
    for entry in fs::read_dir(workspace::root().join(SPEC)).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        let name = name.to_string_lossy().into_owned();
        let extension = Path::new(&name).extension();
        if extension.is_some_and(|extension| extension == "yaml" || extension == "yml") {
            files.push(name);
        }
    }
    files.sort_by_key(|name| (name != MAIN, name.clone()));
    Ok(files)
}

/// Generates every file of the client and the sandbox that is generated, without writing any.
///
/// # Errors
///
/// The diagnostics of all fragments.
pub(crate) fn generate_all(
    fragments: &[Fragment],
) -> Result<Vec<GeneratedFile>, Vec<FragmentDiagnostics>> {
    // Without the client, as in a partial checkout, there is nothing to compare `x-rust-type` with.
    let client_ids = fs::read_to_string(workspace::root().join(CLIENT_IDS)).ok();
    let mut files = Vec::new();
    let mut refused: Vec<FragmentDiagnostics> = Vec::new();
    for (index, fragment) in fragments.iter().enumerate() {
        match fragment.generate(client_ids.as_deref()) {
            Ok(file) => files.push(file),
            Err(diagnostics) => refused.push((index, diagnostics)),
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let sources: Vec<codegen::Fragment<'_>> = fragments.iter().map(Fragment::as_ref).collect();
    for (index, diagnostic) in conflicts(&sources) {
        match refused.iter_mut().find(|(known, _)| *known == index) {
            Some((_, diagnostics)) => diagnostics.push(diagnostic),
            None => refused.push((index, vec![diagnostic])),
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let text = module_list(&sources).map_err(|diagnostics| vec![(0, diagnostics)])?;
    files.push(GeneratedFile {
        path: MODULE_LIST.to_owned(),
        source: format!("{SPEC}/"),
        text,
    });
    if let Some(main) = fragments.first() {
        let table = generate_server(&main.text, &main.source);
        let table = table.map_err(|diagnostics| vec![(0, diagnostics)])?;
        for (path, text) in [(SANDBOX_TABLE, table), (SANDBOX_COPY, main.text.clone())] {
            files.push(GeneratedFile {
                path: path.to_owned(),
                source: main.source.clone(),
                text,
            });
        }
    }
    Ok(files)
}

/// Returns the generated files whose fragment no longer exists.
///
/// # Errors
///
/// When the directory or a file in it cannot be read.
pub(crate) fn orphans(expected: &[GeneratedFile]) -> Result<Vec<String>, Failure> {
    let unreadable = |error| format!("could not read {GENERATED}: {error}");
    let entries = match fs::read_dir(workspace::root().join(GENERATED)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error).into()),
    };
    let mut orphans = Vec::new();
    for entry in entries {
        let name = entry.map_err(unreadable)?.file_name();
        let path = format!("{GENERATED}/{}", name.to_string_lossy());
        let is_rust = Path::new(&name).extension().is_some_and(|it| it == "rs");
        if !is_rust || expected.iter().any(|file| file.path == path) {
            continue;
        }
        if read_generated(&path)?.is_some_and(|text| text.starts_with(HEADER)) {
            orphans.push(path);
        }
    }
    orphans.sort();
    Ok(orphans)
}

impl Fragment {
    fn read(file: &str) -> Result<Self, Failure> {
        let source = format!("{SPEC}/{file}");
        let module = module_name(file).map_err(|reason| format!("the name {source} {reason}"))?;
        let is_file = workspace::root()
            .join(format!("client/src/{module}.rs"))
            .exists();
        let is_reserved = RESERVED_MODULES.contains(&&*module);
        if is_file || is_reserved || client_dependencies().contains(&module) {
            return Err(
                format!("the name {module} is taken in the client crate; rename {source}").into(),
            );
        }
        let text = read_utf8(&source)?;
        Ok(Self {
            source,
            module,
            text,
        })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the path of the file that is generated from it.
    pub(crate) fn target(&self) -> String {
        format!("{GENERATED}/{}.rs", self.module)
    }

    fn is_main(&self) -> bool {
        self.source == format!("{SPEC}/{MAIN}")
    }

    fn as_ref(&self) -> codegen::Fragment<'_> {
        codegen::Fragment {
            source: &self.source,
            module: &self.module,
            text: &self.text,
        }
    }

    fn generate(&self, client_ids: Option<&str>) -> Result<GeneratedFile, Vec<Diagnostic>> {
        let unknown = client_ids.map(|ids| unfit_types(&self.text, ids));
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
}

impl GeneratedFile {
    /// Returns the content that is checked in; `None` when there is no such file.
    ///
    /// # Errors
    ///
    /// When the file exists and cannot be read.
    pub(crate) fn checked_in(&self) -> Result<Option<String>, Failure> {
        read_generated(&self.path)
    }

    pub(crate) fn full_path(&self) -> PathBuf {
        workspace::root().join(&self.path)
    }
}

/// Returns the names by which the client refers to other crates, which a module would hide.
fn client_dependencies() -> Vec<String> {
    let text = fs::read_to_string(workspace::root().join(CLIENT_MANIFEST)).unwrap_or_default();
    let manifest: toml::Table = text.parse().unwrap_or_default();
    let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
    let names = dependencies.into_iter().flat_map(toml::Table::keys);
    names.map(|name| name.replace('-', "_")).collect()
}

fn read_generated(path: &str) -> Result<Option<String>, Failure> {
    match fs::read(workspace::root().join(path)) {
        // Text with a replacement character never equals what is generated, so such a file is stale.
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("could not read {path}: {error}").into()),
    }
}

fn read_utf8(source: &str) -> Result<String, Failure> {
    let bytes = fs::read(workspace::root().join(source))
        .map_err(|error| format!("could not read {source}: {error}"))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let valid = String::from_utf8_lossy(valid);
        let line = valid.split('\n').count();
        let last = valid.rsplit('\n').next().unwrap_or_default();
        let column = last.chars().count() + 1;
        format!("{source}:{line}:{column}: this byte is not UTF-8; save the file as UTF-8").into()
    })
}
