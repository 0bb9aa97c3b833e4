//! The forms of the ids that this API uses. A test of `spec.rs` holds them against the spec's patterns.

/// Whether this is an `ObjectId` as Atlas writes it: 24 hexadecimal digits.
pub(crate) fn is_object_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Whether this is an id as AWS gives it to interface endpoints: `vpce-`, then letters and digits.
pub(crate) fn is_interface_endpoint_id(text: &str) -> bool {
    text.strip_prefix("vpce-").is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|letter| letter.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_ids_are_24_hexadecimal_digits() {
        assert!(is_object_id("5f7cb1a3e3b4aa3b8ba3FB44"));
        for text in [
            "",
            "5f7cb1a3e3b4aa3b8ba3fb4",
            "5f7cb1a3e3b4aa3b8ba3fb444",
            "5f7cb1a3e3b4aa3b8ba3fb4g",
        ] {
            assert!(!is_object_id(text), "{text}");
        }
    }

    #[test]
    fn interface_endpoint_ids_are_vpce_and_letters_or_digits() {
        assert!(is_interface_endpoint_id("vpce-0b9c5701325cb15dd"));
        assert!(is_interface_endpoint_id("vpce-Z"));
        for text in [
            "",
            "vpce-",
            "vpc-0b9c",
            "VPCE-0b9c",
            "vpce-0b_9",
            "vpce-0b9c ",
            "vpce-ä",
        ] {
            assert!(!is_interface_endpoint_id(text), "{text}");
        }
    }
}
