//! The rules that a fragment must follow: the name of each and the reason for it.

/// A requirement on a fragment.
///
/// Its name is stable across releases, so that users can search for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// The name of the violation, in lower case with hyphens.
    pub name: &'static str,
    /// The reason for the rule, in one sentence.
    pub why: &'static str,
}

macro_rules! rules {
    ($($constant:ident $name:literal $why:literal)*) => {
        $(pub(crate) const $constant: Rule = Rule { name: $name, why: $why };)*

        /// Every rule, in the order in which a fragment is processed.
        pub const RULES: &[Rule] = &[$($constant),*];
    };
}

rules! {
    // The YAML text.
    TAB "tab"
        "editors show tabs in different widths, and YAML does not allow them as indentation"
    INVALID_YAML "invalid-yaml"
        "the rest of the file cannot be checked until this is fixed"
    NOT_ONE_DOCUMENT "not-one-document"
        "a fragment is exactly one YAML document"
    TOO_DEEP "too-deep"
        "deeply nested input exhausts the stack"
    TOO_LARGE "too-large"
        "aliases of aliases can expand a small file until it fills the memory"
    DUPLICATE_KEY "duplicate-key"
        "YAML readers disagree on which of the two values counts"
    KEY_NOT_STRING "key-not-string"
        "JSON allows only strings as keys"
    MERGE_KEY "merge-key"
        "YAML 1.2 has no merge keys; readers treat << as an ordinary key"
    NOT_JSON "not-json"
        "OpenAPI allows only the values that JSON can express"
    INVISIBLE_CHARACTER "invisible-character"
        "the text is copied into code and documentation, where every character must be visible"

    // The structure of OpenAPI.
    OPENAPI_VERSION "openapi-version"
        "other versions of OpenAPI give the same keys other meanings"
    WRONG_TYPE "wrong-type"
        "OpenAPI 3.0 requires another type of value here"
    MISSING_KEY "missing-key"
        "OpenAPI 3.0 requires this key"
    UNKNOWN_KEY "unknown-key"
        "OpenAPI 3.0 does not define this key here, so readers ignore it"
    DUPLICATE_ITEM "duplicate-item"
        "a repeated item is a typing error or hides a missing one"
    INVALID_COMPONENT_NAME "invalid-component-name"
        "other characters would have to be escaped in references"
    DANGLING_REFERENCE "dangling-reference"
        "the referenced part does not exist in this file"
    MISPLACED_REFERENCE "misplaced-reference"
        "a reference must lead to a component of the kind that is expected in its place"
    CIRCULAR_REFERENCE "circular-reference"
        "resolving it never ends"

    // The API as a whole.
    NO_SERVER "no-server"
        "the client takes its default base URL from the first server"
    INVALID_SERVER_URL "invalid-server-url"
        "the client sends requests and credentials to this URL"
    UNDECLARED_TAG "undeclared-tag"
        "an undeclared tag is a typing error or lacks its description"
    UNKNOWN_SECURITY_SCHEME "unknown-security-scheme"
        "a request cannot be authenticated with a scheme that is not defined"
    UNSUPPORTED_SECURITY "unsupported-security"
        "the client authenticates every request, with HTTP digest or with a bearer token"
    UNUSED_COMPONENT "unused-component"
        "either the component is not needed, or a reference to it is misspelt"

    // Paths and operations.
    PATH_REFERENCE "path-reference"
        "the generator does not follow references to path items"
    MALFORMED_PATH "malformed-path"
        "the client fills whole path segments, so that a value cannot change the rest of the path"
    DUPLICATE_PATH "duplicate-path"
        "paths that differ only in the names of their parameters match the same requests"
    IGNORED_KEY "ignored-key"
        "the generator ignores this key, so the client would not follow the fragment"
    OPERATION_WITHOUT_ID "operation-without-id"
        "the client's method is named after it"
    ID_NOT_CAMEL_CASE "id-not-camel-case"
        "the names of methods and constants are derived from the words of the id"
    ID_NOT_UNIQUE "id-not-unique"
        "two methods of the client would have the same name"
    OPERATION_WITHOUT_SUMMARY "operation-without-summary"
        "it becomes the first line of the method's documentation"
    OPERATION_WITHOUT_ROLES "operation-without-roles"
        "users choose the roles of an API key from this list"
    OPERATION_WITHOUT_ERROR "operation-without-error"
        "the ways in which an operation fails are part of its description"
    OPERATION_WITHOUT_EXAMPLE "operation-without-example"
        "examples are documentation, and tests compare the client and the sandbox with them"

    // Parameters.
    PATH_PARAMETER_UNDECLARED "path-parameter-undeclared"
        "the method would have no argument for this part of the path"
    PATH_PARAMETER_REPEATED "path-parameter-repeated"
        "one argument cannot fill two segments of a path"
    PATH_PARAMETER_UNUSED "path-parameter-unused"
        "the method would have an argument without effect"
    PATH_PARAMETER_INLINE "path-parameter-inline"
        "path parameters that each operation declares for itself drift apart"
    PATH_PARAMETER_OPTIONAL "path-parameter-optional"
        "a path is incomplete without the value"
    PATH_PARAMETER_WITHOUT_TYPE "path-parameter-without-type"
        "a named schema gives all operations the same type, so that ids cannot be mixed up"

    // Schemas.
    SCHEMA_WITHOUT_DESCRIPTION "schema-without-description"
        "it becomes the documentation of the Rust type"
    PROPERTY_WITHOUT_DESCRIPTION "property-without-description"
        "it becomes the documentation of the Rust field"
    SCHEMA_WITHOUT_TYPE "schema-without-type"
        "constraints have no effect on a value of any type"
    KEY_OF_ANOTHER_TYPE "key-of-another-type"
        "the key has no effect on values of this type"
    UNKNOWN_FORMAT "unknown-format"
        "the format of a number selects its Rust type"
    EMPTY_RANGE "empty-range"
        "no value satisfies both limits"
    REQUIRED_UNKNOWN "required-unknown"
        "no value can have a property that is not described"
    INVALID_PATTERN "invalid-pattern"
        "values cannot be checked against an invalid regular expression"
    INVALID_CONSTRAINT "invalid-constraint"
        "examples cannot be checked against an invalid schema"
    EXAMPLE_MISMATCH "example-mismatch"
        "readers and tests rely on examples"

    // Enums.
    ENUM_NOT_MARKED "enum-not-marked"
        "an open enum keeps unknown values and a closed one rejects them, which gives different Rust types"
    ENUM_MISSING "enum-missing"
        "the extension describes the values of an enum"
    ENUM_VALUE_UNDESCRIBED "enum-value-undescribed"
        "it becomes the documentation of the Rust variant"
    ENUM_DESCRIPTION_UNUSED "enum-description-unused"
        "it describes a value that the enum does not have"
    OPEN_ENUM_DEFAULT "open-enum-default"
        "a default belongs to the property, since other properties use the same enum"

    // Extensions.
    UNKNOWN_EXTENSION "unknown-extension"
        "nothing reads this extension"
    MISPLACED_EXTENSION "misplaced-extension"
        "nothing reads the extension in this place"
    EXTENSION_VALUE "extension-value"
        "the generator does not support this value"
    UNKNOWN_ERROR_CODE "unknown-error-code"
        "programs compare error codes with the values of one enum"
    UNFIT_RUST_TYPE "unfit-rust-type"
        "the generated code uses the type in place of the schema, so values must be strings that it accepts"

    // Limits of the generator.
    OPERATION_WITHOUT_SUCCESS "operation-without-success"
        "without one, the method would have no return type"
    ID_NOT_RUST "id-not-rust"
        "the client's method is named after it"
    METHOD_NAME_TAKEN "method-name-taken"
        "the client already has a method of this name, or it is a Rust keyword"
    INTERIM_STATUS "interim-status"
        "a 1xx response precedes the final response, and no method returns it"
    SUCCESSES_DIFFER "successes-differ"
        "a method of the client returns one type"
    ERRORS_DIFFER "errors-differ"
        "the client reads every error as the same type"
    PARAMETER_LOCATION "parameter-location"
        "the client sends path, query and header parameters only"
    PARAMETER_STYLE "parameter-style"
        "the client supports one style for each parameter location"
    PARAMETER_RESERVED "parameter-reserved"
        "the client sets this header itself"
    PARAMETER_TYPE "parameter-type"
        "there is no single way to write an object into a URL or header"
    PARAMETER_NULLABLE "parameter-nullable"
        "a path without a value would be another path, and other parameters are left out instead"
    PARAMETER_NAME "parameter-name"
        "the generated method uses this name itself, or Rust cannot express it"
    PARAMETER_NAME_REPEATED "parameter-name-repeated"
        "the method would have two arguments of the same name"
    BODY_MEDIA_TYPE "body-media-type"
        "the client reads and writes JSON only"
    BODY_WITHOUT_SCHEMA "body-without-schema"
        "the Rust type of the body comes from it"
    BODY_ENCODING "body-encoding"
        "encodings apply to forms only, not to JSON"
    BODY_OPTIONAL "body-optional"
        "the client's method always sends the body"
    BODY_NOT_ALLOWED "body-not-allowed"
        "HTTP defines no meaning for it, and servers and proxies drop it"
    BODY_EMPTY "body-empty"
        "a body that is not described cannot be written"
    SCHEMA_NAME "schema-name"
        "the Rust type is named after the schema"
    SCHEMA_NAME_TAKEN "schema-name-taken"
        "two Rust types would have the same name"
    PROPERTY_NAME "property-name"
        "the Rust field is named after it, and two fields of a struct cannot share a name"
    PARTS_CONTRADICT "parts-contradict"
        "all parts describe the same value, which has one Rust type"
    SCHEMA_ALIAS "schema-alias"
        "the client would have two types for the same values"
    UNSUPPORTED_SCHEMA "unsupported-schema"
        "the generator has no Rust type for it"
    RESPONSE_DEFAULT "response-default"
        "null and absent values are read as the default of the Rust type"
    ENUM_VALUE "enum-value"
        "each value becomes a Rust variant that is named after it"

    // Multiple fragments.
    OTHER_SERVER "other-server"
        "one client sends its requests and credentials to one server"
    DUPLICATE_METHOD "duplicate-method"
        "the operations of all fragments are methods of one client"

    // Extracting a fragment from a document.
    NOT_UPSTREAM "not-upstream"
        "fragments are extracted from OpenAPI 3 documents"
    NOTHING_SELECTED "nothing-selected"
        "a fragment without operations has no effect"
    CANNOT_EXTRACT "cannot-extract"
        "the fragment would differ in meaning from the document"

    CANNOT_GENERATE "cannot-generate"
        "progenitor, which generates the types, does not support it"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_words_in_lower_case() {
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
    fn reasons_are_one_sentence_without_a_full_stop() {
        for rule in RULES {
            assert!(
                !rule.why.contains(". ") && !rule.why.ends_with('.'),
                "{rule:?}"
            );
        }
    }
}
