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
        let mut cursor = Cursor { rest: params };
        loop {
            cursor.skip_separators();
            if cursor.rest.is_empty() {
                return Some(Self(credentials));
            }
            let (name, value) = cursor.param()?;
            let repeated = credentials.insert(name.to_ascii_lowercase(), value);
            if repeated.is_some() {
                return None;
            }
            cursor.end_of_param()?;
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn skip_whitespace(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// Skips empty elements, too, which a list may have.
    fn skip_separators(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', ',']);
    }

    fn end_of_param(&mut self) -> Option<()> {
        self.skip_whitespace();
        (self.rest.is_empty() || self.rest.starts_with(',')).then_some(())
    }

    fn param(&mut self) -> Option<(&'a str, String)> {
        let name = self.token()?;
        self.skip_whitespace();
        self.rest = self.rest.strip_prefix('=')?;
        self.skip_whitespace();
        let value = match self.rest.strip_prefix('"') {
            Some(quoted) => self.quoted(quoted)?,
            None => self.token()?.to_owned(),
        };
        Some((name, value))
    }

    fn token(&mut self) -> Option<&'a str> {
        let end = self
            .rest
            .find(|c| !is_token_char(c))
            .unwrap_or(self.rest.len());
        if end == 0 {
            return None;
        }
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(token)
    }

    fn quoted(&mut self, inside: &'a str) -> Option<String> {
        let mut value = String::new();
        let mut chars = inside.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = inside.get(at + 1..)?;
                    return Some(value);
                }
                '\\' => value.push(chars.next()?.1),
                _ => value.push(c),
            }
        }
        None
    }
}

fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
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
