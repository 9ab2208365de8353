//! The mail templates of this room: the invitation, and the notice of an answer, each in every language that Plenary writes
//! in. Text and HTML extend the `event` layout of their language. The context is that of
//! [`Invitation::context`](super::invitation::Invitation::context), with `link` for an invitation, and `member` and `note` for
//! a notice.

mod described;

pub use described::MAILS;

use crate::mail::{TemplateError, Templates};

/// The three sources of each kind in a language, under the names that [`crate::mail::render_mail`] looks for.
macro_rules! mails {
    ($language:literal: $($kind:literal)+) => {
        [$(
            (
                concat!("speakers/", $kind, ".", $language, ".subject.txt"),
                include_str!(concat!($language, "/", $kind, ".subject.txt")),
            ),
            (concat!("speakers/", $kind, ".", $language, ".txt"), include_str!(concat!($language, "/", $kind, ".txt"))),
            (concat!("speakers/", $kind, ".", $language, ".html"), include_str!(concat!($language, "/", $kind, ".html"))),
        )+]
    };
}

/// Registers the mails of this room.
///
/// # Errors
/// [`TemplateError::Source`] if one of them is not a template.
pub fn add_templates(templates: &mut Templates) -> Result<(), TemplateError> {
    for sources in [
        mails!("en": "invitation" "answered"),
        mails!("de": "invitation" "answered"),
        mails!("fr": "invitation" "answered"),
        mails!("nl": "invitation" "answered"),
    ] {
        for (name, source) in sources {
            templates.add(name, source)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
