//! Texts from elsewhere must not speak to the terminal, nor seem to be something else than they are.

/// The text with a space for each character that moves the cursor, or that turns the text around it.
pub(crate) fn on_one_line(text: &str) -> String {
    text.chars()
        .map(|it| if is_invisible(it) { ' ' } else { it })
        .collect()
}

/// Like [`on_one_line`], with the line breaks that it has.
pub(crate) fn in_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(on_one_line).collect();
    lines.join("\n")
}

/// JSON in which such characters are escaped. They stand in texts alone, where that says the same.
pub(crate) fn in_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        // serde_json has escaped the others, and breaks lines between values.
        if character != '\n' && is_invisible(character) {
            escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

fn is_invisible(character: char) -> bool {
    let turns = matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    turns || character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_speaks_to_the_terminal() {
        let text = "a\u{1b}[31mb\u{9b}c\r\nd\u{202e}e\té";
        assert_eq!(on_one_line(text), "a [31mb c  d e é");
        assert_eq!(in_lines(text), "a [31mb c \nd e é");
    }

    #[test]
    fn json_says_the_same() {
        let value = serde_json::json!({"a": "x\u{9b}\u{202e}\u{7f}\n", "b": [1]});
        let text = in_json(&format!("{value:#}"));
        assert!(
            text.chars().all(|it| it == '\n' || !is_invisible(it)),
            "{text:?}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
    }
}
