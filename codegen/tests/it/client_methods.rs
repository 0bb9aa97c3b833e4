//! The generator knows the hand-written methods of the client.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use atlas_private_endpoint_codegen::generate;
use heck::ToLowerCamelCase;
use syn::{ImplItem, Item};

const SMALLEST: &str = include_str!("../ui/pass/smallest.yaml");

/// Collects the methods that hand-written files give `Client`.
fn collect_methods(directory: &Path, into: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("generated") {
            continue;
        }
        if path.is_dir() {
            collect_methods(&path, into);
            continue;
        }
        let file = syn::parse_file(&fs::read_to_string(&path).unwrap_or_default());
        for item in file.into_iter().flat_map(|file| file.items) {
            let Item::Impl(block) = item else { continue };
            let syn::Type::Path(own) = &*block.self_ty else {
                continue;
            };
            let methods = block.items.iter().filter_map(|item| match item {
                ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            });
            into.extend(methods.filter(|_| own.path.is_ident("Client") && block.trait_.is_none()));
        }
    }
}

#[test]
fn hand_written_methods_cannot_be_operation_ids() {
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("../client/src");
    let mut methods = BTreeSet::new();
    collect_methods(&client, &mut methods);
    assert!(methods.contains("ensure_connection"), "{methods:?}");
    for method in methods {
        let id = method.to_lower_camel_case();
        let text = SMALLEST.replace("operationId: listThings", &format!("operationId: {id}"));
        assert_ne!(text, SMALLEST);
        let diagnostics = generate(&text, "things.yaml").err().unwrap_or_default();
        let rules: Vec<&str> = diagnostics.iter().map(|it| it.rule.name).collect();
        assert_eq!(
            rules,
            ["method-name-taken"],
            "{method} is missing in CLIENT_METHODS of codegen/src/api/names.rs"
        );
    }
}
