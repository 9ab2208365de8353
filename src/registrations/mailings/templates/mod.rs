//! The templates of the mails that people may do without, and of the digest, in every language that Plenary writes in.
//!
//! As those of `registrations/templates`, with the way to unsubscribe in the `reason`. To the context of these come
//! `unsubscribe_url` and `mailing`, which holds what only these say; the digest has `person`, `workspace` and `events` alone.

mod described;

pub use described::{MAILS, NOT_WORDED};

use crate::mail::{TemplateError, Templates};

/// The three sources of each kind in a language, under the names that [`crate::mail::render_mail`] looks for.
macro_rules! mails {
    ($language:literal: $($kind:literal)+) => {
        [
            (concat!("mailings/base.", $language, ".txt"), include_str!(concat!($language, "/base.txt"))),
            (concat!("mailings/base.", $language, ".html"), include_str!(concat!($language, "/base.html"))),
            $(
                (
                    concat!("mailings/", $kind, ".", $language, ".subject.txt"),
                    include_str!(concat!($language, "/", $kind, ".subject.txt")),
                ),
                (
                    concat!("mailings/", $kind, ".", $language, ".txt"),
                    include_str!(concat!($language, "/", $kind, ".txt")),
                ),
                (
                    concat!("mailings/", $kind, ".", $language, ".html"),
                    include_str!(concat!($language, "/", $kind, ".html")),
                ),
            )+
        ]
    };
}

/// The kinds, once for all languages.
macro_rules! mails_in {
    ($language:literal) => {
        mails!($language: "reminder" "follow_up" "recording" "announcement" "digest")
    };
}

/// Registers them.
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
mod tests;
