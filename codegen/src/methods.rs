//! The methods of the client, and the table of operations that they send.

use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Item, parse_quote};

use crate::api::{Api, Kind, Location, Operation, Parameter, Type};
use crate::docs::escaped;
use crate::types::is_never_null;

/// Generates the module `operations`.
pub(crate) fn table(api: &Api<'_>) -> Item {
    let base_path = api.base_path;
    let names: Vec<Ident> = api.operations.iter().map(constant).collect();
    let rows = api.operations.iter().zip(&names).map(|(operation, name)| {
        let Operation {
            id, path, summary, ..
        } = operation;
        let doc = format!("`{id}`: {}", escaped(summary));
        let method = format_ident!("{}", operation.method.to_uppercase());
        let idempotent = is_idempotent(operation.method);
        let roles = &operation.roles;
        let accept = match operation.success.media_types.as_slice() {
            [] => "application/json".to_owned(),
            media_types => media_types.join(", "),
        };
        let media_type = operation.body.as_ref().map(|body| body.media_type);
        let content_type = media_type.map_or(quote!(None), |it| quote!(Some(#it)));
        quote! {
            #[doc = #doc]
            pub static #name: Operation = Operation {
                id: #id,
                method: Method::#method,
                base_path: #base_path,
                path: #path,
                idempotent: #idempotent,
                accept: #accept,
                content_type: #content_type,
                summary: #summary,
                roles: &[#(#roles),*],
            };
        }
    });
    parse_quote! {
        /// Every operation of the API.
        pub mod operations {
            use crate::{Method, Operation};

            #(#rows)*

            /// All operations, in the order of the fragment.
            pub static ALL: &[&Operation] = &[#(&#names),*];
        }
    }
}

/// Generates the impl of `Client`.
pub(crate) fn block(api: &Api<'_>) -> Item {
    let methods = api.operations.iter().map(|it| method(api, it));
    parse_quote! { impl Client { #(#methods)* } }
}

fn method(api: &Api<'_>, operation: &Operation<'_>) -> TokenStream {
    let doc = documentation(operation);
    let name = format_ident!("{}", operation.ident);
    let row = constant(operation);
    let (mut arguments, mut calls) = (Vec::new(), Vec::new());
    for parameter in &operation.parameters {
        let (argument, ty) = (
            format_ident!("{}", parameter.ident),
            argument_type(api, parameter),
        );
        arguments.push(quote!(#argument: #ty));
        calls.push(call(api, parameter));
    }
    if let Some(body) = &operation.body {
        let ty = rust_type(api, &body.ty);
        arguments.push(quote!(body: &#ty));
        calls.push(quote!(.json(body)));
    }
    let (output, finish) = match &operation.success.ty {
        None => (quote!(()), quote!(send)),
        Some(ty) => {
            let output = rust_type(api, ty);
            if operation.success.may_be_empty {
                (quote!(Option<#output>), quote!(fetch_optional))
            } else if matches!(ty, Type::List(item) if is_never_null(item)) {
                (output, quote!(fetch_list))
            } else {
                (output, quote!(fetch))
            }
        }
    };
    quote! {
        #[doc = #doc]
        pub async fn #name(&self, #(#arguments),*) -> Result<#output, Error> {
            self.call(&operations::#row) #(#calls)* .#finish().await
        }
    }
}

/// Returns the call that adds a parameter to a request.
fn call(api: &Api<'_>, parameter: &Parameter<'_>) -> TokenStream {
    let (wire, argument) = (parameter.wire, format_ident!("{}", parameter.ident));
    match parameter.location {
        Location::Path if parameter.ty == Type::Text || is_copy(api, &parameter.ty) => {
            quote!(.path(#wire, &#argument))
        }
        Location::Path => quote!(.path(#wire, #argument)),
        Location::Query if is_list(api, &parameter.ty) && !parameter.is_required => {
            quote!(.query(#wire, #argument.into_iter().flat_map(|it| it.iter())))
        }
        Location::Query if is_list(api, &parameter.ty) => quote!(.query(#wire, #argument.iter())),
        Location::Query if parameter.is_required => quote!(.query(#wire, [#argument])),
        Location::Query => quote!(.query(#wire, #argument)),
        Location::Header if parameter.is_required => quote!(.header(#wire, Some(#argument))),
        Location::Header => quote!(.header(#wire, #argument)),
    }
}

/// Returns the type of a parameter's argument: what is cheap by value, and the rest by reference.
fn argument_type(api: &Api<'_>, parameter: &Parameter<'_>) -> TokenStream {
    let ty = match &parameter.ty {
        Type::Text => quote!(&str),
        Type::List(item) => {
            let item = rust_type(api, item);
            quote!(&[#item])
        }
        ty if is_copy(api, ty) => rust_type(api, ty),
        ty => {
            let ty = rust_type(api, ty);
            quote!(&#ty)
        }
    };
    if parameter.is_required {
        ty
    } else {
        quote!(Option<#ty>)
    }
}

fn is_copy(api: &Api<'_>, ty: &Type) -> bool {
    match ty {
        Type::Boolean | Type::Number(_) => true,
        Type::Named(name) => {
            let schema = api.schemas.get(name);
            schema.is_some_and(|schema| matches!(schema.kind, Kind::ClosedEnum(_)))
        }
        _ => false,
    }
}

fn is_list(api: &Api<'_>, ty: &Type) -> bool {
    match ty {
        Type::List(_) => true,
        Type::Named(name) => {
            let schema = api.schemas.get(name);
            schema.is_some_and(|it| matches!(&it.kind, Kind::Newtype(Type::List(_))))
        }
        _ => false,
    }
}

fn rust_type(api: &Api<'_>, ty: &Type) -> TokenStream {
    match ty {
        Type::Named(name) => {
            if let Some(Kind::Replaced(path)) = api.schemas.get(name).map(|schema| &schema.kind) {
                return path.parse().unwrap_or_default();
            }
            let name = format_ident!("{name}");
            quote!(types::#name)
        }
        Type::Text => quote!(::std::string::String),
        Type::Boolean => quote!(bool),
        Type::Number(number) => {
            let number = format_ident!("{number}");
            quote!(#number)
        }
        Type::Any => quote!(::serde_json::Value),
        Type::List(item) => {
            let item = rust_type(api, item);
            quote!(::std::vec::Vec<#item>)
        }
        Type::Map(value) if **value == Type::Any => {
            quote!(::serde_json::Map<::std::string::String, ::serde_json::Value>)
        }
        Type::Map(value) => {
            let value = rust_type(api, value);
            quote!(::std::collections::BTreeMap<::std::string::String, #value>)
        }
        Type::Nullable(inner) => {
            let inner = rust_type(api, inner);
            quote!(::std::option::Option<#inner>)
        }
    }
}

fn documentation(operation: &Operation<'_>) -> String {
    let mut text = escaped(operation.summary);
    if !operation.description.is_empty() {
        text.push_str(&format!("\n\n{}", escaped(operation.description)));
    }
    let method = operation.method.to_uppercase();
    text.push_str(&format!("\n\nSends `{method} {}`.", operation.path));
    if !operation.roles.is_empty() {
        let roles = operation.roles.join(" or ");
        text.push_str(&format!(" The caller needs the role {roles}."));
    }
    if operation.success.may_be_empty {
        text.push_str("\n\nReturns `None` where the response has no body.");
    }
    let mut described = operation
        .parameters
        .iter()
        .filter(|parameter| !parameter.description.is_empty())
        .peekable();
    if described.peek().is_some() {
        text.push_str("\n\n# Parameters\n");
    }
    for parameter in described {
        let description = escaped(parameter.description);
        text.push_str(&format!("\n- `{}`: {description}", parameter.wire));
    }
    text.push_str("\n\n# Errors\n\n[`Error`], by status with the codes that the API documents:\n");
    for error in &operation.errors {
        text.push_str(&format!("\n- {}", error.status));
        let codes: Vec<String> = error.codes.iter().map(|it| format!("`{it}`")).collect();
        if !codes.is_empty() {
            text.push_str(&format!(": {}", codes.join(", ")));
        }
    }
    text
}

/// Returns the name of an operation's row in the table.
fn constant(operation: &Operation<'_>) -> Ident {
    format_ident!("{}", operation.id.to_shouty_snake_case())
}

/// Returns true where HTTP defines that sending a request twice leaves the same state as sending it once.
fn is_idempotent(method: &str) -> bool {
    !matches!(method, "post" | "patch")
}
