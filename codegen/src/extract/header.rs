//! The comment at the top of a fragment.

use super::{Selection, Summary};

const JSON: &str = "application/json";

/// Says where the fragment comes from and what is left for a person to do.
pub(super) fn header(source_name: &str, selection: &Selection, summary: &Summary) -> String {
    let mut out = format!("# Cut out of {} by\n#\n", one_line(source_name));
    out.push_str(&format!("#   {}\n#\n", command(source_name, selection)));
    out.push_str(TO_DO);
    let foreign: Vec<&str> = summary
        .media_types
        .keys()
        .map(String::as_str)
        .filter(|name| *name != JSON)
        .collect();
    if !foreign.is_empty() {
        out.push_str(MEDIA_TYPES);
        for name in foreign {
            out.push_str(&format!("#       {}\n", one_line(name)));
        }
    }
    out.push('\n');
    out
}

/// Only what no OpenAPI document can say; for the rest, the lint names the place.
const TO_DO: &str = "\
# What the source cannot say is yours to add:
#   x-atlas-roles        to each operation: the roles of which the caller needs one
#   x-enum               to each enum: `open` when the server may send other values, else `closed`
#   x-enum-descriptions  to each enum: what each value means
#   x-error-codes        to each error response: the error codes that come with this status
#   x-rust-type          to a schema that is a hand-written type of the client
#   x-typed-client       to a parameter that the client has no use for: `omit`
# Descriptions are the source's; write your own before you publish them. After that, `cargo xtask generate`
# names what else the generator does not take, and where.
";

const MEDIA_TYPES: &str = "\
#
# The client speaks application/json only. Of these media types, --media-type keeps one for each body; an API
# that tells its versions apart by them needs it in the Accept header, which the client does not send:
";

fn command(source_name: &str, selection: &Selection) -> String {
    let options = [
        ("--path-prefix", &selection.path_prefixes),
        ("--media-type", &selection.media_types),
    ];
    let mut out = format!("cargo xtask extract --from {}", quoted(source_name));
    for (option, values) in options {
        for value in values {
            out.push_str(&format!(" {option} {}", quoted(value)));
        }
    }
    out.push_str(" --out FILE");
    one_line(&out)
}

/// An argument as a shell takes it.
fn quoted(argument: &str) -> String {
    let is_safe =
        |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '.' | '-' | '_' | '+' | ':');
    if !argument.is_empty() && argument.chars().all(is_safe) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', "'\\''"))
}

/// A comment ends with its line, so a name must not go on in another one.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|it| match it {
            it if it.is_control() || matches!(it, '\u{2028}' | '\u{2029}') => ' ',
            it => it,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_quoted_for_a_shell() {
        assert_eq!(quoted("/a/b-1.yaml"), "/a/b-1.yaml");
        assert_eq!(quoted("/a/{b}"), "'/a/{b}'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn a_name_cannot_leave_the_comment() {
        let header = header("a\nb: 1\u{85}c", &Selection::default(), &Summary::default());
        assert!(
            header
                .lines()
                .all(|line| line.is_empty() || line.starts_with('#'))
        );
        assert!(!header.contains('\u{85}'));
    }
}
