//! Each pass before and after, on progenitor's code for a description of its own; see `golden/README.md`.

use syn::{File, Item, ItemMod};

use super::methods::{self, Methods};
use super::{TYPE_PASSES, assemble, docs, file_of, operations, printed, residue, types_module};
use crate::document::Document;
use crate::golden::{Golden, expect_none};
use crate::prepare::{self, Prepared};
use crate::skeleton;

/// A description on its way to the passes.
struct Case {
    golden: Golden,
    prepared: Prepared,
    skeleton: File,
}

impl Case {
    fn open(pass: &str) -> Self {
        let golden = Golden::open(&format!("passes/{pass}"));
        let prepared = prepare::prepare(&golden.source).unwrap_or_else(|it| panic!("{it:#?}"));
        let skeleton = skeleton::generate(&golden.source, &prepared);
        Self {
            golden,
            prepared,
            skeleton: skeleton.unwrap_or_else(|diagnostics| panic!("{pass}: {diagnostics:#?}")),
        }
    }

    fn document(&self) -> Document<'_> {
        Document(&self.prepared.document)
    }

    fn methods(&self) -> Methods {
        methods::rewrite(&self.skeleton, self.document()).unwrap()
    }

    /// The module of types before the pass of that name; after all of them when none has it.
    fn types_before(&self, pass: &str) -> ItemMod {
        let methods = self.methods();
        let mut types = types_module::extract(self.skeleton.clone()).unwrap();
        for (_, pass) in TYPE_PASSES.iter().take_while(|(name, _)| *name != pass) {
            pass(&mut types, &methods, self.document()).unwrap();
        }
        types
    }

    fn assembled(&self) -> File {
        assemble(self.methods(), self.types_before(""), self.document()).unwrap()
    }

    fn compare(mut self, input: &str, output: &str) -> Vec<String> {
        self.golden.compare("input.rs", input);
        self.golden.compare("output.rs", output);
        self.golden.failures()
    }
}

/// The passes that look only.
const CHECKS: &[&str] = &["closed_enums"];

#[test]
fn every_pass_over_the_types_gives_its_golden_output() {
    let mut failures = Vec::new();
    for (name, pass) in TYPE_PASSES {
        let case = Case::open(name);
        let mut types = case.types_before(name);
        let input = printed(&types);
        pass(&mut types, &case.methods(), case.document()).unwrap();
        let output = printed(&types);
        assert_eq!(input == output, CHECKS.contains(name), "{name}");
        failures.extend(case.compare(&input, &output));
    }
    expect_none(&failures);
}

#[test]
fn the_types_are_extracted_as_in_the_golden_output() {
    let case = Case::open("types_module");
    let input = prettyplease::unparse(&case.skeleton);
    let types = types_module::extract(case.skeleton.clone()).unwrap();
    expect_none(&case.compare(&input, &printed(&types)));
}

#[test]
fn methods_are_rewritten_as_in_the_golden_output() {
    let case = Case::open("methods");
    let input = prettyplease::unparse(&case.skeleton);
    let block = Item::Impl(case.methods().block);
    let output = prettyplease::unparse(&file_of(vec![block]));
    expect_none(&case.compare(&input, &output));
}

#[test]
fn the_table_of_operations_is_the_golden_one() {
    let mut case = Case::open("operations");
    let table = operations::table(case.document()).unwrap();
    let output = prettyplease::unparse(&file_of(vec![table]));
    case.golden.compare("output.rs", &output);
    expect_none(&case.golden.failures());
}

#[test]
fn documentation_is_wrapped_as_in_the_golden_output() {
    let case = Case::open("docs_wrap");
    let mut file = case.assembled();
    let input = prettyplease::unparse(&file);
    docs::wrap(&mut file);
    expect_none(&case.compare(&input, &prettyplease::unparse(&file)));
}

#[test]
fn nothing_is_left_in_the_golden_file() {
    let case = Case::open("residue");
    let mut file = case.assembled();
    docs::wrap(&mut file);
    let text = prettyplease::unparse(&file);
    residue::check(&file).unwrap();
    // What progenitor's own code would be told for.
    assert!(residue::check(&case.skeleton).is_err());
    let skeleton = prettyplease::unparse(&case.skeleton);
    expect_none(&case.compare(&skeleton, &text));
}
