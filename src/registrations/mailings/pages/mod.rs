//! The page that the link to unsubscribe leads to. Its markup stands in one file, its words in one a language.

use crate::http::page::{PageError, Pages};

/// Registers the pages of this room.
///
/// # Errors
/// One of them is not a template: a fault of ours, which a test finds.
pub fn add_pages(pages: &mut Pages) -> Result<(), PageError> {
    for (name, source) in [
        ("mailings/unsubscribe.html", include_str!("unsubscribe.html")),
        ("mailings/words.en.html", include_str!("words.en.html")),
        ("mailings/words.de.html", include_str!("words.de.html")),
        ("mailings/words.fr.html", include_str!("words.fr.html")),
        ("mailings/words.nl.html", include_str!("words.nl.html")),
    ] {
        pages.add(name, source)?;
    }
    Ok(())
}
