//! progenitor's code for a description, which the passes then work on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use serde_json::Value;

use crate::Problem;
use crate::prepare::Replacement;
use crate::source::{Source, child};

/// Runs progenitor on a prepared description.
///
/// # Errors
///
/// When the document is no OpenAPI 3.0, or has what progenitor cannot generate.
pub(crate) fn generate(
    source: &Source,
    prepared: &Value,
    replacements: &[Replacement],
) -> Result<syn::File, Vec<Problem>> {
    let api: OpenAPI = serde_path_to_error::deserialize(prepared).map_err(|error| {
        let pointer = pointer_of(error.path());
        let message = format!("this is not OpenAPI 3.0: {}", error.inner());
        vec![source.problem(&pointer, message, None)]
    })?;
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional);
    settings.with_tag(TagStyle::Merged);
    for replacement in replacements {
        settings.with_replacement(
            &replacement.schema,
            &replacement.rust_type,
            std::iter::empty(),
        );
    }
    run(&settings, &api).map_err(|message| vec![source.problem("", message, None)])
}

/// progenitor panics on some of what it cannot generate; that is an error like any other here.
fn run(settings: &GenerationSettings, api: &OpenAPI) -> Result<syn::File, String> {
    let tokens = catch_unwind(AssertUnwindSafe(|| {
        Generator::new(settings).generate_tokens(api)
    }));
    let tokens = tokens.map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        format!(
            "progenitor cannot generate this: {}",
            text.unwrap_or("it does not say why")
        )
    })?;
    let tokens = tokens.map_err(|error| format!("progenitor cannot generate this: {error}"))?;
    syn::parse2(tokens).map_err(|error| format!("progenitor's code is no Rust: {error}"))
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        pointer = match segment {
            Segment::Seq { index } => child(&pointer, &index.to_string()),
            Segment::Map { key } => child(&pointer, key),
            Segment::Enum { variant } => child(&pointer, variant),
            Segment::Unknown => break,
        };
    }
    pointer
}
