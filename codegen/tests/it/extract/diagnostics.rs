//! What is said of a document or a choice that nothing can be cut out of.

use std::fmt::Write;

use atlas_private_endpoint_codegen::{Selection, extract};

use super::{SERVICES, UPSTREAM, selection};

fn refused(text: &str, selection: &Selection) -> String {
    let diagnostics = extract(text, "upstream.yaml", selection).unwrap_err();
    let mut lines = String::new();
    for diagnostic in diagnostics {
        writeln!(lines, "{diagnostic}").unwrap();
    }
    lines
}

/// A part that occurs once, replaced.
fn changed(part: &str, replacement: &str) -> String {
    assert_eq!(UPSTREAM.matches(part).count(), 1, "{part}");
    UPSTREAM.replace(part, replacement)
}

#[test]
fn what_is_no_openapi_document_is_refused() {
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
    let said: Vec<String> = texts
        .iter()
        .map(|text| format!("{text:?}\n{}", refused(text, &selection(&["/a"], &[]))))
        .collect();
    insta::assert_snapshot!("no_document", said.join("\n"));
}

#[test]
fn a_prefix_that_chooses_nothing_is_told_with_what_may_be_meant() {
    let prefixes = [
        "/groups/{groupId}/services",
        "/api/v2/groups/{id}/service",
        "/api/v2/groups/{groupId}/services/",
        "api/v2/bills",
        "/nowhere/at/all",
    ];
    let said = refused(UPSTREAM, &selection(&prefixes, &[]));
    insta::assert_snapshot!("no_prefix", said);
}

#[test]
fn a_media_type_that_no_body_has_is_refused() {
    let types = ["application/vnd.things.2022-01-01+json", "text/csv"];
    let mut said = refused(UPSTREAM, &selection(&[SERVICES], &types));
    said += &refused(UPSTREAM, &selection(&["/api/v2/bills"], &types[1..]));
    insta::assert_snapshot!("no_media_type", said);
}

#[test]
fn every_reference_that_cannot_be_followed_is_told() {
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
    let said = refused(&text, &selection(&[SERVICES], &[]));
    insta::assert_snapshot!("references", said);
}

#[test]
fn what_is_wrong_elsewhere_does_not_matter() {
    let text = changed(
        "NotReached: { $ref: '#/components/schemas/NotReachedEither' }",
        "NotReached: { $ref: 'elsewhere.yaml' }",
    );
    assert!(extract(&text, "upstream.yaml", &selection(&[SERVICES], &[])).is_ok());
    assert!(extract(&text, "upstream.yaml", &selection(&["/"], &[])).is_err());
}
