//! A description of another API, with the shapes that this repository's own does not have.

use atlas_private_endpoint_codegen::generate;

const SHAPES: &str = include_str!("shapes.yaml");

#[track_caller]
fn contains(expected: &[&str]) {
    let code = generate(SHAPES, "shapes.yaml").unwrap_or_else(|problems| panic!("{problems:#?}"));
    let code = compact(&code);
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
fn query_and_header_parameters_are_arguments() {
    contains(&[
        "name_like: &str, page_num: Option<i32>, state: Option<types::State>,
         tag: Option<&::std::vec::Vec<::std::string::String>>,
         x_request_id: Option<&str>, x_tenant: &str)",
        ".header(\"X-Request-Id\", x_request_id)",
        ".header(\"X-Tenant\", Some(x_tenant))",
        ".query(\"nameLike\", Some(name_like))",
        ".query(\"tag\", tag.into_iter().flat_map(|it| it.iter()))",
    ]);
}

#[test]
fn path_values_of_any_type_are_passed_by_reference() {
    contains(&[
        "state: types::State, number: &types::Number",
        ".path(\"state\", &state).path(\"number\", number)",
        "name: &types::Name",
        ".path(\"name\", name)",
    ]);
}

#[test]
fn several_statuses_have_one_type_and_no_content_is_nothing() {
    contains(&[
        "body: &types::NewThing) -> Result<types::Thing, Error>",
        "name: &types::Name) -> Result<(), Error>",
    ]);
}

#[test]
fn parts_become_one_struct_in_the_order_of_the_description() {
    contains(&["pub struct Thing {
        /// A name.
        pub name: Name,
        /// When.
        #[serde(rename = \"createdAt\")] pub created_at: ::std::string::String,
        /// How it is.
        pub state: State,"]);
}

#[test]
fn what_is_written_where_it_is_used_gets_a_name() {
    contains(&[
        "pub place: ::std::option::Option<ThingPlace>",
        "pub kind: ::std::option::Option<ThingPlaceKind>",
        "pub enum ThingPlaceKind {
            /// `A`: a.
            A,
            /// `B`: b.
            B,
            /// A value that this version does not know.
            Unknown(crate::UnknownValue),",
        "Result<::std::vec::Vec<types::PatchThingResponseItem>, Error>",
        "body: &types::PatchThingBody",
    ]);
}

#[test]
fn values_may_be_null_absent_or_maps() {
    contains(&[
        "pub weight: ::std::option::Option<f64>",
        "/// Note.
         pub note: ::std::option::Option<::std::string::String>",
        "/// How it will be.
         pub next: ::std::option::Option<Next>",
        "/// The state before.
         pub previous: ::std::option::Option<State>",
        "#[serde(default, deserialize_with = \"crate::null::or_default\")]
         pub labels: ::std::collections::BTreeMap<::std::string::String, ::std::string::String>",
    ]);
}

#[test]
fn requests_keep_their_defaults() {
    contains(&[
        "#[serde(default = \"defaults::default_bool::<true>\")] pub dry: bool",
        "pub mod defaults",
    ]);
}

#[test]
fn only_crates_of_the_client_are_named() {
    let code = generate(SHAPES, "shapes.yaml").unwrap_or_else(|problems| panic!("{problems:#?}"));
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
