//! The description of this repository.

use atlas_private_endpoint_codegen::generate;

const DESCRIPTION: &str = include_str!("../../../spec/private-endpoint-v1.0.yaml");
const NAME: &str = "spec/private-endpoint-v1.0.yaml";

fn generated(text: &str) -> String {
    generate(text, NAME).unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"))
}

#[test]
fn the_same_text_gives_the_same_bytes() {
    let first = generated(DESCRIPTION);
    assert_eq!(first, generated(DESCRIPTION));
    assert_eq!(first, generated(&DESCRIPTION.replace('\n', "\r\n")));
}

#[test]
fn the_header_names_source_hash_and_command() {
    let code = generated(DESCRIPTION);
    let header: Vec<&str> = code.lines().take(3).collect();
    assert!(header[0].contains(NAME), "{header:?}");
    let hash = header[1].trim_start_matches("// ").trim_end_matches(',');
    assert_eq!(hash.len(), 64);
    assert!(header[2].contains("cargo xtask generate"), "{header:?}");
    let changed = generated(&DESCRIPTION.replace("N. Virginia.", "Northern Virginia."));
    assert!(
        !changed.contains(hash),
        "the hash did not change with the text"
    );
    assert!(changed.contains("Northern Virginia."));
}

#[test]
fn what_the_typed_client_leaves_out_is_nowhere() {
    let code = generated(DESCRIPTION);
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
fn one_more_status_is_one_more_variant() {
    // Beside what is there at the beginning, since a real one would be added at the end.
    let text = DESCRIPTION
        .replace("enum: [INITIATING, ", "enum: [INITIATING, NAPPING, ")
        .replace(
            "        INITIATING: Atlas is",
            "        NAPPING: It rests.\n        INITIATING: Atlas is",
        );
    let code = generated(&text);
    assert!(code.contains("/// `NAPPING`: It rests."));
    assert!(code.contains("Napping(\"NAPPING\")"));
}
