//! Names of the fragment as names of Rust.

use heck::{ToPascalCase, ToSnakeCase};

/// Returns the Rust identifier in snake case for a wire name, or none where it has other letters or none.
///
/// A keyword gets an underscore at its end.
pub(crate) fn ident(wire: &str) -> Option<String> {
    escaped(wire.to_snake_case(), "x_")
}

/// Returns the Rust identifier in Pascal case for the value of an enum.
pub(super) fn variant(value: &str) -> Option<String> {
    escaped(value.to_pascal_case(), "X")
}

fn escaped(name: String, prefix: &str) -> Option<String> {
    let first = name.chars().next()?;
    let name = if first.is_ascii_digit() {
        format!("{prefix}{name}")
    } else {
        name
    };
    if !name
        .chars()
        .all(|it| it.is_ascii_alphanumeric() || it == '_')
    {
        return None;
    }
    Some(if is_keyword(&name) { name + "_" } else { name })
}

/// Returns true for keywords of Rust 2024, of which syn accepts `gen` as an identifier.
pub(crate) fn is_keyword(name: &str) -> bool {
    name == "gen" || syn::parse_str::<syn::Ident>(name).is_err()
}

/// Returns true for names that the code around the generated types uses without a path.
pub(super) fn is_prelude_name(name: &str) -> bool {
    matches!(
        name,
        "Err" | "From" | "None" | "Ok" | "Result" | "Some" | "String"
    )
}

/// Returns true for methods that `Client` has besides its operations, and for `all`, the table's own name.
pub(super) fn is_client_method(name: &str) -> bool {
    CLIENT_METHODS.contains(&name)
}

const CLIENT_METHODS: &[&str] = &[
    "all",
    "builder",
    "call",
    "clock",
    "clone",
    "connection_in_region",
    "counters",
    "delete_connection_cascade",
    "ensure_connection",
    "ensure_interface_endpoint",
    "has_responded",
    "list_in_projects",
    "new",
    "url",
    "wait_for_connection",
    "wait_for_interface_endpoint",
    "with_credentials",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_become_identifiers() {
        for (wire, expected) in [
            ("groupId", Some("group_id")),
            ("X-Request-Id", Some("x_request_id")),
            ("type", Some("type_")),
            ("gen", Some("gen_")),
            ("self", Some("self_")),
            ("s", Some("s")),
            ("2fa", Some("x_2fa")),
            ("$", None),
            ("größe", None),
        ] {
            assert_eq!(ident(wire).as_deref(), expected, "{wire}");
        }
    }

    #[test]
    fn enum_values_become_variants() {
        for (value, expected) in [
            ("WAITING_FOR_USER", Some("WaitingForUser")),
            ("us-east-1", Some("UsEast1")),
            ("1", Some("X1")),
            ("self", Some("Self_")),
            ("+", None),
        ] {
            assert_eq!(variant(value).as_deref(), expected, "{value}");
        }
    }
}
