//! The challenges of a 401, and the choice of the one to answer.
//!
//! A response can have several challenges, in one header or in several, and commas separate both the challenges
//! and their parameters. diqwest reads the first header only, and `digest_auth` reads a header as one challenge,
//! with names in the case of the RFCs, and panics at text that is not ASCII.

use std::collections::HashMap;

use digest_auth::{Charset, Qop, WwwAuthenticateHeader};
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

const SPACE: [char; 2] = [' ', '\t'];

/// Returns the first digest challenge that can be answered: RFC 7616 lets the server list its challenges in the
/// order of its preference.
pub(super) fn choose(headers: &HeaderMap) -> Option<WwwAuthenticateHeader> {
    headers.get_all(WWW_AUTHENTICATE).iter().find_map(|header| {
        let text = String::from_utf8_lossy(header.as_bytes());
        parse(&text).into_iter().find_map(Challenge::into_digest)
    })
}

/// A challenge of any scheme.
#[derive(Debug)]
struct Challenge<'a> {
    scheme: &'a str,
    /// By name in lower case.
    parameters: HashMap<String, String>,
}

impl Challenge<'_> {
    /// Returns the challenge if it is a digest that can be answered.
    ///
    /// Of the qualities of protection, `auth` is preferred, since servers and proxies rarely support `auth-int`.
    fn into_digest(mut self) -> Option<WwwAuthenticateHeader> {
        if !self.scheme.eq_ignore_ascii_case("Digest")
            || !self.parameters.values().all(|value| value.is_ascii())
        {
            return None;
        }
        let algorithm = match self.parameters.get("algorithm") {
            Some(name) => {
                let name = name.to_ascii_uppercase().replace("-SESS", "-sess");
                name.parse().ok()?
            }
            None => digest_auth::Algorithm::default(),
        };
        let qop = match self.parameters.get("qop") {
            Some(offered) => {
                let offers = |qop: &str| {
                    let mut offered = offered.split(',');
                    offered.any(|it| it.trim().eq_ignore_ascii_case(qop))
                };
                let qops = [("auth", Qop::AUTH), ("auth-int", Qop::AUTH_INT)];
                let (_, qop) = qops.into_iter().find(|(name, _)| offers(name))?;
                Some(vec![qop])
            }
            None => None,
        };
        let is_true = |name| {
            let value: Option<&String> = self.parameters.get(name);
            value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
        };
        Some(WwwAuthenticateHeader {
            stale: is_true("stale"),
            userhash: is_true("userhash"),
            realm: self.parameters.remove("realm")?,
            nonce: self.parameters.remove("nonce")?,
            opaque: self.parameters.remove("opaque"),
            algorithm,
            qop,
            // These have no effect on an answer.
            domain: None,
            charset: Charset::UTF8,
            nc: 0,
        })
    }
}

/// Parses the challenges of one header. What is malformed is skipped up to the next comma.
fn parse(header: &str) -> Vec<Challenge<'_>> {
    let mut challenges = Vec::<Challenge<'_>>::new();
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return challenges;
        }
        let (name, after) = split_while(rest, is_token);
        let after = after.trim_start_matches(SPACE);
        if name.is_empty() {
            rest = split_while(rest, |c| c != ',').1;
        } else if let Some(value) = after.strip_prefix('=') {
            let Some((value, after)) = parse_value(value.trim_start_matches(SPACE)) else {
                challenges.pop();
                return challenges;
            };
            if let Some(challenge) = challenges.last_mut() {
                challenge
                    .parameters
                    .insert(name.to_ascii_lowercase(), value);
            }
            rest = after;
        } else {
            // The characters of a token after `Negotiate` are read as a scheme, too, which is not a digest.
            challenges.push(Challenge {
                scheme: name,
                parameters: HashMap::new(),
            });
            rest = after;
        }
    }
}

/// Returns the value of a parameter and the rest of the header; `None` without a closing quote.
///
/// Without quotes, characters are accepted that need them: some servers send nonces in Base64 so.
fn parse_value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = split_while(text, |c| !matches!(c, ' ' | '\t' | ','));
        return Some((value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next()? {
            '"' => return Some((value, characters.as_str())),
            '\\' => value.push(characters.next()?),
            character => value.push(character),
        }
    }
}

fn split_while(text: &str, accept: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !accept(c)).unwrap_or(text.len()))
}

/// Returns true for the characters of a token in RFC 9110.
fn is_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    fn choose_of(headers: &[&str]) -> Option<WwwAuthenticateHeader> {
        let mut map = HeaderMap::new();
        for header in headers {
            map.append(WWW_AUTHENTICATE, HeaderValue::from_str(header).unwrap());
        }
        choose(&map)
    }

    #[test]
    fn first_challenge_that_can_be_answered_is_chosen() {
        let digest = "Digest realm=\"r\", nonce=\"1\", qop=\"auth\"";
        let sha_256 = "Digest realm=\"r\", nonce=\"2\", qop=\"auth\", algorithm=SHA-256";
        let unknown = "Digest realm=\"r\", nonce=\"3\", qop=\"auth\", algorithm=CRC32";
        let basic = "Basic realm=\"a, Digest realm=\\\"b\\\", nonce=\\\"4\\\"\"";
        for (headers, nonce) in [
            (vec![digest], Some("1")),
            (vec![basic, digest], Some("1")),
            (vec![&format!("{basic}, {digest}")], Some("1")),
            (vec![&format!("{digest}, {basic}")], Some("1")),
            (vec![&format!("Negotiate, {digest}")], Some("1")),
            (vec![&format!("Negotiate a/b+c==, {digest}")], Some("1")),
            (vec![&format!("Negotiate abc=, {digest}")], Some("1")),
            (
                vec!["Bearer", &format!(",,{sha_256} ,\t{digest}")],
                Some("2"),
            ),
            (vec![digest, sha_256], Some("1")),
            (vec![unknown, digest], Some("1")),
            (vec![&format!("{unknown}, {sha_256}"), digest], Some("2")),
            (vec!["Digest realm=\"r\"", digest], Some("1")),
            (vec!["Digest realm=\"r\", nonce=\"5", digest], Some("1")),
            (vec![&*digest.replace("auth", "token"), sha_256], Some("2")),
            (vec![basic, unknown, "Digest", ""], None),
            (vec![], None),
        ] {
            let chosen = choose_of(&headers);
            let chosen = chosen.as_ref().map(|it| it.nonce.as_str());
            assert_eq!(chosen, nonce, "{headers:?}");
        }
    }

    #[test]
    fn names_are_matched_without_case() {
        for header in [
            "Digest realm=\"R\",nonce=\"N\",algorithm=SHA-256-sess,qop=\"auth\",stale=true",
            "digest REALM = \"R\" ,\tNonce=N, Algorithm=\"sha-256-SESS\", QOP=AUTH, Stale=\"TRUE\"",
            "DIGEST stale=True nonce=N realm=R qop=\"token, Auth-Int, Auth\" algorithm=Sha-256-Sess",
        ] {
            let chosen = choose_of(&[header]).unwrap();
            assert_eq!((&*chosen.realm, &*chosen.nonce), ("R", "N"), "{header}");
            assert_eq!(chosen.algorithm.to_string(), "SHA-256-sess", "{header}");
            assert_eq!(chosen.qop, Some(vec![Qop::AUTH]), "{header}");
            assert!(chosen.stale, "{header}");
        }
    }

    #[test]
    fn challenge_with_text_that_cannot_be_sent_is_passed_over() {
        let mut headers = HeaderMap::new();
        let header = "Digest realm=\"é\", nonce=\"1\", Digest realm=\"e\", nonce=\"2\"";
        let header = HeaderValue::from_bytes(header.as_bytes()).unwrap();
        headers.insert(WWW_AUTHENTICATE, header);
        assert_eq!(choose(&headers).unwrap().nonce, "2");
    }

    fn quoted(text: &str) -> String {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }

    proptest! {
        #[test]
        fn any_headers_are_parsed_without_a_panic(headers: Vec<Vec<u8>>) {
            let mut map = HeaderMap::new();
            for header in headers {
                if let Ok(value) = HeaderValue::from_bytes(&header) {
                    map.append(WWW_AUTHENTICATE, value);
                }
            }
            let _ = choose(&map);
        }

        #[test]
        fn digest_is_found_among_any_other_challenges(
            others in prop::collection::vec(
                ("[A-Z][a-z]{0,8}", prop::collection::vec(("[a-z]{1,8}", "[ -~]{0,12}"), 0..4)), 0..4
            ),
            position: prop::sample::Index,
            in_one_header: bool,
            comma in "[ \t]*,[ \t,]*",
            (realm, nonce, opaque) in ("[ -~]{0,12}", "[ -~]{0,12}", "[ -~]{0,12}"),
        ) {
            let mut challenges: Vec<String> = others
                .iter()
                .filter(|(scheme, _)| scheme != "Digest")
                .map(|(scheme, parameters)| {
                    let parameters: Vec<String> = parameters
                        .iter()
                        .map(|(name, value)| format!("{name}={}", quoted(value)))
                        .collect();
                    format!("{scheme} {}", parameters.join(&comma))
                })
                .collect();
            let parameters = [("realm", &realm), ("nonce", &nonce), ("opaque", &opaque)]
                .map(|(name, value)| format!("{name}={}", quoted(value)));
            let digest = format!("Digest {}", parameters.join(&comma));
            challenges.insert(position.index(challenges.len() + 1), digest);
            if in_one_header {
                challenges = vec![challenges.join(&comma)];
            }
            let headers: Vec<&str> = challenges.iter().map(String::as_str).collect();
            let chosen = choose_of(&headers).unwrap();
            prop_assert_eq!((chosen.realm, chosen.nonce, chosen.opaque), (realm, nonce, Some(opaque)));
        }
    }
}
