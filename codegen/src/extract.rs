//! Cuts a fragment out of an OpenAPI document: some of its operations, and just what they refer to.
//!
//! ```text
//! text ─ read ─> document ─ cut ─> fragment ─ yaml ─> text below a header
//! ```
//!
//! Everything keeps the order of the source, so that a later extraction differs where the source does. What
//! the generator does not take is left for a person to change, or for the lint to refuse: nothing is
//! renamed or made up here.

mod cut;
mod grammar;
mod header;
mod prefix;
mod read;
mod references;
mod summary;
mod trim;
mod yaml;

use serde_json::{Map, Value};

pub use summary::{Kept, Summary};

use crate::Diagnostic;
use crate::document::object;
use crate::rule;
use crate::source_map::SourceMap;

/// What is to be cut out of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The beginnings of the paths whose operations are taken, compared segment by segment: `/a/b` takes
    /// `/a/b` and `/a/b/{c}`, but not `/a/bc`.
    pub path_prefixes: Vec<String>,
    /// Media types in the order of preference: a request or response body keeps the first of them that it
    /// has, and loses the others. A body that has none of them keeps all that it has; so does every body
    /// when this is empty.
    pub media_types: Vec<String>,
}

/// A fragment, and what became of the document on the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extracted {
    /// The fragment as YAML.
    pub text: String,
    /// What was taken and what was dropped.
    pub summary: Summary,
}

/// Cuts a fragment out of an OpenAPI document, which may be YAML or JSON.
///
/// `source_name` is what the fragment's header calls the document. The same text and selection give the
/// same fragment, and so does the fragment itself, when it is taken for the document.
///
/// # Errors
///
/// When the text is no OpenAPI document; a prefix or a media type that nothing has; every reference of the
/// chosen part that leads to nothing, or out of the document.
pub fn extract(
    text: &str,
    source_name: &str,
    selection: &Selection,
) -> Result<Extracted, Vec<Diagnostic>> {
    let source = read::read(text)?;
    is_openapi(&source)?;
    all_prefixes_choose(&source, &selection.path_prefixes)?;
    let (fragment, summary) = cut::cut(&source, selection)?;
    let body = yaml::write_document(&fragment);
    is_read_again(&source, &body, &fragment)?;
    let header = header::header(source_name, selection, &summary);
    Ok(Extracted {
        text: format!("{header}{body}"),
        summary,
    })
}

fn is_openapi(source: &SourceMap) -> Result<(), Vec<Diagnostic>> {
    let version = &source.value["openapi"];
    let message = if let Some(old) = source.value["swagger"].as_str() {
        format!("this is Swagger {old}, not OpenAPI 3")
    } else if version.is_null() {
        "this is no OpenAPI document: it has no `openapi`".to_owned()
    } else if !version.as_str().is_some_and(|it| it.starts_with("3.")) {
        format!("the OpenAPI version is {version}, not 3")
    } else if object(&source.value["paths"]).next().is_none() {
        "this OpenAPI document has no `paths` to choose from".to_owned()
    } else {
        return Ok(());
    };
    let help = "give an OpenAPI 3 document as YAML or JSON";
    Err(vec![source.diagnostic(
        rule::NOT_UPSTREAM,
        "",
        message,
        help,
    )])
}

fn all_prefixes_choose(source: &SourceMap, prefixes: &[String]) -> Result<(), Vec<Diagnostic>> {
    let paths = || object(&source.value["paths"]).map(|(path, _)| path.as_str());
    let diagnostics: Vec<Diagnostic> = prefixes
        .iter()
        .filter(|prefix| !paths().any(|path| prefix::chooses(prefix, path)))
        .map(|prefix| {
            let proposals = prefix::proposals(prefix, paths());
            let help = match proposals[..] {
                [] => format!("there are {} paths, and none is like it", paths().count()),
                _ => format!("did you mean {}?", proposals.join(", or ")),
            };
            let message = format!("no path begins with {prefix}");
            source.diagnostic(rule::NOTHING_CHOSEN, "/paths", message, &help)
        })
        .collect();
    match diagnostics[..] {
        [] => Ok(()),
        _ => Err(diagnostics),
    }
}

/// A fragment that says something else than the document must not reach anybody.
fn is_read_again(
    source: &SourceMap,
    body: &str,
    fragment: &Map<String, Value>,
) -> Result<(), Vec<Diagnostic>> {
    if SourceMap::parse(body).is_ok_and(|read| read.value.as_object() == Some(fragment)) {
        return Ok(());
    }
    let message = "what was written would be read as something else".to_owned();
    let help = "this is a mistake of this tool, in codegen/src/extract/yaml.rs";
    Err(vec![source.diagnostic(rule::CANNOT_CUT, "", message, help)])
}
