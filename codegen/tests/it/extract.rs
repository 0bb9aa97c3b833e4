//! Fragments cut out of a document that is like those of large vendors.

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

/// All of the document; its tabs are in a code sample, which is in no fragment.
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
fn a_fragment_is_what_a_person_can_go_on_with() {
    let fragment = extracted(UPSTREAM, &selection(&[SERVICES], &[]));
    insta::assert_snapshot!("fragment", fragment.text);
    insta::assert_snapshot!("summary", fragment.summary);
}

#[test]
fn what_is_referred_to_is_there_and_nothing_else() {
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
fn default_security_is_dropped_where_every_operation_has_its_own() {
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

/// Every value of the fragment is one of the source, at the same place.
fn is_part_of(part: &Value, whole: &Value, pointer: &str) {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            let order: Vec<&String> = whole.keys().filter(|key| part.contains_key(*key)).collect();
            assert_eq!(part.keys().collect::<Vec<_>>(), order, "{pointer}");
            for (key, value) in part {
                is_part_of(value, &whole[key], &format!("{pointer}/{key}"));
            }
        }
        (Value::Array(part), Value::Array(whole)) if part.len() == whole.len() => {
            for (index, (part, whole)) in part.iter().zip(whole).enumerate() {
                is_part_of(part, whole, &format!("{pointer}/{index}"));
            }
        }
        _ if pointer == "/tags" => {}
        _ => assert_eq!(part, whole, "{pointer}"),
    }
}

#[test]
fn everything_keeps_its_value_and_its_order() {
    let fragment = extracted(UPSTREAM, &selection(&[SERVICES], &[]));
    is_part_of(&value(&fragment.text), &upstream(), "");
}

#[test]
fn a_fragment_of_a_fragment_is_the_same() {
    for selection in [
        selection(&[SERVICES], &[]),
        selection(&[SERVICES], &[V2024, V2023]),
        selection(&["/api/v2/bills", "/api/v2/groups"], &[]),
        selection(&["/"], &[]),
    ] {
        let once = extracted(UPSTREAM, &selection);
        let twice = extracted(&once.text, &selection);
        assert_eq!(twice.text, once.text);
        assert!(twice.summary.dropped_extensions.is_empty());
        assert_eq!(
            twice.summary.operations.kept,
            twice.summary.operations.total
        );
    }
}

#[test]
fn a_body_keeps_the_first_media_type_that_was_asked_for_and_that_it_has() {
    let fragment = extracted(UPSTREAM, &selection(&[SERVICES], &[V2024, V2023]));
    let cut = value(&fragment.text);
    let types = |operation: &Value, status: &str| -> Vec<String> {
        let content = operation["responses"][status]["content"].as_object();
        content.unwrap().keys().cloned().collect()
    };
    let paths: Vec<&Value> = cut["paths"].as_object().unwrap().values().collect();
    assert_eq!(types(&paths[0]["post"], "201"), [V2024]);
    assert_eq!(types(&paths[1]["get"], "200"), [V2023]);
    // What fails, and what is called back, has neither.
    assert_eq!(fragment.summary.bodies_without_choice, 2);
    assert_eq!(fragment.summary.media_types["application/json"], 2);
}

#[test]
fn json_gives_the_same_fragment() {
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
    // openapiv3 does not know that a callback can be a reference.
    let text = UPSTREAM.replace("done: { $ref: '#/components/callbacks/Done' }", "done: {}");
    for prefix in [SERVICES, "/api/v2/bills", "/"] {
        let cut = value(&extracted(&text, &selection(&[prefix], &[])).text);
        let document: openapiv3::OpenAPI = serde_json::from_value(cut).unwrap();
        assert!(document.operations().count() > 0);
    }
}

#[test]
fn a_fragment_of_our_description_gives_the_same_client() {
    const OURS: &str = include_str!("../../../spec/private-endpoint-v1.0.yaml");
    let selection = selection(&["/groups/{groupId}/privateEndpoint"], &[]);
    let fragment = extracted(OURS, &selection);
    let operations = &fragment.summary.operations;
    assert_eq!(operations.kept, operations.total);
    let code = |text: &str| {
        let code = generate(text, "spec").unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"));
        let (header, code) = code.split_once("\n\n").unwrap();
        assert!(header.lines().all(|line| line.starts_with("//")));
        code.to_owned()
    };
    assert_eq!(code(&fragment.text), code(OURS));
}
