//! Whether `generate` and `verify` agree on what is fresh.

use std::fs;

use super::copy::Copy;

const SPEC: &str = "spec/private-endpoint-v1.0.yaml";
const GENERATED: &str = "client/src/generated/private_endpoint_v1_0.rs";

/// `verify`'s exit code for a stale file.
const STALE: i32 = 4;

/// Changes one bit of the byte in the middle of a word that occurs in the file.
fn flip(copy: &Copy, name: &str, word: &str) {
    let mut bytes = fs::read(copy.path(name)).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let place = text.find(word).unwrap() + word.len() / 2;
    bytes[place] ^= 1;
    fs::write(copy.path(name), bytes).unwrap();
}

#[test]
fn what_is_checked_in_is_fresh_from_every_folder() {
    let copy = Copy::new();
    for folder in ["", "spec", "client/src"] {
        let ran = copy.xtask_in(folder, &["verify"]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}

#[test]
fn one_flipped_byte_of_the_generated_file_is_seen() {
    let copy = Copy::new();
    let good = copy.read(GENERATED);
    flip(&copy, GENERATED, "Every operation of the API");
    let ran = copy.xtask(&["verify"]);
    assert_eq!(ran.code, STALE, "{ran:?}");
    assert_eq!(copy.xtask(&["generate"]).code, 0);
    assert_eq!(copy.read(GENERATED), good);
    assert_eq!(copy.xtask(&["verify"]).code, 0);
}

#[test]
fn a_generated_file_that_is_no_text_is_stale_and_can_be_mended() {
    let copy = Copy::new();
    let good = copy.read(GENERATED);
    let mut bytes = good.clone().into_bytes();
    bytes[200] = 0xff;
    fs::write(copy.path(GENERATED), bytes).unwrap();
    let ran = copy.xtask(&["verify"]);
    assert_eq!(ran.code, STALE, "{ran:?}");
    let ran = copy.xtask(&["generate"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(copy.read(GENERATED), good);
}

#[test]
fn one_flipped_byte_of_the_description_is_seen() {
    // Even in a comment: the header of the generated file has the hash of all of it.
    for word in [
        "written and kept by hand",
        "description: Atlas for Government",
    ] {
        let copy = Copy::new();
        flip(&copy, SPEC, word);
        let ran = copy.xtask(&["verify"]);
        assert_eq!(ran.code, STALE, "{word}: {ran:?}");
    }
}

#[test]
fn one_file_that_cannot_be_written_leaves_the_others_as_they_were() {
    let copy = Copy::new();
    copy.replace(SPEC, "name once the status is", "name when the status is");
    let before = copy.read(GENERATED);
    let list = copy.path("client/src/generated.rs");
    fs::remove_file(&list).unwrap();
    fs::create_dir(&list).unwrap();
    let ran = copy.xtask(&["generate"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("client/src/generated.rs"), "{ran:?}");
    assert_eq!(copy.read(GENERATED), before);
}

#[test]
#[cfg(unix)]
fn a_link_stays_one() {
    let copy = Copy::new();
    copy.replace(SPEC, "name once the status is", "name when the status is");
    let elsewhere = copy.path("elsewhere.rs");
    fs::rename(copy.path(GENERATED), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, copy.path(GENERATED)).unwrap();
    assert_eq!(copy.xtask(&["generate"]).code, 0);
    assert!(copy.path(GENERATED).is_symlink());
    assert_eq!(copy.xtask(&["verify"]).code, 0);
}

#[test]
fn nothing_to_do_touches_nothing() {
    let copy = Copy::new();
    let before = fs::metadata(copy.path(GENERATED))
        .unwrap()
        .modified()
        .unwrap();
    let ran = copy.xtask(&["generate"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let after = fs::metadata(copy.path(GENERATED))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(before, after);
}

#[test]
fn a_change_of_the_description_is_stale_until_it_is_generated() {
    let copy = Copy::new();
    copy.replace(SPEC, "name once the status is", "name when the status is");
    let ran = copy.xtask(&["verify"]);
    assert_eq!(ran.code, STALE, "{ran:?}");
    assert!(ran.stdout.contains("cargo xtask generate"), "{ran:?}");
    let ran = copy.xtask_in("client/src", &["generate"]);
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{ran:?}");
    let generated = copy.read(GENERATED);
    assert!(generated.contains("name when the status is"));
    assert_eq!(copy.xtask(&["verify"]).code, 0);
}
