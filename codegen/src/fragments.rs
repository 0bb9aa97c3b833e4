//! Multiple fragments in one client: what they must agree on, and the list of their modules.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use quote::format_ident;
use serde_json::Value;
use syn::{File, Item, parse_quote};

use crate::Diagnostic;
use crate::api::is_keyword;
use crate::document::Document;
use crate::render::render_common;
use crate::rule;
use crate::source_map::{SourceMap, child};

/// A fragment that [`generate`](crate::generate) accepts, beside others.
#[derive(Clone, Copy, Debug)]
pub struct Fragment<'a> {
    /// Its path, relative to the workspace.
    pub source: &'a str,
    /// Its module in the client, see [`module_name`].
    pub module: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// Returns the name of a fragment's module: `private_endpoint_v1_0` for the file `private-endpoint-v1.0.yaml`.
///
/// # Errors
///
/// The reason, to be printed after the name of the file.
pub fn module_name(file: &str) -> Result<String, String> {
    let Some(stem) = file.strip_suffix(".yaml") else {
        return Err("does not end in .yaml".to_owned());
    };
    let plain = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || "-._".contains(character)
    };
    let name = stem.replace(['-', '.'], "_");
    if stem.chars().all(plain) && !is_keyword(&name) {
        return Ok(name);
    }
    Err(format!(
        "cannot be the name of a Rust module ({name}); \
         use lower-case letters, digits, dashes and dots, a letter first"
    ))
}

/// Returns the conflicts between fragments, each with the index of the fragment to change.
///
/// The client's own code is written for the first fragment.
pub fn conflicts(fragments: &[Fragment<'_>]) -> Vec<(usize, Diagnostic)> {
    let mut sources = Vec::new();
    let mut diagnostics = Vec::new();
    for (index, fragment) in fragments.iter().enumerate() {
        match SourceMap::parse(fragment.text) {
            Ok(source) => sources.push((index, source)),
            Err(found) => {
                diagnostics.extend(found.into_iter().map(|diagnostic| (index, diagnostic)));
            }
        }
    }
    let mut methods = BTreeMap::new();
    let home = sources.first().and_then(|(_, source)| origin(source));
    for (index, source) in &sources {
        let found = check_origin(source, home).into_iter().chain(check_methods(
            source,
            fragments[*index].source,
            &mut methods,
        ));
        diagnostics.extend(found.map(|diagnostic| (*index, diagnostic)));
    }
    diagnostics
}

fn origin(source: &SourceMap) -> Option<&str> {
    let (origin, _) = Document(&source.value).first_server()?;
    Some(origin)
}

/// Reports another origin than the first fragment's: a client sends its credentials to one origin.
fn check_origin(source: &SourceMap, home: Option<&str>) -> Option<Diagnostic> {
    let (own, home) = (origin(source)?, home?);
    if own == home {
        return None;
    }
    let message = format!("the first server is {own}, but the client's is {home}");
    let help = "describe the same server, or generate another client from this fragment";
    Some(source.diagnostic(rule::OTHER_SERVER, "/servers/0/url", message, help))
}

/// Reports methods that another fragment has: all of them belong to one `Client`.
fn check_methods<'a>(
    source: &SourceMap,
    name: &'a str,
    methods: &mut BTreeMap<String, &'a str>,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (method, path, _, operation) in Document(&source.value).operations() {
        let Some(id) = operation["operationId"].as_str() else {
            continue;
        };
        let Some(first) = methods.insert(id.to_snake_case(), name) else {
            continue;
        };
        let pointer = child(&child(&child("/paths", path), method), "operationId");
        let message = format!("{first} already has an operation {id}");
        let help = "choose another operationId";
        diagnostics.push(source.diagnostic(rule::DUPLICATE_METHOD, &pointer, message, help));
    }
    diagnostics
}

/// Generates the Rust file that declares the modules of all fragments, and the default origin.
///
/// The crate re-exports the first fragment's module at its root; the others are public.
///
/// # Errors
///
/// The diagnostics of a fragment that is not YAML.
pub fn module_list(fragments: &[Fragment<'_>]) -> Result<String, Vec<Diagnostic>> {
    let mut items: Vec<Item> = Vec::new();
    for (index, fragment) in fragments.iter().enumerate() {
        let source = SourceMap::parse(fragment.text)?;
        if index == 0 {
            let origin = origin(&source).unwrap_or_default();
            items.push(parse_quote! {
                #[doc = " Scheme and host of the API."]
                pub(crate) const DEFAULT_ORIGIN: &str = #origin;
            });
        }
        items.push(module(fragment, &source.value, index == 0));
    }
    Ok(render_common(&File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items,
    }))
}

fn module(fragment: &Fragment<'_>, document: &Value, is_first: bool) -> Item {
    let name = format_ident!("{}", fragment.module);
    let title = document["info"]["title"].as_str().unwrap_or_default();
    let doc = format!(" {title}, from `{}`.", fragment.source);
    if is_first {
        return parse_quote! {
            #[doc = #doc]
            pub(crate) mod #name;
        };
    }
    parse_quote! {
        #[doc = #doc]
        pub mod #name;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "openapi: 3.0.3\ninfo: {title: Home, version: '1'}\n\
                        servers: [{url: https://host/v1}]\n\
                        paths: {/a: {get: {operationId: getThing}}}\n";

    fn pair(other: &str) -> [Fragment<'_>; 2] {
        let home = Fragment {
            source: "spec/home.yaml",
            module: "home",
            text: HOME,
        };
        let other = Fragment {
            source: "spec/other-v2.yaml",
            module: "other_v2",
            text: other,
        };
        [home, other]
    }

    #[test]
    fn file_names_become_module_names() {
        let good = module_name("private-endpoint-v1.0.yaml");
        assert_eq!(good, Ok("private_endpoint_v1_0".to_owned()));
        for bad in [
            "2things.yaml",
            "crate.yaml",
            "gen.yaml",
            "Things.yaml",
            "a b.yaml",
            ".yaml",
            "_.yaml",
            "a.yml",
        ] {
            assert!(module_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn fragments_may_have_different_base_paths() {
        let other = HOME.replace("/v1", "/v2").replace("getThing", "getOther");
        assert_eq!(conflicts(&pair(&other)), []);
    }

    #[test]
    fn equal_methods_and_different_origins_are_conflicts() {
        let other = HOME.replace("host", "elsewhere");
        let found = conflicts(&pair(&other));
        let told: Vec<String> = found
            .iter()
            .map(|(index, diagnostic)| {
                format!("{index}:{}: {}", diagnostic.start.line, diagnostic.message)
            })
            .collect();
        assert_eq!(
            told,
            [
                "1:3: the first server is https://elsewhere, but the client's is https://host",
                "1:4: spec/home.yaml already has an operation getThing",
            ]
        );
    }

    #[test]
    fn module_list_declares_every_module() {
        let list = module_list(&pair(&HOME.replace("Home", "Other"))).unwrap();
        let code = list.split_once("\n\n").unwrap().1;
        assert_eq!(
            code,
            "/// Scheme and host of the API.\n\
             pub(crate) const DEFAULT_ORIGIN: &str = \"https://host\";\n\
             /// Home, from `spec/home.yaml`.\n\
             pub(crate) mod home;\n\
             /// Other, from `spec/other-v2.yaml`.\n\
             pub mod other_v2;\n"
        );
    }
}
