//! The rules of a description: their names, and why each is one.

/// What a description is asked to be.
///
/// The name is short and stays the same from release to release, so that people can search for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// The name, in lower case with hyphens; it says what is wrong.
    pub name: &'static str,
    /// Why that is a problem, in one sentence.
    pub why: &'static str,
}

macro_rules! rules {
    ($($constant:ident $name:literal $why:literal)*) => {
        $(pub(crate) const $constant: Rule = Rule { name: $name, why: $why };)*

        /// Every rule, in the order in which a reader of a description meets them.
        pub const RULES: &[Rule] = &[$($constant),*];
    };
}

rules! {
    // The text.
    TAB "tab"
        "editors show tabs in different widths, or as spaces, and YAML does not let them indent"
    INVALID_YAML "invalid-yaml"
        "what cannot be read cannot be checked; there may be more problems after this one"
    NOT_ONE_DOCUMENT "not-one-document"
        "a description is one YAML document"
    TOO_DEEP "too-deep"
        "no API is nested like this, and following it would exhaust the stack"
    TOO_LARGE "too-large"
        "aliases can grow a small file until it fills the memory"
    DUPLICATE_KEY "duplicate-key"
        "only one of the two would count, and YAML readers disagree on which"
    KEY_NOT_TEXT "key-not-text"
        "keys become JSON keys, and those are texts"
    MERGE_KEY "merge-key"
        "YAML 1.2 has no merge key; readers take << for a key like any other"
    INVISIBLE_CHARACTER "invisible-character"
        "what is copied into code and documentation must be what its readers see"
    NOT_JSON "not-json"
        "OpenAPI allows in YAML only what JSON can express"

    // OpenAPI.
    OPENAPI_VERSION "openapi-version"
        "other versions mean other things by the same words"
    NOT_OPENAPI "not-openapi"
        "the generator cannot read what is not OpenAPI 3.0"
    MISSING_KEY "missing-key"
        "OpenAPI 3.0 requires it"
    UNKNOWN_KEY "unknown-key"
        "OpenAPI 3.0 gives it no meaning here, so it would be passed over in silence"
    IGNORED_KEY "ignored-key"
        "OpenAPI gives it a meaning, and the generator passes over it: the client would not do what is written"
    REPEATED_ITEM "repeated-item"
        "the same said twice is a typing error, or stands where something else was meant"
    WRONG_KIND "wrong-kind"
        "OpenAPI 3.0 wants another kind of value here"
    NO_SERVER "no-server"
        "the client takes its default base URL and path from the first server"
    UNDECLARED_TAG "undeclared-tag"
        "tags group the operations for readers; one that is not declared is a typing error or lacks its description"
    UNKNOWN_SECURITY_SCHEME "unknown-security-scheme"
        "nobody can tell how to sign a request by a scheme that is not described"

    // References.
    DANGLING_REFERENCE "dangling-reference"
        "what it should stand for is unknown"
    CIRCULAR_REFERENCE "circular-reference"
        "following it never ends"
    MISPLACED_REFERENCE "misplaced-reference"
        "the generator takes the kind of the target from where the reference stands"
    UNUSED_COMPONENT "unused-component"
        "it is maintained and generated for nobody, or its use has a typing error"

    // Paths and operations.
    PATH_REFERENCE "path-reference"
        "the generator does not see operations behind a reference"
    MALFORMED_PATH "malformed-path"
        "the client fills in whole segments, so that no value can become more or less than one"
    OPERATION_WITHOUT_ID "operation-without-id"
        "the client's method is named after it"
    OPERATION_WITHOUT_SUMMARY "operation-without-summary"
        "it is the first line of the method's documentation"
    OPERATION_WITHOUT_ROLES "operation-without-roles"
        "people choose the roles of an API key by it, before the server refuses them"
    OPERATION_WITHOUT_ERROR "operation-without-error"
        "what an operation refuses, and how, is part of its description"
    OPERATION_WITHOUT_SUCCESS "operation-without-success"
        "without one, the method would return a stream of bytes"
    OPERATION_WITHOUT_EXAMPLE "operation-without-example"
        "examples are documentation, and tests compare client and sandbox with them"
    ID_NOT_CAMEL_CASE "id-not-camel-case"
        "the names of methods and constants are derived from its words"
    ID_NOT_UNIQUE "id-not-unique"
        "two methods of the client would have one name"
    ID_NOT_RUST "id-not-rust"
        "the client's method is named after it"
    METHOD_NAME_TAKEN "method-name-taken"
        "the client has a method of this name, or Rust a word"
    INTERIM_STATUS "interim-status"
        "an answer of 1xx comes before the answer, and no method returns it"
    SUCCESSES_DIFFER "successes-differ"
        "the client's method returns one type"
    ERRORS_DIFFER "errors-differ"
        "the client reads every error as the same type"

    // Parameters.
    PATH_PARAMETER_UNDECLARED "path-parameter-undeclared"
        "the method would have no argument for this part of the path"
    PATH_PARAMETER_REPEATED "path-parameter-repeated"
        "one argument cannot fill two places that may differ"
    PATH_PARAMETER_UNUSED "path-parameter-unused"
        "the method would have an argument that goes nowhere"
    PATH_PARAMETER_INLINE "path-parameter-inline"
        "a path parameter that each operation declares for itself drifts apart"
    PATH_PARAMETER_OPTIONAL "path-parameter-optional"
        "a path cannot go without it"
    PATH_PARAMETER_WITHOUT_TYPE "path-parameter-without-type"
        "without a named schema, each operation gets a type of its own, and ids can be mixed up"
    PARAMETER_PLACE "parameter-place"
        "the client sends path, query and header parameters only"
    PARAMETER_STYLE "parameter-style"
        "the client knows one way to write a parameter in each place"
    PARAMETER_WITHOUT_SCHEMA "parameter-without-schema"
        "the type of the method's argument comes from it"
    PARAMETER_RESERVED "parameter-reserved"
        "the client sets this header itself"
    PARAMETER_NOT_PLAIN "parameter-not-plain"
        "there is no one way to write an object into a URL or header"
    PARAMETER_NULLABLE "parameter-nullable"
        "a path without a value would be another path, and elsewhere a parameter is left out instead"
    PARAMETER_NAME_TAKEN "parameter-name-taken"
        "the generated method uses this name itself, or Rust cannot express it"
    PARAMETER_NAME_REPEATED "parameter-name-repeated"
        "the method would have two arguments of one name, wherever they are sent"

    // Bodies.
    BODY_MEDIA_TYPE "body-media-type"
        "the client reads and writes JSON only"
    BODY_WITHOUT_SCHEMA "body-without-schema"
        "the Rust type of the body comes from it"
    BODY_ENCODING "body-encoding"
        "encodings are for forms; JSON has none"
    BODY_OPTIONAL "body-optional"
        "the client's method cannot leave the body out"
    BODY_EMPTY "body-empty"
        "a body that is not described cannot be written"

    // Schemas.
    SCHEMA_NAME "schema-name"
        "the Rust type has the schema's name, and is found by it"
    SCHEMA_NAME_TAKEN "schema-name-taken"
        "two Rust types would have one name"
    SCHEMA_WITHOUT_DESCRIPTION "schema-without-description"
        "it becomes the documentation of the Rust type"
    PROPERTY_WITHOUT_DESCRIPTION "property-without-description"
        "it becomes the documentation of the Rust field"
    PROPERTY_NAME "property-name"
        "the Rust field is named after it, and two fields of a struct cannot share a name"
    REQUIRED_UNKNOWN "required-unknown"
        "no value could have it, or its name has a typing error"
    SCHEMA_CONTAINS_ITSELF "schema-contains-itself"
        "no finite value or type has itself as a part"
    PARTS_CONTRADICT "parts-contradict"
        "all parts describe one value, and one Rust type has to fit them"
    SCHEMA_ALIAS "schema-alias"
        "the client would have a second type around the first, for the same values"
    SCHEMA_WITHOUT_TYPE "schema-without-type"
        "what is said of a value says nothing when the value may be of any type"
    KEY_OF_ANOTHER_TYPE "key-of-another-type"
        "the key says nothing of values of this type, so one of the two is wrong"
    SCHEMA_KIND "schema-kind"
        "the generator has no Rust type for it that people would want to use"
    INVALID_PATTERN "invalid-pattern"
        "no value can be checked against a pattern that is no regular expression"
    ANSWER_DEFAULT "answer-default"
        "null and absence are read as the Rust type's own default, so no other can be promised"
    EXAMPLE_MISMATCH "example-mismatch"
        "readers and tests trust examples; one of the two is wrong"
    EXAMPLE_UNCHECKED "example-unchecked"
        "an example that cannot be compared with its schema may be wrong"

    // Enums.
    ENUM_NOT_MARKED "enum-not-marked"
        "a program that meets a value of the future must either keep it or fail, and that changes the Rust type"
    ENUM_MISSING "enum-missing"
        "the extension speaks of the values of an enum"
    ENUM_VALUE "enum-value"
        "each value becomes a Rust variant that is named after it"
    ENUM_VALUE_UNDESCRIBED "enum-value-undescribed"
        "it becomes the documentation of the Rust variant"
    ENUM_DESCRIPTION_UNUSED "enum-description-unused"
        "it describes a value that there is not"

    OPEN_ENUM_DEFAULT "open-enum-default"
        "which value is assumed is for the field to say; the type is used by other fields, too"

    // Extensions.
    UNKNOWN_EXTENSION "unknown-extension"
        "an extension that nothing reads is passed over in silence"
    MISPLACED_EXTENSION "misplaced-extension"
        "nothing reads it here, so it is passed over in silence"
    EXTENSION_VALUE "extension-value"
        "the generator does not understand it"
    UNKNOWN_RUST_TYPE "unknown-rust-type"
        "the generated code would name a type that there is not, and not compile"
    UNKNOWN_ERROR_CODE "unknown-error-code"
        "programs compare error codes with the values of one enum"

    // Several descriptions.
    OTHER_SERVER "other-server"
        "one client speaks to one server, and gives its credentials to nobody else"
    METHOD_OF_TWO "method-of-two"
        "the operations of all descriptions are methods of one client"

    // Cutting a fragment out of a document.
    NOT_UPSTREAM "not-upstream"
        "fragments are cut out of OpenAPI 3 documents"
    NOTHING_CHOSEN "nothing-chosen"
        "a fragment without operations is of use to nobody"
    CANNOT_CUT "cannot-cut"
        "the fragment would say something else than the document does"

    // What is left for the generator to refuse.
    CANNOT_GENERATE "cannot-generate"
        "progenitor, on which the generator is built, has a limit here that no rule foresaw"
    UNEXPECTED_CODE "unexpected-code"
        "progenitor emits other code for this than the generator knows how to rewrite"
}

/// Rules that are for the readers of a description alone: the code is the same without them.
pub(crate) const FOR_READERS: &[Rule] = &[
    OPERATION_WITHOUT_ROLES,
    OPERATION_WITHOUT_EXAMPLE,
    PATH_PARAMETER_INLINE,
    UNUSED_COMPONENT,
    UNDECLARED_TAG,
    EXAMPLE_MISMATCH,
    EXAMPLE_UNCHECKED,
    IGNORED_KEY,
    REPEATED_ITEM,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_words() {
        let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
        for name in names {
            let words = name.split('-').all(|word| {
                !word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase())
            });
            assert!(words, "{name}");
        }
    }

    #[test]
    fn reasons_are_one_sentence() {
        for rule in RULES {
            assert!(
                !rule.why.contains(". ") && !rule.why.ends_with('.'),
                "{rule:?}"
            );
        }
    }
}
