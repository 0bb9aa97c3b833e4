//! Generates the `atlas-private-endpoint` client from its OpenAPI fragment.
//!
//! ```text
//! text ─ source_map ─> values with spans ─ lint, api ─> typed model ┬ types (progenitor) ┐
//!                                                                   └ methods ───────────┴ render ─> Rust
//! ```
//!
//! The generator is pure: it takes text and returns text or every diagnostic. The same text gives the same code
//! on every machine.

mod api;
mod catch_panic;
mod client_types;
pub mod compat;
mod diagnostic;
mod docs;
mod document;
mod extract;
mod fragments;
mod lint;
mod methods;
mod render;
mod rule;
mod server;
mod source_map;
mod types;

use serde_json::Value;
use syn::parse_quote;

pub use client_types::unfit_types;
pub use diagnostic::{Diagnostic, Position};
pub use extract::{Extracted, Kept, Selection, Summary, extract};
pub use fragments::{Fragment, conflicts, module_list, module_name};
pub use lint::violations;
pub use rule::{RULES, Rule};
pub use server::generate_server;

use crate::api::Api;
use crate::source_map::SourceMap;

/// Generates the client's Rust file from a fragment.
///
/// `source_name` is the name of the fragment in the file's header, relative to the workspace.
///
/// # Errors
///
/// Every violation of a rule and every shape that the generator does not support; where the fragment is not
/// OpenAPI, why it is not.
pub fn generate(text: &str, source_name: &str) -> Result<String, Vec<Diagnostic>> {
    let source = SourceMap::parse(text)?;
    let mut diagnostics = lint::check(&source);
    let api = if lint::is_sound(&diagnostics) {
        Api::build(&source)
    } else {
        Err(Vec::new())
    };
    let api = match api {
        Ok(api) if diagnostics.is_empty() => api,
        other => {
            diagnostics.extend(other.err().into_iter().flatten());
            lint::sort(&mut diagnostics);
            return Err(diagnostics);
        }
    };
    let types = types::module(&api).map_err(|message| {
        let help = "describe it as other schemas of the fragment are described";
        vec![source.diagnostic(rule::CANNOT_GENERATE, "/components/schemas", message, help)]
    })?;
    let (operations, block) = (methods::table(&api), methods::block(&api));
    let mut file = parse_quote! {
        use crate::{Client, Error};

        #operations
        #types
        #block
    };
    docs::wrap(&mut file);
    Ok(render::render(&file, source_name, text))
}

/// Reads a fragment as JSON, for programs that use its examples.
///
/// # Errors
///
/// What makes it no YAML, or YAML that JSON cannot express.
pub fn read(text: &str) -> Result<Value, Vec<Diagnostic>> {
    let source = SourceMap::parse(text)?;
    if source.diagnostics.is_empty() {
        return Ok(source.value);
    }
    Err(source.diagnostics)
}
