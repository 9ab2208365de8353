//! The page on which a person has erased what is held about them. Its markup stands in one file, its words in one a language.

use crate::http::page::{PageError, Pages};

/// Registers the pages of this room.
///
/// # Errors
/// One of them is not a template: a fault of ours, which a test finds.
pub fn add_pages(pages: &mut Pages) -> Result<(), PageError> {
    for (name, source) in [
        ("privacy/erase.html", include_str!("erase.html")),
        ("privacy/words.en.html", include_str!("words.en.html")),
        ("privacy/words.de.html", include_str!("words.de.html")),
        ("privacy/words.fr.html", include_str!("words.fr.html")),
        ("privacy/words.nl.html", include_str!("words.nl.html")),
    ] {
        pages.add(name, source)?;
    }
    Ok(())
}
