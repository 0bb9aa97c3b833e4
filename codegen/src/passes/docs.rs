//! Documentation: what the description says, in lines that fit a page.

use syn::visit_mut::VisitMut;
use syn::{Attribute, Field, File, Item, ItemMod, parse_quote};

use super::field_order::wire_name;
use super::types_module::items;
use super::{Mismatch, Outcome};
use crate::document::{Document, Operation};
use crate::source_map::child;

/// The width of a line of documentation, indentation and slashes not counted.
const WIDTH: usize = 92;

/// The documentation of an operation's method.
pub(super) fn method(operation: &Operation, may_answer_nothing: bool) -> String {
    let mut text = operation.summary.clone();
    if !operation.description.is_empty() {
        text.push_str(&format!("\n\n{}", operation.description));
    }
    let method = operation.method.to_uppercase();
    text.push_str(&format!("\n\nSends `{method} {}`.", operation.path));
    if !operation.roles.is_empty() {
        let roles = operation.roles.join(" or ");
        text.push_str(&format!(" The caller needs the role {roles}."));
    }
    if may_answer_nothing {
        text.push_str("\n\nReturns `None` when the answer has no body.");
    }
    let parameters = operation.parameters.iter();
    let described: Vec<String> = parameters
        .filter(|parameter| !parameter.description.is_empty())
        .map(|parameter| format!("- `{}`: {}", parameter.name, parameter.description))
        .collect();
    if !described.is_empty() {
        text.push_str(&format!("\n\n# Parameters\n\n{}", described.join("\n")));
    }
    text.push_str(
        "\n\n# Errors\n\n[`Error`], with the code that the answer names, if it does:\n\n",
    );
    let errors: Vec<String> = operation
        .errors
        .iter()
        .map(|error| {
            if error.codes.is_empty() {
                return format!("- {}", error.status);
            }
            let codes: Vec<String> = error.codes.iter().map(|code| format!("`{code}`")).collect();
            format!("- {}: {}", error.status, codes.join(", "))
        })
        .collect();
    text.push_str(&errors.join("\n"));
    text
}

/// Documents every field that refers to a named schema with that schema's description.
///
/// # Errors
///
/// When a field is left without documentation.
pub(super) fn describe_fields(types: &mut ItemMod, document: Document<'_>) -> Outcome {
    for item in items(types) {
        let Item::Struct(item) = item else { continue };
        let schema = &document.0["components"]["schemas"][item.ident.to_string()];
        let properties = document.properties(schema);
        for field in &mut item.fields {
            // A field without a name needs no documentation beside its type's.
            if is_documented(field) || field.ident.is_none() {
                continue;
            }
            let name = wire_name(field);
            let property = properties.iter().find(|(known, _)| **known == name);
            let text = property.and_then(|(_, property)| document.described(property));
            let Some(text) = text else {
                let message = format!("the field {name} of {} has no description", item.ident);
                let pointer = format!("/components/schemas/{}/properties", item.ident);
                return Err(Mismatch::new(message).at(&child(&pointer, &name)));
            };
            field.attrs.insert(0, parse_quote! { #[doc = #text] });
        }
    }
    Ok(())
}

fn is_documented(field: &Field) -> bool {
    field
        .attrs
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"))
}

/// Breaks every documentation text into lines.
pub(super) fn wrap(file: &mut File) {
    Wrap.visit_file_mut(file);
}

struct Wrap;

impl VisitMut for Wrap {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let wrapped = attributes.iter().flat_map(lines_of).collect();
        *attributes = wrapped;
    }
}

fn lines_of(attribute: &Attribute) -> Vec<Attribute> {
    let Some(text) = doc_text(attribute) else {
        return vec![attribute.clone()];
    };
    wrapped(&text)
        .into_iter()
        .map(|line| {
            // The slashes and the text are set apart by a space that prettyplease does not add.
            let line = if line.is_empty() {
                line
            } else {
                format!(" {line}")
            };
            parse_quote! { #[doc = #line] }
        })
        .collect()
}

fn doc_text(attribute: &Attribute) -> Option<String> {
    let syn::Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    if !meta.path.is_ident("doc") {
        return None;
    }
    match &meta.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// What rustdoc takes for Rust behind a fence, and would compile and run.
const RUST: &[&str] = &[
    "",
    "rust",
    "ignore",
    "should_panic",
    "no_run",
    "compile_fail",
    "standalone_crate",
    "test_harness",
];

/// Breaks each line of a text but those of code; an item of a list goes on behind its dash.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut fence = None;
    for line in text.trim().lines() {
        let line = line.trim_end();
        if let Some(closing) = fence {
            lines.push(line.to_owned());
            if line.trim_start() == closing {
                fence = None;
            }
            continue;
        }
        if let Some((opening, language)) = fence_of(line) {
            fence = Some(opening);
            lines.push(format!("{opening}{}", never_rust(language)));
            continue;
        }
        if line.is_empty() {
            lines.push(String::new());
            continue;
        }
        let indent = if line.trim_start().starts_with("- ") {
            "  "
        } else {
            ""
        };
        // A word that is longer than the line may be a link or code, which must not be broken.
        let options = textwrap::Options::new(WIDTH)
            .subsequent_indent(indent)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::AsciiSpace);
        lines.extend(
            textwrap::wrap(line.trim_start(), options)
                .into_iter()
                .map(Into::into),
        );
    }
    lines
}

/// The fence that opens a block of code, and what is said of the language.
fn fence_of(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_start();
    ["```", "~~~"]
        .into_iter()
        .find_map(|fence| Some((fence, line.strip_prefix(fence)?)))
        // Code that is not a block of its own may begin a line.
        .filter(|(_, rest)| !rest.contains('`'))
}

/// An example of a description speaks of the API, in whatever language, and never calls this crate.
fn never_rust(language: &str) -> &str {
    let language = language.trim();
    let first = language.split([',', ' ']).next().unwrap_or_default();
    if RUST.contains(&first) || first.starts_with("edition") {
        return "text";
    }
    language
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::printed;
    use serde_json::json;

    #[test]
    fn long_texts_become_lines() {
        let words = "word ".repeat(40);
        let lines = wrapped(&format!("{words}\n\n- {words}"));
        assert!(
            lines.iter().all(|line| line.chars().count() <= WIDTH),
            "{lines:#?}"
        );
        assert!(lines.contains(&String::new()));
        assert!(lines.last().unwrap().starts_with("  word"), "{lines:#?}");
    }

    #[test]
    fn code_stays_as_it_is_and_is_never_compiled() {
        let long = "word ".repeat(40);
        let code = format!("{{\n    \"a\": \"{}\"\n}}", long.trim());
        for (before, after) in [
            ("```", "```text"),
            ("```rust", "```text"),
            ("```edition2024,no_run", "```text"),
            ("```json", "```json"),
        ] {
            let text = format!("Like this:\n\n{before}\n{code}\n```\nand {long}");
            let lines = wrapped(&text);
            let expected = format!("Like this:\n\n{after}\n{code}\n```\nand word");
            assert!(lines.join("\n").starts_with(&expected), "{lines:#?}");
            assert!(lines.last().unwrap().len() <= WIDTH, "{lines:#?}");
        }
        assert_eq!(wrapped("```a``` is code"), ["```a``` is code"]);
    }

    #[test]
    fn a_field_has_the_description_of_its_schema() {
        let document = json!({"components": {"schemas": {
            "A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}},
            "B": {"description": "What B is."},
        }}});
        let mut types: ItemMod = parse_quote! { mod types { struct A { b: B } } };
        describe_fields(&mut types, Document(&document)).unwrap();
        let expected: ItemMod = parse_quote!(
            mod types {
                struct A {
                    #[doc = "What B is."]
                    b: B,
                }
            }
        );
        assert_eq!(printed(&types), printed(&expected));
        let mut types: ItemMod = parse_quote! { mod types { struct A { c: B } } };
        assert!(describe_fields(&mut types, Document(&document)).is_err());
    }
}
