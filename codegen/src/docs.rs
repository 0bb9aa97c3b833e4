//! Documentation comments: descriptions as rustdoc shows them, in lines that fit a page.
//!
//! OpenAPI's descriptions are Markdown as rustdoc's are, but rustdoc takes `[word]` for a link to an item of
//! Rust and `<word>` for HTML that is never closed, and wants addresses between angle brackets.

use syn::visit_mut::VisitMut;
use syn::{Attribute, File, Meta, parse_quote};

/// The width of a line of documentation, without indentation and slashes.
const WIDTH: usize = 92;

/// Returns a text with a backslash before what rustdoc would take for markup of its own. Code stays as it is.
pub(crate) fn escaped(text: &str) -> String {
    let mut fenced = false;
    let lines = text.split('\n').map(|line| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return line.to_owned();
        }
        if fenced {
            line.to_owned()
        } else {
            escaped_line(line)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn escaped_line(line: &str) -> String {
    let mut escaped = String::new();
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
                    escaped.push_str(&format!("<{}>", &rest[..address]));
                    rest = &rest[address..];
                    continue;
                }
                1
            }
            other => other.len_utf8(),
        };
        if taken == 0 {
            escaped.push('\\');
        }
        let taken = taken.max(next.len_utf8());
        escaped.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    escaped
}

/// Returns the end of the code that a text begins with, or of its backticks where no others close it.
fn end_of_code(text: &str) -> usize {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let end = text[ticks..].find(&text[..ticks]);
    end.map_or(ticks, |end| ticks + end + ticks)
}

/// Returns the end of the address between angle brackets that a text begins with.
fn end_of_address(text: &str) -> Option<usize> {
    let inner = &text[1..];
    let length = address(inner);
    (length > 0 && inner[length..].starts_with('>')).then_some(length + 2)
}

/// Returns the end of the link to an address that a text begins with.
fn end_of_link(text: &str) -> Option<usize> {
    let close = text.find(']')?;
    let target = text[close..].strip_prefix("](")?;
    let end = target.find(')')?;
    let is_address = address(target) > 0 || target.starts_with('#');
    is_address.then_some(close + 2 + end + 1)
}

/// Returns the length of the address that a text begins with, or 0.
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

/// Wraps every documentation comment of a file.
pub(crate) fn wrap(file: &mut File) {
    Wrap.visit_file_mut(file);
}

struct Wrap;

impl VisitMut for Wrap {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let wrapped = attributes.iter().flat_map(lines_of).collect();
        *attributes = wrapped;
    }
}

fn lines_of(attribute: &Attribute) -> Vec<Attribute> {
    let Some(text) = doc_text(attribute) else {
        return vec![attribute.clone()];
    };
    wrapped(&text)
        .into_iter()
        .map(|line| {
            // The slashes and the text are set apart by a space that prettyplease does not add.
            let line = if line.is_empty() {
                line
            } else {
                format!(" {line}")
            };
            parse_quote! { #[doc = #line] }
        })
        .collect()
}

fn doc_text(attribute: &Attribute) -> Option<String> {
    string_of(&attribute.meta).filter(|_| attribute.path().is_ident("doc"))
}

/// Returns the string of `name = "string"`.
pub(crate) fn string_of(meta: &Meta) -> Option<String> {
    let Meta::NameValue(meta) = meta else {
        return None;
    };
    match &meta.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// Languages of a fence that rustdoc compiles and runs.
const RUST: &[&str] = &[
    "",
    "rust",
    "ignore",
    "should_panic",
    "no_run",
    "compile_fail",
    "standalone_crate",
    "test_harness",
];

/// Wraps each line of a text but those of code; an item of a list continues behind its dash.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut fence = None;
    for line in text.trim().lines() {
        let line = line.trim_end();
        if let Some(closing) = fence {
            lines.push(line.to_owned());
            if line.trim_start() == closing {
                fence = None;
            }
            continue;
        }
        if let Some((opening, language)) = fence_of(line) {
            fence = Some(opening);
            lines.push(format!("{opening}{}", never_rust(language)));
            continue;
        }
        if line.is_empty() {
            lines.push(String::new());
            continue;
        }
        let indent = if line.trim_start().starts_with("- ") {
            "  "
        } else {
            ""
        };
        // A word that is longer than the line may be a link or code, which must not be broken.
        let options = textwrap::Options::new(WIDTH)
            .subsequent_indent(indent)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::AsciiSpace);
        lines.extend(
            textwrap::wrap(line.trim_start(), options)
                .into_iter()
                .map(Into::into),
        );
    }
    lines
}

/// Returns the fence that opens a block of code, and the language beside it.
fn fence_of(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_start();
    ["```", "~~~"]
        .into_iter()
        .find_map(|fence| Some((fence, line.strip_prefix(fence)?)))
        // Code that is not a block of its own may begin a line.
        .filter(|(_, rest)| !rest.contains('`'))
}

/// Examples of a fragment are about the API, in any language, and never call this crate.
fn never_rust(language: &str) -> &str {
    let language = language.trim();
    let first = language.split([',', ' ']).next().unwrap_or_default();
    if RUST.contains(&first) || first.starts_with("edition") {
        return "text";
    }
    language
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_wrapped() {
        let words = "word ".repeat(40);
        let lines = wrapped(&format!("{words}\n\n- {words}"));
        assert!(
            lines.iter().all(|line| line.chars().count() <= WIDTH),
            "{lines:#?}"
        );
        assert!(lines.contains(&String::new()));
        assert!(lines.last().unwrap().starts_with("  word"), "{lines:#?}");
    }

    #[test]
    fn code_blocks_are_kept_and_never_compiled() {
        let long = "word ".repeat(40);
        let code = format!("{{\n    \"a\": \"{}\"\n}}", long.trim());
        for (before, after) in [
            ("```", "```text"),
            ("```rust", "```text"),
            ("```edition2024,no_run", "```text"),
            ("```json", "```json"),
        ] {
            let text = format!("Like this:\n\n{before}\n{code}\n```\nand {long}");
            let lines = wrapped(&text);
            let expected = format!("Like this:\n\n{after}\n{code}\n```\nand word");
            assert!(lines.join("\n").starts_with(&expected), "{lines:#?}");
            assert!(lines.last().unwrap().len() <= WIDTH, "{lines:#?}");
        }
        assert_eq!(wrapped("```a``` is code"), ["```a``` is code"]);
    }

    #[test]
    fn markup_of_rustdoc_is_escaped() {
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
            assert_eq!(escaped(before), after, "{before}");
        }
    }

    proptest::proptest! {
        #[test]
        fn escaping_never_panics(text in "[\\[\\]()<>`\\\\h:/ tps.é\\n]{0,40}") {
            escaped(&text);
        }

        #[test]
        fn escaping_is_idempotent(text in "[a-z\\[\\]<> .,]{0,40}") {
            let once = escaped(&text);
            proptest::prop_assert_eq!(escaped(&once), once);
        }
    }
}
