//! Rust as people write it in a sentence.

use quote::ToTokens;

/// Modules of the standard library that generated code spells out and people leave out.
const SPELT_OUT: &[&str] = &[
    "::std::option::",
    "::std::string::",
    "::std::vec::",
    "::std::collections::",
    "::std::result::",
    "::std::convert::",
    "::std::borrow::",
    "::std::fmt::",
    "::std::str::",
    "::std::error::",
];

/// Tokens without the space between them that is not needed.
pub(super) fn shown(tokens: &impl ToTokens) -> String {
    let spaced = tokens.to_token_stream().to_string();
    let mut text = String::new();
    let mut characters = spaced.chars().peekable();
    let mut in_text = false;
    while let Some(character) = characters.next() {
        if character == '\\' && in_text {
            text.push(character);
            text.extend(characters.next());
            continue;
        }
        if character == '"' {
            in_text = !in_text;
        }
        if character != ' ' || in_text {
            text.push(character);
            continue;
        }
        let before = text.chars().next_back().unwrap_or(' ');
        let after = characters.peek().copied().unwrap_or(' ');
        if is_needed(before, after, &text) {
            text.push(' ');
        }
    }
    for module in SPELT_OUT {
        text = text.replace(module, "");
    }
    // Whether a list ends with a comma depends on where lines are broken.
    for end in [">", ")", "]"] {
        text = text.replace(&format!(", {end}"), end);
        text = text.replace(&format!(",{end}"), end);
    }
    text
}

/// Whether two characters need a space between them.
fn is_needed(before: char, after: char, text: &str) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    if before == ',' || before == ';' || text.ends_with("->") || after == '-' || after == '{' {
        return true;
    }
    if is_word(before) {
        let word = text.rsplit(|character: char| !is_word(character)).next();
        let start = text.len() - word.map_or(0, str::len);
        let is_lifetime = text[..start].ends_with('\'');
        return is_word(after) || after == '&' || (is_lifetime && after != ',' && after != '>');
    }
    before == '>' && is_word(after)
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn types_are_written_as_people_write_them() {
        for (code, expected) in [
            (
                "::std::option::Option<::std::string::String>",
                "Option<String>",
            ),
            ("& 'static [ Self ]", "&'static [Self]"),
            ("& crate :: ProjectId", "&crate::ProjectId"),
            (
                "::std::collections::BTreeMap<::std::string::String, i32,>",
                "BTreeMap<String, i32>",
            ),
            ("\"a  b\\\" c\"", "\"a  b\\\" c\""),
        ] {
            let tokens: proc_macro2::TokenStream = code.parse().unwrap();
            assert_eq!(shown(&tokens), expected);
        }
    }
}
