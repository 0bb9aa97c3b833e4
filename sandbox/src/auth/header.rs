//! A parser of the `Authorization: Digest` header by the grammar of RFC 7616 and RFC 9110.
//!
//! It is not shared with the client, since a shared parser would accept the client's mistakes.

use std::collections::BTreeMap;

/// The parameters of the header by their names in lower case, unescaped and not yet checked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Credentials(BTreeMap<String, String>);

impl Credentials {
    /// Returns `None` when the header has another scheme, violates the grammar, or repeats a parameter.
    ///
    /// Quotes are accepted where the RFC forbids them: widespread clients quote `qop` and `algorithm`, and
    /// Atlas accepts that.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let (scheme, params) = header.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("Digest") {
            return None;
        }
        let mut credentials = BTreeMap::new();
        let mut rest = params;
        loop {
            // A list can have empty elements.
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                return Some(Self(credentials));
            }
            let (name, after_name) = token(rest)?;
            let value = trim_start(trim_start(after_name).strip_prefix('=')?);
            let (value, after_value) = match value.strip_prefix('"') {
                Some(text) => quoted(text)?,
                None => token(value).map(|(value, after)| (value.to_owned(), after))?,
            };
            let repeated = credentials.insert(name.to_ascii_lowercase(), value);
            rest = trim_start(after_value);
            if repeated.is_some() || !(rest.is_empty() || rest.starts_with(',')) {
                return None;
            }
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

fn trim_start(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// Splits a token from the start of the text.
fn token(text: &str) -> Option<(&str, &str)> {
    let is_token_char = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let end = text.find(|c| !is_token_char(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// Unescapes a quoted string up to its closing quote. The opening one has been removed.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some((value, chars.as_str())),
            '\\' => value.push(chars.next()?),
            c => value.push(c),
        }
    }
}

/// Returns the bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(header: &str) -> Credentials {
        Credentials::parse(header).expect("the header follows the grammar")
    }

    #[test]
    fn names_and_scheme_ignore_case_and_whitespace() {
        let credentials =
            parse("dIgEsT ,, USERNAME = \"a\\\"b\\\\c\" ,\tQop=auth,,nc=00000001, x=\"y\" ,");
        assert_eq!(credentials.get("username"), Some("a\"b\\c"));
        assert_eq!(credentials.get("qop"), Some("auth"));
        assert_eq!(credentials.get("nc"), Some("00000001"));
    }

    #[test]
    fn header_that_violates_the_grammar_is_refused() {
        for header in [
            "",
            "Digest",
            "Basic dTpw",
            "Bearer abc",
            "Digest username",
            "Digest username=",
            "Digest username=\"open",
            "Digest username=\"open\\",
            "Digest =\"a\"",
            "Digest username=\"a\" realm=\"b\"",
            "Digest username=\"a\"b",
            "Digest nonce=\"a\", Nonce=\"b\"",
            "Digest username=a/b",
        ] {
            assert_eq!(Credentials::parse(header), None, "{header:?}");
        }
    }

    fn escape(value: &str) -> String {
        value.replace('\\', "\\\\").replace('"', "\\\"")
    }

    proptest! {
        #[test]
        fn no_header_causes_a_panic(header in any::<String>(), rest in "[ ,=\"\\\\a-z]*") {
            let _ = Credentials::parse(&header);
            let _ = Credentials::parse(&format!("Digest {header}"));
            let _ = Credentials::parse(&format!("Digest nonce={rest}"));
        }

        #[test]
        fn every_value_survives_quoting(username in any::<String>(), uri in any::<String>()) {
            let header = format!(
                "Digest username=\"{}\", uri=\"{}\"",
                escape(&username),
                escape(&uri),
            );
            let credentials = parse(&header);
            prop_assert_eq!(credentials.get("username"), Some(username.as_str()));
            prop_assert_eq!(credentials.get("uri"), Some(uri.as_str()));
        }
    }
}
