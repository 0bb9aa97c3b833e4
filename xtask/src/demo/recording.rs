//! The demo as an image: its commands and their output, as a terminal of a fixed width would show them.

use anstyle_svg::Term;
use textwrap::{Options, WordSplitter};

/// The width of the image in columns.
const WIDTH: usize = 110;

/// Returns an SVG image of text with ANSI escape sequences.
pub(crate) fn svg(text: &str) -> String {
    let options = Options::new(WIDTH)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    // Spaces between columns and before commands stay as they are in lines that fit.
    let lines = text.lines().map(|line| match line.chars().count() {
        0..=WIDTH => line.to_owned(),
        _ => textwrap::fill(line, &options),
    });
    let lines: Vec<String> = lines.collect();
    Term::new().render_svg(&lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::svg;

    #[test]
    fn long_line_is_wrapped_and_markup_is_escaped() {
        let long = "word ".repeat(30);
        let image = svg(&format!("$ a <b>\n{long}\n\u{1b}[32mAVAILABLE\u{1b}[0m"));
        assert!(image.contains("$ a &lt;b&gt;"), "{image}");
        assert!(!image.contains(long.trim()), "{image}");
        assert!(image.contains(">AVAILABLE</tspan>"), "{image}");
    }
}
