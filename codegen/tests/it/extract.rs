//! Fragments extracted from a document in the manner of large vendors.

mod big;
mod diagnostics;

use std::collections::BTreeSet;

use atlas_private_endpoint_codegen::{Extracted, Selection, extract, generate, read};
use serde_json::{Value, json};

const UPSTREAM: &str = include_str!("extract/upstream.yaml");
const SERVICES: &str = "/api/v2/groups/{groupId}/services";
const V2023: &str = "application/vnd.things.2023-01-01+json";
const V2024: &str = "application/vnd.things.2024-08-05+json";

fn selection(prefixes: &[&str], media_types: &[&str]) -> Selection {
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    Selection {
        path_prefixes: owned(prefixes),
        media_types: owned(media_types),
    }
}

fn extracted(text: &str, selection: &Selection) -> Extracted {
    extract(text, "upstream.yaml", selection)
        .unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"))
}

fn value(text: &str) -> Value {
    read(text).unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}\n{text}"))
}

/// The document; its tabs are in a code sample, which no fragment has.
fn upstream() -> Value {
    value(&UPSTREAM.replace('\t', " "))
}

/// The names of all components, with their sections.
fn components(document: &Value) -> BTreeSet<String> {
    let sections = document["components"].as_object().into_iter().flatten();
    sections
        .flat_map(|(section, named)| {
            let names = named.as_object().unwrap().keys();
            names.map(move |name| format!("{section}/{name}"))
        })
        .collect()
}

#[test]
fn fragment_and_summary_are_readable() {
    let fragment = extracted(UPSTREAM, &selection(&[SERVICES], &[]));
    insta::assert_snapshot!("fragment", fragment.text);
    insta::assert_snapshot!("summary", fragment.summary);
}

#[test]
fn fragment_has_exactly_what_it_refers_to() {
    let all = upstream();
    let of_2024 = [
        "schemas/CreateService2024",
        "schemas/Region2024",
        "schemas/Service2024",
    ];
    let reached: BTreeSet<String> = components(&all)
        .into_iter()
        .filter(|name| !name.contains("/Not") && name != "links/Outside")
        .collect();
    let fragment = extracted(UPSTREAM, &selection(&[SERVICES], &[]));
    assert_eq!(components(&value(&fragment.text)), reached);

    let fragment = extracted(UPSTREAM, &selection(&[SERVICES], &[V2023]));
    let without: BTreeSet<String> = reached
        .into_iter()
        .filter(|name| !of_2024.contains(&name.as_str()))
        .collect();
    assert_eq!(components(&value(&fragment.text)), without);

    let fragment = extracted(UPSTREAM, &selection(&["/api/v2/bills"], &[]));
    let cut = value(&fragment.text);
    assert_eq!(
        components(&cut),
        BTreeSet::from(["securitySchemes/DigestAuth".to_owned()])
    );
    assert_eq!(
        cut["tags"],
        json!([{ "name": "Unused", "description": "Nobody has it." }])
    );
}

#[test]
fn roles_requirements_become_the_roles_of_the_client() {
    let cut = value(&extracted(UPSTREAM, &selection(&["/"], &[])).text);
    let mut roles = Vec::new();
    for item in cut["paths"].as_object().unwrap().values() {
        let operations = item.as_object().unwrap().values();
        roles.extend(operations.map(|it| it["x-atlas-roles"].clone()));
    }
    roles.retain(|it| !it.is_null());
    assert_eq!(
        roles,
        [
            json!(["Project Owner", "Organization Owner"]),
            json!(["Owner"]),
            json!(["Billing Viewer"]),
        ]
    );
}

#[test]
fn lint_counts_the_mapping_of_a_discriminator_as_a_reference_too() {
    let text = UPSTREAM.replace(
        "              schema: { $ref: '#/components/schemas/Service2024' }",
        "              schema: { type: string }",
    );
    assert_ne!(text, UPSTREAM);
    let fragment = extracted(&text, &selection(&[SERVICES], &[]));
    let reached = components(&value(&fragment.text));
    assert!(reached.contains("schemas/AWS") && reached.contains("schemas/Azure"));
    let diagnostics = generate(&fragment.text, "spec").unwrap_err();
    let unused = diagnostics
        .iter()
        .find(|it| it.message.contains("refers to the schema"));
    assert_eq!(unused, None);
}

#[test]
fn default_security_is_left_out_if_every_operation_has_its_own() {
    let service = format!("{SERVICES}/{{cloud}}/service/{{serviceId}}");
    let cut = value(&extracted(UPSTREAM, &selection(&[&service], &[])).text);
    assert_eq!(cut.get("security"), None);
    let schemes: Vec<&String> = cut["components"]["securitySchemes"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(schemes, ["ServiceAccount"]);
}

/// Asserts that every value of the fragment is in the document, at the same place and in the same order.
fn assert_part_of(part: &Value, whole: &Value, pointer: &str) {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            let keys = part.keys().map(String::as_str);
            let keys: Vec<&str> = keys
                .map(|key| match key {
                    "x-atlas-roles" if !whole.contains_key(key) => "x-rolesRequirements",
                    key => key,
                })
                .collect();
            let order = whole.keys().map(String::as_str);
            let order: Vec<&str> = order.filter(|key| keys.contains(key)).collect();
            assert_eq!(keys, order, "{pointer}");
            for (key, value) in keys.into_iter().zip(part.values()) {
                assert_part_of(value, &whole[key], &format!("{pointer}/{key}"));
            }
        }
        (Value::Array(part), Value::Array(whole)) if part.len() == whole.len() => {
            for (index, (part, whole)) in part.iter().zip(whole).enumerate() {
                assert_part_of(part, whole, &format!("{pointer}/{index}"));
            }
        }
        _ if pointer == "/tags" => {}
        _ => assert_eq!(part, whole, "{pointer}"),
    }
}

#[test]
fn everything_keeps_its_value_and_order() {
    let fragment = extracted(UPSTREAM, &selection(&[SERVICES], &[]));
    assert_part_of(&value(&fragment.text), &upstream(), "");
}

#[test]
fn extracting_again_changes_nothing() {
    for selection in [
        selection(&[SERVICES], &[]),
        selection(&[SERVICES], &[V2024, V2023]),
        selection(&["/api/v2/bills", "/api/v2/groups"], &[]),
        selection(&["/"], &[]),
    ] {
        let once = extracted(UPSTREAM, &selection);
        let twice = extracted(&once.text, &selection);
        assert_eq!(twice.text, once.text);
        assert!(twice.summary.left_out.is_empty(), "{}", twice.summary);
        assert_eq!(
            twice.summary.operations.kept,
            twice.summary.operations.total
        );
    }
}

#[test]
fn a_body_keeps_the_first_selected_media_type_that_it_has() {
    let fragment = extracted(UPSTREAM, &selection(&[SERVICES], &[V2024, V2023]));
    let cut = value(&fragment.text);
    let types = |operation: &Value, status: &str| -> Vec<String> {
        let content = operation["responses"][status]["content"].as_object();
        content.unwrap().keys().cloned().collect()
    };
    let paths: Vec<&Value> = cut["paths"].as_object().unwrap().values().collect();
    assert_eq!(types(&paths[0]["post"], "201"), [V2024]);
    assert_eq!(types(&paths[1]["get"], "200"), [V2023]);
    // The error response and the callback have neither.
    assert_eq!(fragment.summary.bodies_without_selected_type, 2);
    assert_eq!(fragment.summary.media_types["application/json"], 2);
}

#[test]
fn a_json_document_gives_the_same_fragment() {
    let json = upstream();
    let selection = selection(&[SERVICES], &[V2023]);
    let from_yaml = extracted(UPSTREAM, &selection);
    for text in [
        serde_json::to_string(&json).unwrap(),
        serde_json::to_string_pretty(&json).unwrap(),
        serde_json::to_string_pretty(&json)
            .unwrap()
            .replace("  ", "\t"),
    ] {
        assert_eq!(extracted(&text, &selection), from_yaml);
    }
}

#[test]
fn a_fragment_is_an_openapi_document() {
    // openapiv3 does not support references to callbacks.
    let text = UPSTREAM.replace("done: { $ref: '#/components/callbacks/Done' }", "done: {}");
    for prefix in [SERVICES, "/api/v2/bills", "/"] {
        let cut = value(&extracted(&text, &selection(&[prefix], &[])).text);
        let document: openapiv3::OpenAPI = serde_json::from_value(cut).unwrap();
        assert!(document.operations().count() > 0);
    }
}

#[test]
fn extracting_our_own_fragment_gives_the_same_client() {
    const OWN: &str = include_str!("../../../spec/private-endpoint-v1.0.yaml");
    let selection = selection(&["/groups/{groupId}/privateEndpoint"], &[]);
    let fragment = extracted(OWN, &selection);
    let operations = &fragment.summary.operations;
    assert_eq!(operations.kept, operations.total);
    let code = |text: &str| {
        let code = generate(text, "spec").unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"));
        let (header, code) = code.split_once("\n\n").unwrap();
        assert!(header.lines().all(|line| line.starts_with("//")));
        code.to_owned()
    };
    assert_eq!(code(&fragment.text), code(OWN));
}
