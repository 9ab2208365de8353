//! The mail templates of this room: thirteen kinds of mails, each in every language that Plenary writes in.
//!
//! In `templates/<language>/` every kind has a subject, a text and an HTML version. Text and HTML extend the `base` of
//! their language, which is the house's `event` layout with this room's `reason`. That holds the greeting, the facts of the
//! event and the footer, with the blocks
//! - `greeted`: the name after the greeting;
//! - `message`: what happened, in a sentence or two;
//! - `about`: the facts;
//! - `next`: what can be done now, with the links;
//! - `reason`: why the mail comes to this address.
//!
//! `series` is about several registrations and stands on the house's layout itself, with `about` and `next` of its own.
//!
//! The context has every key always; what does not apply is null. A text says nothing that may be untrue when the mail
//! is read: neither that a calendar drops an entry by itself nor that there will be a seat.

mod described;
pub(in crate::registrations) mod samples;
pub(in crate::registrations) mod variables;

pub use described::MAILS;

use crate::mail::{TemplateError, Templates};

/// The three sources of each kind in a language, under the names that [`crate::mail::render_mail`] looks for.
macro_rules! mails {
    ($language:literal: $($kind:literal)+) => {
        [
            (
                concat!("registrations/base.", $language, ".txt"),
                include_str!(concat!($language, "/base.txt")),
            ),
            (
                concat!("registrations/base.", $language, ".html"),
                include_str!(concat!($language, "/base.html")),
            ),
            $(
                (
                    concat!("registrations/", $kind, ".", $language, ".subject.txt"),
                    include_str!(concat!($language, "/", $kind, ".subject.txt")),
                ),
                (
                    concat!("registrations/", $kind, ".", $language, ".txt"),
                    include_str!(concat!($language, "/", $kind, ".txt")),
                ),
                (
                    concat!("registrations/", $kind, ".", $language, ".html"),
                    include_str!(concat!($language, "/", $kind, ".html")),
                ),
            )+
        ]
    };
}

/// The kinds, once for all languages.
macro_rules! mails_in {
    ($language:literal) => {
        mails!(
            $language: "confirmed" "waitlisted" "offered" "cancelled" "expired" "repeated" "changed" "notice"
            "verify" "pending" "rejected" "series" "afterwards"
        )
    };
}

/// Registers the mails of this room.
///
/// # Errors
/// [`TemplateError::Source`] if one of them is not a template.
pub fn add_templates(templates: &mut Templates) -> Result<(), TemplateError> {
    for sources in [mails_in!("en"), mails_in!("de"), mails_in!("fr"), mails_in!("nl")] {
        for (name, source) in sources {
            templates.add(name, source)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod series_tests;
#[cfg(test)]
mod tests;
