//! Writes descriptions so that rustdoc shows them as they are.
//!
//! OpenAPI's descriptions are Markdown as rustdoc's are, but rustdoc takes `[word]` for a link to an item of
//! Rust, `<word>` for HTML that is never closed, and wants addresses between angle brackets.

use serde_json::Value;

use super::entries;
use crate::document::Document;
use crate::lint::ENUM_DESCRIPTIONS;

/// Changes the descriptions of everything, and of the values of enums.
pub(super) fn quote(document: &mut Value) {
    let nodes = Document(document).nodes().into_iter();
    let pointers: Vec<String> = nodes.map(|node| node.pointer).collect();
    for pointer in pointers {
        let Some(node) = document.pointer_mut(&pointer) else {
            continue;
        };
        let own = node.get_mut("description");
        own.into_iter().for_each(quote_one);
        for (_, value) in entries(node.get_mut(ENUM_DESCRIPTIONS)) {
            quote_one(value);
        }
    }
}

fn quote_one(value: &mut Value) {
    if let Value::String(text) = value {
        *text = quoted(text);
    }
}

/// The text with a backslash before what would be taken for more than text. Code stays as it is.
fn quoted(text: &str) -> String {
    let mut fenced = false;
    let lines = text.split('\n').map(|line| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return line.to_owned();
        }
        if fenced {
            line.to_owned()
        } else {
            quoted_line(line)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn quoted_line(line: &str) -> String {
    let mut quoted = String::new();
    let mut rest = line;
    while let Some(next) = rest.chars().next() {
        let taken = match next {
            '\\' => rest.chars().take(2).map(char::len_utf8).sum(),
            '`' => end_of_code(rest),
            '<' => end_of_address(rest).unwrap_or(0),
            '[' => end_of_link(rest).unwrap_or(0),
            'h' => {
                let address = address(rest);
                if address > 0 {
                    quoted.push_str(&format!("<{}>", &rest[..address]));
                    rest = &rest[address..];
                    continue;
                }
                1
            }
            other => other.len_utf8(),
        };
        if taken == 0 {
            quoted.push('\\');
        }
        let taken = taken.max(next.len_utf8());
        quoted.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    quoted
}

/// Where code ends that begins with as many backticks; at the backticks when it does not end in this line.
fn end_of_code(text: &str) -> usize {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let end = text[ticks..].find(&text[..ticks]);
    end.map_or(ticks, |end| ticks + end + ticks)
}

/// Where an address between angle brackets ends.
fn end_of_address(text: &str) -> Option<usize> {
    let inner = &text[1..];
    let length = address(inner);
    (length > 0 && inner[length..].starts_with('>')).then_some(length + 2)
}

/// Where a link to an address ends.
fn end_of_link(text: &str) -> Option<usize> {
    let close = text.find(']')?;
    let target = text[close..].strip_prefix("](")?;
    let end = target.find(')')?;
    let is_address = address(target) > 0 || target.starts_with('#');
    is_address.then_some(close + 2 + end + 1)
}

/// How long the address is that a text begins with; 0 when it begins with none.
fn address(text: &str) -> usize {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return 0;
    }
    let ends = |it: char| it.is_whitespace() || "<>()[]`\"'".contains(it);
    let address = &text[..text.find(ends).unwrap_or(text.len())];
    address
        .trim_end_matches(['.', ',', ';', ':', '!', '?'])
        .len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_text_stays_text() {
        for (before, after) in [
            (
                "Plain, with `code` and *stress*.",
                "Plain, with `code` and *stress*.",
            ),
            (
                "A <region> of [deprecated] things",
                r"A \<region> of \[deprecated] things",
            ),
            ("`Vec<Foo>` is Vec<Foo>", r"`Vec<Foo>` is Vec\<Foo>"),
            (
                "See https://a.example/b?c=d.",
                "See <https://a.example/b?c=d>.",
            ),
            (
                "See [there](https://a.example), <https://b.example>",
                "See [there](https://a.example), <https://b.example>",
            ),
            ("[x](y) and `[z]`", r"\[x](y) and `[z]`"),
            (r"\<done> already", r"\<done> already"),
            ("``a ` b`` and ` alone [x]", r"``a ` b`` and ` alone \[x]"),
            ("```json\n[1]\n```\n[2]", "```json\n[1]\n```\n\\[2]"),
            ("São [Paulo], 日本 <本>", r"São \[Paulo], 日本 \<本>"),
        ] {
            assert_eq!(quoted(before), after, "{before}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[\\[\\]()<>`\\\\h:/ tps.é\\n]{0,40}") {
            quoted(&text);
        }

        #[test]
        fn nothing_is_quoted_twice(text in "[a-z\\[\\]<> .,]{0,40}") {
            let once = quoted(&text);
            proptest::prop_assert_eq!(quoted(&once), once);
        }
    }
}
