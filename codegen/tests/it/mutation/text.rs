//! Edits of a description as text.

/// One edit. Its numbers choose among what there is to choose from at that time.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    DeleteLine(usize),
    DuplicateLine(usize, usize),
    SwapLines(usize, usize),
    /// Moves a line to the right or to the left.
    Indent(usize, usize),
    DeleteCharacter(usize),
    InsertCharacter(usize, usize),
    ReplaceCharacter(usize, usize),
    /// Leaves only the beginning.
    Cut(usize),
}

/// Characters that mean something to YAML, and some that few expect.
const CHARACTERS: &[&str] = &[
    ":",
    "-",
    "#",
    "&",
    "*",
    "!",
    "|",
    ">",
    "'",
    "\"",
    "%",
    "@",
    "`",
    "{",
    "}",
    "[",
    "]",
    ",",
    "?",
    " ",
    "\n",
    "\r",
    "\t",
    "\u{0}",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "é",
    "😀",
    "~",
    "0",
    "\\",
    "$",
    "/",
    "---\n",
    "...\n",
    "&a ",
    "*a ",
    "!!str ",
    "<<: ",
    "? ",
    "- - ",
    "%YAML 1.2\n",
    "{{{{",
    "[[[[",
];

/// Makes one edit.
pub(crate) fn edit(text: &str, edit: &Edit) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let count = lines.len().max(1);
    if lines.is_empty() {
        lines.push(String::new());
    }
    match *edit {
        Edit::DeleteLine(at) => drop(lines.remove(at % count)),
        Edit::DuplicateLine(at, to) => {
            let line = lines[at % count].clone();
            lines.insert(to % count, line);
        }
        Edit::SwapLines(one, other) => lines.swap(one % count, other % count),
        Edit::Indent(at, by) => {
            let line = &mut lines[at % count];
            let by = by % 8;
            if by < 4 {
                line.insert_str(0, &" ".repeat(by + 1));
            } else {
                let indent = line.len() - line.trim_start().len();
                line.drain(..indent.min(by - 3));
            }
        }
        Edit::DeleteCharacter(at) => return around(text, at, 1, ""),
        Edit::InsertCharacter(at, what) => return around(text, at, 0, character(what)),
        Edit::ReplaceCharacter(at, what) => return around(text, at, 1, character(what)),
        Edit::Cut(at) => return text.chars().take(at % (text.len() + 1)).collect(),
    }
    lines.join("\n") + "\n"
}

fn character(choice: usize) -> &'static str {
    CHARACTERS[choice % CHARACTERS.len()]
}

/// The text with some characters at a place replaced.
fn around(text: &str, at: usize, length: usize, by: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let at = at % (characters.len() + 1);
    let rest = characters.len().min(at + length);
    let before = characters[..at].iter();
    let after = characters[rest..].iter();
    before
        .copied()
        .chain(by.chars())
        .chain(after.copied())
        .collect()
}
