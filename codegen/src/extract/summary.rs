//! What became of a document on the way to its fragment.

use std::collections::BTreeMap;
use std::fmt;

/// What was taken of a document, and what was dropped. Its `Display` is for the terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many operations were taken, and how many the document has.
    pub operations: Kept,
    /// The same for the components, by section; sections of which none is taken are left out.
    pub components: BTreeMap<String, Kept>,
    /// The media types of the bodies that were taken, each with the number of bodies that have it.
    pub media_types: BTreeMap<String, usize>,
    /// How many bodies have none of the media types that were asked for, and so kept theirs.
    pub bodies_without_choice: usize,
    /// The extensions that were dropped, each with how often.
    pub dropped_extensions: BTreeMap<String, usize>,
    /// How many links were dropped, because they lead to operations that were not chosen.
    pub dropped_links: usize,
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// How many were taken.
    pub kept: usize,
    /// How many there are.
    pub total: usize,
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.kept, self.total)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "operations: {}", self.operations)?;
        for (section, kept) in &self.components {
            write!(f, "\n{section}: {kept}")?;
        }
        if !self.media_types.is_empty() {
            write!(f, "\nmedia types: {}", counted(&self.media_types))?;
        }
        match self.bodies_without_choice {
            0 => {}
            1 => write!(f, "\n1 body has no media type that was asked for")?,
            more => write!(f, "\n{more} bodies have no media type that was asked for")?,
        }
        if !self.dropped_extensions.is_empty() {
            let extensions = counted(&self.dropped_extensions);
            write!(f, "\ndropped extensions: {extensions}")?;
        }
        if self.dropped_links > 0 {
            let links = self.dropped_links;
            write!(
                f,
                "\ndropped links to operations that were not chosen: {links}"
            )?;
        }
        Ok(())
    }
}

fn counted(counts: &BTreeMap<String, usize>) -> String {
    let counts: Vec<String> = counts
        .iter()
        .map(|(name, count)| format!("{name} ({count})"))
        .collect();
    counts.join(", ")
}
