//! The pages that the link in a mail leads to: the registration, all that was registered for together, a question before it is cancelled, and a form for what a person
//! says of themself; and those for everybody: an event, a series, and the forms to
//! register for them. Markup stands in one file a page, words in
//! one a language; `standing`, `form`, `event` and `series` say what they show.

mod event;
mod form;
mod series;
mod standing;

pub use event::EventPage;
pub use form::{EnteredDetails, context_of, form_context};
pub use series::{SeriesPage, field_name};
pub use standing::{group_context, standing_context};

use crate::http::page::{PageError, Pages};

/// Registers the pages of this room.
///
/// # Errors
/// One of them is not a template: a fault of ours, which a test finds.
pub fn add_pages(pages: &mut Pages) -> Result<(), PageError> {
    for (name, source) in [
        ("registrations/parts.html", include_str!("parts.html")),
        ("registrations/registration.html", include_str!("registration.html")),
        ("registrations/group.html", include_str!("group.html")),
        ("registrations/cancel.html", include_str!("cancel.html")),
        ("registrations/edit.html", include_str!("edit.html")),
        ("registrations/fields.html", include_str!("fields.html")),
        ("registrations/event.html", include_str!("event.html")),
        ("registrations/event_parts.html", include_str!("event_parts.html")),
        ("registrations/register.html", include_str!("register.html")),
        ("registrations/registered.html", include_str!("registered.html")),
        ("registrations/send_link.html", include_str!("send_link.html")),
        ("registrations/link_sent.html", include_str!("link_sent.html")),
        ("registrations/series.html", include_str!("series.html")),
        ("registrations/series_register.html", include_str!("series_register.html")),
        ("registrations/series_registered.html", include_str!("series_registered.html")),
        ("registrations/series_words.en.html", include_str!("series_words.en.html")),
        ("registrations/series_words.de.html", include_str!("series_words.de.html")),
        ("registrations/series_words.fr.html", include_str!("series_words.fr.html")),
        ("registrations/series_words.nl.html", include_str!("series_words.nl.html")),
        ("registrations/event_words.en.html", include_str!("event_words.en.html")),
        ("registrations/event_words.de.html", include_str!("event_words.de.html")),
        ("registrations/event_words.fr.html", include_str!("event_words.fr.html")),
        ("registrations/event_words.nl.html", include_str!("event_words.nl.html")),
        ("registrations/words.en.html", include_str!("words.en.html")),
        ("registrations/words.de.html", include_str!("words.de.html")),
        ("registrations/words.fr.html", include_str!("words.fr.html")),
        ("registrations/words.nl.html", include_str!("words.nl.html")),
    ] {
        pages.add(name, source)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
