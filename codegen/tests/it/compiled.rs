//! What the compiler says to the code of every description that the tests know.

use std::fs;
use std::path::PathBuf;

use atlas_private_endpoint_codegen::draft;

use super::compile::{Module, compiles};

/// The types that the client would write by hand for all of these descriptions.
const BY_HAND: &[&str] = &[
    "InterfaceEndpointId",
    "OrgId",
    "PrivateLinkId",
    "ProjectId",
    "ShelfId",
    "ThingId",
];

fn golden() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// The steps of a kind, by the names of their folders.
fn steps(kind: &str) -> Vec<String> {
    let folder = golden().join(kind);
    let entries = fs::read_dir(&folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(!names.is_empty(), "{}", folder.display());
    names
}

fn read(kind: &str, step: &str, file: &str) -> String {
    let path = golden().join(kind).join(step).join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn client(name: &str, description: &str) -> Module {
    let code =
        draft(description, name).unwrap_or_else(|diagnostics| panic!("{name}: {diagnostics:#?}"));
    Module::new(name, code, BY_HAND)
}

#[test]
fn every_golden_output_compiles() {
    let mut modules = Vec::new();
    for kind in ["prepare", "passes"] {
        for step in steps(kind) {
            let whole = format!("{kind}_{step}_client");
            modules.push(client(&whole, &read(kind, &step, "description.yaml")));
            if kind == "prepare" {
                continue;
            }
            let mut output = read(kind, &step, "output.rs");
            if step == "methods" {
                // This pass gives the methods alone; the rest is that of the whole client.
                output = format!(
                    "use crate::{{Client, Error}};\n\
                     use super::super::{whole}::generated::{{operations, types}};\n{output}"
                );
            }
            modules.push(Module::new(&format!("{kind}_{step}"), output, BY_HAND));
        }
    }
    compiles("golden", &modules);
}

#[test]
fn the_clients_of_both_descriptions_compile() {
    let own = client(
        "own",
        include_str!("../../../spec/private-endpoint-v1.0.yaml"),
    );
    let shapes = client("shapes", include_str!("shapes.yaml"));
    compiles("descriptions", &[own, shapes]);
}

#[test]
#[should_panic(expected = "the compiler refuses")]
fn what_is_no_rust_is_refused() {
    let code = "pub fn wrong() -> u8 { crate::UnknownValue::new(String::new()) }".to_owned();
    compiles("refused", &[Module::new("wrong", code, &[])]);
}
