//! The page that a link into the meeting leads to where it does not lead into the meeting. Its markup stands in one file, its words
//! in one a language.

use crate::http::page::{PageError, Pages};

/// Registers the page.
///
/// # Errors
/// It is not a template: a fault of ours, which a test finds.
pub fn add_pages(pages: &mut Pages) -> Result<(), PageError> {
    for (name, source) in [
        ("join/join.html", include_str!("join.html")),
        ("join/words.en.html", include_str!("words.en.html")),
        ("join/words.de.html", include_str!("words.de.html")),
        ("join/words.fr.html", include_str!("words.fr.html")),
        ("join/words.nl.html", include_str!("words.nl.html")),
    ] {
        pages.add(name, source)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
