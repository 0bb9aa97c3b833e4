//! The table of operations that the sandbox serves.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::parse_quote;

use crate::document::{Document, array, is_json, object, text, texts};
use crate::{Diagnostic, read, render};

/// Generates the sandbox's Rust file from a fragment that [`generate`](crate::generate) accepts.
///
/// The table has what a server has to know of a request, so that the sandbox needs no YAML parser.
///
/// # Errors
///
/// What makes the fragment no YAML, or YAML that JSON cannot express.
pub fn generate_server(text: &str, source_name: &str) -> Result<String, Vec<Diagnostic>> {
    let value = read(text)?;
    let document = Document(&value);
    let rows = document
        .operations()
        .into_iter()
        .map(|it| row(document, it));
    let file = parse_quote! {
        use hyper::Method;

        use crate::spec::{Body, Field, Operation};

        /// Every operation of the API, in the order of the fragment.
        pub(crate) static OPERATIONS: &[Operation] = &[#(#rows),*];
    };
    Ok(render::render(&file, source_name, text))
}

fn row(
    document: Document<'_>,
    (method, path, item, operation): (&str, &str, &Value, &Value),
) -> TokenStream {
    let id = text(&operation["operationId"]);
    let method = format_ident!("{}", method.to_uppercase());
    let base_path = document.first_server().map_or("", |(_, path)| path);
    let path = format!("{base_path}{path}");
    let query = [item, operation]
        .into_iter()
        .flat_map(|holder| array(&holder["parameters"]))
        .map(|parameter| document.resolve(parameter))
        .filter(|parameter| parameter["in"] == "query")
        .map(|parameter| {
            let is_required = parameter["required"] == true;
            field(
                document,
                &text(&parameter["name"]),
                is_required,
                &parameter["schema"],
            )
        });
    let body = body(document, operation).map_or(quote!(None), |body| quote!(Some(#body)));
    let responses = object(&operation["responses"]).filter_map(|(status, response)| {
        let media_types = json_media_types(document.resolve(response));
        media_types
            .first()
            .map(|media_type| quote!((#status, #media_type)))
    });
    quote! {
        Operation {
            id: #id,
            method: Method::#method,
            path: #path,
            query: &[#(#query),*],
            body: #body,
            responses: &[#(#responses),*],
        }
    }
}

/// Returns none for an operation that takes no JSON.
fn body(document: Document<'_>, operation: &Value) -> Option<TokenStream> {
    let body = document.resolve(operation.get("requestBody")?);
    let media_types = json_media_types(body);
    let schema = document.resolve(&body["content"][media_types.first()?]["schema"]);
    let required = texts(&schema["required"]);
    let mut properties = document.properties(schema);
    properties.sort_by_key(|(name, _)| !required.contains(name));
    let fields = properties
        .into_iter()
        .map(|(name, property)| field(document, name, required.contains(name), property));
    Some(quote! {
        Body {
            media_types: &[#(#media_types),*],
            fields: &[#(#fields),*],
        }
    })
}

fn field(document: Document<'_>, name: &str, is_required: bool, schema: &Value) -> TokenStream {
    let schema = document.resolve(schema);
    let kind = text(&schema["type"]);
    let values = texts(&schema["enum"]);
    let limit = |key: &str| {
        schema[key]
            .as_i64()
            .map_or(quote!(None), |it| quote!(Some(#it)))
    };
    let (minimum, maximum) = (limit("minimum"), limit("maximum"));
    quote! {
        Field {
            name: #name,
            required: #is_required,
            kind: #kind,
            values: &[#(#values),*],
            minimum: #minimum,
            maximum: #maximum,
        }
    }
}

fn json_media_types(holder: &Value) -> Vec<&String> {
    let media_types = object(&holder["content"]).map(|(media_type, _)| media_type);
    media_types.filter(|it| is_json(it)).collect()
}
