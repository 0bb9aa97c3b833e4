//! The fragment of this repository.

use atlas_private_endpoint_codegen::generate;

const FRAGMENT: &str = include_str!("../../../spec/private-endpoint-v1.0.yaml");
const NAME: &str = "spec/private-endpoint-v1.0.yaml";

fn generated(text: &str) -> String {
    generate(text, NAME).unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"))
}

#[test]
fn equal_texts_generate_equal_code() {
    let first = generated(FRAGMENT);
    assert_eq!(first, generated(FRAGMENT));
    assert_eq!(first, generated(&FRAGMENT.replace('\n', "\r\n")));
}

#[test]
fn the_header_names_source_hash_and_command() {
    let code = generated(FRAGMENT);
    let header: Vec<&str> = code.lines().take(3).collect();
    assert!(header[0].contains(NAME), "{header:?}");
    let hash = header[1].trim_start_matches("// ").trim_end_matches(',');
    assert_eq!(hash.len(), 64);
    assert!(header[2].contains("cargo xtask generate"), "{header:?}");
    let changed = generated(&FRAGMENT.replace("N. Virginia.", "Northern Virginia."));
    assert!(
        !changed.contains(hash),
        "the hash did not change with the text"
    );
    assert!(changed.contains("Northern Virginia."));
}

#[test]
fn parameters_omitted_from_the_client_are_not_generated() {
    let code = generated(FRAGMENT);
    for absent in [
        "pretty",
        "envelope:",
        "api-version",
        "progenitor",
        "EmptyObject",
    ] {
        assert!(!code.contains(absent), "{absent}");
    }
}

#[test]
fn added_status_adds_a_variant() {
    // At the beginning, since a real value would be added at the end.
    let text = FRAGMENT
        .replace("enum: [INITIATING, ", "enum: [INITIATING, NAPPING, ")
        .replace(
            "        INITIATING: Atlas is",
            "        NAPPING: It rests.\n        INITIATING: Atlas is",
        );
    let code = generated(&text);
    assert!(code.contains("/// `NAPPING`: It rests."));
    assert!(code.contains("Napping(\"NAPPING\")"));
}
