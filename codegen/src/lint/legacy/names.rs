//! Rules on texts and names that Rust cannot take.

use heck::ToSnakeCase;

use super::Findings;
use crate::rule;
use crate::source_map::child;

/// Names of what the client has besides its operations; the last one is that of the table of operations.
const METHODS_OF_THE_CLIENT: &[&str] = &[
    "builder",
    "call",
    "clone",
    "connection_in_region",
    "counters",
    "delete_connection_cascade",
    "ensure_connection",
    "ensure_interface_endpoint",
    "list_in_projects",
    "new",
    "clock",
    "url",
    "was_answered",
    "wait_for_connection",
    "wait_for_interface_endpoint",
    "with_credentials",
    "all",
];

/// Names that the generated module of types uses for something else, without saying where it comes from.
const TYPES_IN_USE: &[&str] = &["Err", "From", "Ok", "Result", "String"];

/// The methods of the client are written by hand or by the generator, never both.
pub(super) fn operations_leave_the_clients_methods(findings: &mut Findings<'_>) {
    for place in findings.operations() {
        let id = place.operation["operationId"].as_str().unwrap_or_default();
        let method = id.to_snake_case();
        if METHODS_OF_THE_CLIENT.contains(&&*method) || is_new_keyword(&method) {
            findings.report(
                rule::METHOD_NAME_TAKEN,
                &child(&place.pointer, "operationId"),
                format!("{method} cannot be the name of an operation's method"),
                "choose another one; the client or Rust has this one already",
            );
        }
    }
}

/// progenitor does not know that Rust 2024 has made this a keyword, and writes it as it is.
pub(crate) fn is_new_keyword(name: &str) -> bool {
    name == "gen"
}

/// Whether the generated code means something else by a name.
pub(crate) fn is_rusts_own(name: &str) -> bool {
    TYPES_IN_USE.contains(&name)
}

/// A type of this name would be taken for Rust's own by the code around it.
pub(super) fn types_leave_rusts_own(findings: &mut Findings<'_>) {
    for node in findings.schemas() {
        if let Some(name) = node.name
            && is_rusts_own(name)
        {
            findings.report(
                rule::SCHEMA_NAME_TAKEN,
                &node.pointer,
                format!("{name} is what Rust calls a type of its own"),
                "choose another name; the generated code uses both",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use syn::{ImplItem, Item};

    use super::*;

    /// The methods that the client's own files give it.
    fn methods(folder: &Path, into: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().is_some_and(|name| name == "generated") {
                continue;
            }
            if path.is_dir() {
                methods(&path, into);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
            for item in file.items {
                let Item::Impl(block) = item else { continue };
                let of_client = matches!(&*block.self_ty, syn::Type::Path(path) if path.path.is_ident("Client"));
                for item in block.items.iter().filter(|_| of_client) {
                    if let ImplItem::Fn(method) = item {
                        into.insert(method.sig.ident.to_string());
                    }
                }
            }
        }
    }

    #[test]
    fn every_method_of_the_client_is_on_the_list() {
        let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("../client/src");
        let mut found = BTreeSet::new();
        methods(&client, &mut found);
        found.extend(["clone".to_owned(), "all".to_owned()]);
        let listed: BTreeSet<String> = METHODS_OF_THE_CLIENT
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(listed, found);
    }
}
