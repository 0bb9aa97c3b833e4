//! A description of another API, with the shapes that this repository's own does not have.
//!
//! That its code compiles and does what it should is tested where a client is built with it, by xtask. Here
//! is what its users read.

use atlas_private_endpoint_codegen::generate;

const SHAPES: &str = include_str!("../../../xtask/tests/it/second/reminders-v2.yaml");

fn generated() -> String {
    generate(SHAPES, "reminders-v2.yaml").unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"))
}

#[track_caller]
fn contains(expected: &[&str]) {
    let code = compact(&generated());
    for part in expected {
        assert!(code.contains(&compact(part)), "{part}\nis not in\n{code}");
    }
}

/// Where prettyplease breaks lines does not matter here.
fn compact(code: &str) -> String {
    let code: String = code.split_whitespace().collect();
    code.replace(",)", ")").replace(",>", ">")
}

#[test]
fn a_method_takes_what_the_operation_takes() {
    contains(&[
        "group_id: &crate::ProjectId, done: Option<bool>, due_before: Option<&str>,
         label: Option<&[::std::string::String]>, min_weight: Option<f64>, page_num: Option<i32>,
         state: Option<&types::States>, text_like: &str, urgency: &[types::Urgency],
         x_request_id: Option<&str>)",
        "state: &types::State) -> Result<::std::vec::Vec<i64>, Error>",
        "number: &types::Number) -> Result<(), Error>",
    ]);
}

#[test]
fn a_method_says_when_it_returns_nothing() {
    contains(&[
        "/// Returns `None` where the response has no body.",
        "group_id: &crate::ProjectId) -> Result<Option<types::Reminder>, Error>",
    ]);
}

#[test]
fn parts_become_one_struct_in_the_order_of_the_description() {
    contains(&["pub struct Reminder {
        /// What to remember.
        pub text: Text,
        /// When it was made.
        #[serde(rename = \"createdAt\")] pub created_at: ::std::string::String,
        /// How far it is.
        pub state: State,"]);
}

#[test]
fn what_is_written_where_it_is_used_gets_a_name() {
    contains(&[
        "pub place: ::std::option::Option<ReminderPlace>",
        "pub kind: ::std::option::Option<ReminderPlaceKind>",
        "pub enum ReminderPlaceKind {
            /// `NODE`: A node.
            Node,
            /// `KEY`: A key.
            Key,
            /// A value that this version does not list.
            Unknown(crate::UnknownValue),",
        "Result<::std::vec::Vec<types::ChangeReminderResponseItem>, Error>",
        "body: &types::ChangeReminderBody",
    ]);
}

#[test]
fn what_may_be_null_is_described() {
    contains(&[
        "/// A note.
         pub note: ::std::option::Option<::std::string::String>",
        "/// What becomes of it.
         pub next: ::std::option::Option<Next>",
        "/// The state before.
         pub previous: ::std::option::Option<State>",
    ]);
}

#[test]
fn only_crates_of_the_client_are_named() {
    let code = generated();
    for foreign in [
        "chrono",
        "regress",
        "uuid",
        "NonZero",
        "progenitor",
        "<details>",
    ] {
        assert!(!code.contains(foreign), "{foreign}");
    }
}

#[test]
fn inline_schema_of_a_shared_component_is_one_type() {
    let text = include_str!("../ui/pass/inline-schema-of-a-component.yaml");
    let code = generate(text, "things.yaml").unwrap();
    assert_eq!(code.matches("Result<types::Thing, Error>").count(), 2);
}
