//! One change at a time to small files of Rust, and how it is judged for those who compile against them.

use atlas_private_endpoint_codegen::diff::{Report, Verdict, compare_rust};

const NONE: Option<Verdict> = None;
const TOLD: Option<Verdict> = Some(Verdict::Documentation);
const GOOD: Option<Verdict> = Some(Verdict::Compatible);
const BREAKS: Option<Verdict> = Some(Verdict::Breaking);

/// Before, after, and what that is.
type Row = (&'static str, &'static str, Option<Verdict>);

const ROWS: &[Row] = &[
    // What nobody else sees.
    ("fn f() {}", "fn g() {}", NONE),
    (
        "pub(crate) const A: u8 = 1;",
        "pub(crate) const A: u8 = 2;",
        NONE,
    ),
    (
        "impl Client { pub fn f(&self) { a() } }",
        "impl Client { pub fn f(&self) { b() } }",
        NONE,
    ),
    (
        "pub struct S { pub a: u8, b: u8 }",
        "pub struct S { pub a: u8, c: u8 }",
        GOOD,
    ),
    (
        "pub struct S { pub a: ::std::vec::Vec<u8> }",
        "pub struct S { pub a: ::std::vec::Vec<u8,> }",
        NONE,
    ),
    (
        "impl S { pub fn f() {} } pub struct S;",
        "pub struct S; impl S { pub fn f() {} }",
        NONE,
    ),
    // Types.
    ("", "pub struct S;", GOOD),
    ("pub struct S;", "", BREAKS),
    ("pub struct S { pub a: u8 }", "pub enum S { A }", BREAKS),
    (
        "pub struct S { pub a: u8 }",
        "/// It.\npub struct S { pub a: u8 }",
        TOLD,
    ),
    (
        "pub struct S { pub a: u8 }",
        "pub struct S { pub a: u8, pub b: u8 }",
        BREAKS,
    ),
    (
        "pub struct S { pub a: u8, c: u8 }",
        "pub struct S { pub a: u8, c: u8, pub b: u8 }",
        GOOD,
    ),
    (
        "#[non_exhaustive] pub struct S { pub a: u8 }",
        "#[non_exhaustive] pub struct S { pub a: u8, pub b: u8 }",
        GOOD,
    ),
    (
        "pub struct S { pub a: u8 }",
        "#[non_exhaustive] pub struct S { pub a: u8 }",
        BREAKS,
    ),
    (
        "#[non_exhaustive] pub struct S { pub a: u8 }",
        "pub struct S { pub a: u8 }",
        GOOD,
    ),
    (
        "pub struct S { pub a: u8 }",
        "pub struct S { a: u8 }",
        BREAKS,
    ),
    ("pub struct S(pub u8);", "pub struct S(pub u16);", BREAKS),
    ("pub struct S(pub u8);", "pub struct S(u8);", BREAKS),
    ("pub type T = u8;", "pub type T = u16;", BREAKS),
    (
        "pub struct S { pub a: u8, pub b: u8 }",
        "pub struct S { pub b: u8, pub a: u8 }",
        TOLD,
    ),
    // Enums.
    ("pub enum E { A }", "pub enum E { A, B }", BREAKS),
    (
        "#[non_exhaustive] pub enum E { A }",
        "#[non_exhaustive] pub enum E { A, B }",
        GOOD,
    ),
    (
        "#[non_exhaustive] pub enum E { A, B }",
        "#[non_exhaustive] pub enum E { A }",
        BREAKS,
    ),
    ("pub enum E { A(u8) }", "pub enum E { A(u16) }", BREAKS),
    ("pub enum E { A, B }", "pub enum E { B, A }", NONE),
    (
        "#[derive(PartialOrd)] pub enum E { A, B }",
        "#[derive(PartialOrd)] pub enum E { B, A }",
        GOOD,
    ),
    // Traits.
    (
        "#[derive(Clone, Copy)] pub struct S;",
        "#[derive(Clone)] pub struct S;",
        BREAKS,
    ),
    (
        "#[derive(Clone)] pub struct S;",
        "#[derive(Clone, Copy)] pub struct S;",
        GOOD,
    ),
    (
        "pub struct S; impl From<u8> for S {}",
        "pub struct S;",
        BREAKS,
    ),
    (
        "#[derive(Default)] pub struct S;",
        "pub struct S; impl Default for S {}",
        NONE,
    ),
    (
        "pub struct S; impl FromStr for S { type Err = A; }",
        "pub struct S; impl FromStr for S { type Err = B; }",
        BREAKS,
    ),
    // JSON.
    (
        "pub struct S { #[serde(rename = \"a\")] pub a: u8 }",
        "pub struct S { #[serde(rename = \"A\")] pub a: u8 }",
        BREAKS,
    ),
    (
        "pub struct S { #[serde(default)] pub a: u8 }",
        "pub struct S { pub a: u8 }",
        BREAKS,
    ),
    (
        "pub struct S { pub a: u8 }",
        "pub struct S { #[serde(default)] pub a: u8 }",
        GOOD,
    ),
    (
        "#[serde(deny_unknown_fields)] pub struct S { pub a: u8 }",
        "pub struct S { pub a: u8 }",
        GOOD,
    ),
    (
        "pub struct S { pub a: u8 }",
        "#[serde(deny_unknown_fields)] pub struct S { pub a: u8 }",
        BREAKS,
    ),
    // Methods.
    ("impl Client {}", "impl Client { pub fn f(&self) {} }", GOOD),
    (
        "impl Client { pub fn f(&self) {} }",
        "impl Client {}",
        BREAKS,
    ),
    (
        "impl Client { pub fn f(&self, a: u8) {} }",
        "impl Client { pub fn f(&self, b: u8) {} }",
        TOLD,
    ),
    (
        "impl Client { pub fn f(&self, a: u8, b: u8) {} }",
        "impl Client { pub fn f(&self, b: u8, a: u8) {} }",
        BREAKS,
    ),
    (
        "impl Client { pub fn f(&self, a: u8) {} }",
        "impl Client { pub fn f(&self, a: u8, b: u8) {} }",
        BREAKS,
    ),
    (
        "impl Client { pub fn f(&self) -> u8 {} }",
        "impl Client { pub fn f(&self) -> u16 {} }",
        BREAKS,
    ),
    (
        "impl Client { pub fn f(&self) {} }",
        "impl Client { pub async fn f(&self) {} }",
        BREAKS,
    ),
    (
        "impl Client { pub fn f(&self) {} }",
        "impl Client { pub fn f(&mut self) {} }",
        BREAKS,
    ),
    // Constants.
    (
        "pub mod operations { pub static A: u8 = 1; }",
        "pub mod operations { pub static A: u8 = 2; }",
        GOOD,
    ),
    (
        "pub mod operations { pub static A: u8 = 1; }",
        "pub mod operations { pub static A: u16 = 1; }",
        BREAKS,
    ),
    (
        "pub mod operations { pub static A: u8 = 1; }",
        "pub mod operations {}",
        BREAKS,
    ),
    (
        "pub static A: O = O { summary: \"a\" };",
        "pub static A: O = O { summary: \"b\" };",
        TOLD,
    ),
];

fn compared(old: &str, new: &str) -> Report {
    compare_rust(old, new).unwrap_or_else(|diagnostic| panic!("{old}\n{new}\n{diagnostic}"))
}

#[test]
fn every_change_has_its_verdict() {
    for (old, new, expected) in ROWS {
        let report = compared(old, new);
        let say = || format!("{old}\n{new}\n{report:#?}");
        assert_eq!(report.verdict(), *expected, "{}", say());
        let back = compared(new, old);
        assert_eq!(back.verdict().is_some(), expected.is_some(), "{}", say());
    }
}

#[test]
fn a_file_is_the_same_as_itself() {
    for (old, new, _) in ROWS {
        for code in [old, new] {
            assert_eq!(compared(code, code).changes, [], "{code}");
        }
    }
}

#[test]
fn a_method_is_told_with_the_description_of_its_operation() {
    let file = |items: &str, methods: &str| {
        format!("pub mod operations {{ {items} }} impl Client {{ {methods} }}")
    };
    let old = file("", "");
    let new = file("pub static GET_IT: u8 = 1;", "pub fn get_it(&self) {}");
    let what = |report: Report| -> Vec<String> {
        report
            .changes
            .into_iter()
            .map(|change| change.what)
            .collect()
    };
    assert_eq!(
        what(compared(&old, &new)),
        ["the method `Client::get_it`, with `operations::GET_IT`, was added"]
    );
    assert_eq!(
        what(compared(&new, &old)),
        ["the method `Client::get_it`, with `operations::GET_IT`, was removed"]
    );
}
