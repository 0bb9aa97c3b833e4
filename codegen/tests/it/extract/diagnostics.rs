//! Diagnostics of documents and selections that give no fragment.

use std::fmt::Write;

use atlas_private_endpoint_codegen::{Selection, extract};

use super::{SERVICES, UPSTREAM, selection};

fn diagnostics(text: &str, selection: &Selection) -> String {
    let found = extract(text, "upstream.yaml", selection).unwrap_err();
    let mut lines = String::new();
    for diagnostic in found {
        writeln!(lines, "{diagnostic}").unwrap();
    }
    lines
}

/// Replaces a part that occurs once.
fn changed(part: &str, replacement: &str) -> String {
    assert_eq!(UPSTREAM.matches(part).count(), 1, "{part}");
    UPSTREAM.replace(part, replacement)
}

#[test]
fn refuses_a_text_that_is_not_openapi() {
    let texts = [
        "a: [1",
        "a: 1",
        "[]",
        "swagger: '2.0'\npaths: { /a: {} }",
        "openapi: 4.0.0\npaths: { /a: {} }",
        "openapi: 3.0.3\ninfo: {}",
        "openapi: 3.0.3\npaths: {}",
        "{\n\t\"openapi\": ",
    ];
    let texts_and_diagnostics: Vec<String> = texts
        .iter()
        .map(|text| format!("{text:?}\n{}", diagnostics(text, &selection(&["/a"], &[]))))
        .collect();
    insta::assert_snapshot!("no_document", texts_and_diagnostics.join("\n"));
}

#[test]
fn proposes_similar_prefixes_for_one_that_selects_nothing() {
    let prefixes = [
        "/groups/{groupId}/services",
        "/api/v2/groups/{id}/service",
        "/api/v2/groups/{groupId}/services/",
        "api/v2/bills",
        "/nowhere/at/all",
    ];
    let found = diagnostics(UPSTREAM, &selection(&prefixes, &[]));
    insta::assert_snapshot!("no_prefix", found);
}

#[test]
fn refuses_media_types_that_no_body_has() {
    let types = ["application/vnd.things.2022-01-01+json", "text/csv"];
    let mut found = diagnostics(UPSTREAM, &selection(&[SERVICES], &types));
    found += &diagnostics(UPSTREAM, &selection(&["/api/v2/bills"], &types[1..]));
    insta::assert_snapshot!("no_media_type", found);
}

#[test]
fn reports_every_reference_without_a_target() {
    let text = changed(
        "$ref: '#/components/schemas/Name'",
        "$ref: '#/components/schemas/Nam'",
    )
    .replace("AZURE: Azure", "AZURE: Azur, GCP: gcp.yaml#/Gcp")
    .replace(
        "done: { $ref: '#/components/callbacks/Done' }",
        "done: { $ref: 'other.yaml#/components/callbacks/Done' }",
    )
    .replace("[{ ServiceAccount: [read] }]", "[{ Account: [read] }]")
    .replace(
        "'#/components/headers/Limit'",
        "'#/paths/~1api~1v2~1bills/get/responses/200'",
    )
    .replace(
        "schema: { $ref: '#/components/schemas/Id' }",
        "schema: { $ref: '#/x-tagGroups/0' }",
    );
    let found = diagnostics(&text, &selection(&[SERVICES], &[]));
    insta::assert_snapshot!("references", found);
}

#[test]
fn ignores_mistakes_outside_of_the_selected_part() {
    let text = changed(
        "NotReached: { $ref: '#/components/schemas/NotReachedEither' }",
        "NotReached: { $ref: 'elsewhere.yaml' }",
    );
    assert!(extract(&text, "upstream.yaml", &selection(&[SERVICES], &[])).is_ok());
    assert!(extract(&text, "upstream.yaml", &selection(&["/"], &[])).is_err());
}
