//! The three texts of a mail, in the reader's language.

use minijinja::{Value, context, value::Serde};
use serde::Serialize;

use super::templates::{TemplateError, Templates};

/// The language that every mail exists in.
const FALLBACK: &str = "en";
/// Languages that are written from right to left.
const RIGHT_TO_LEFT: [&str; 8] = ["ar", "ckb", "dv", "fa", "he", "ps", "ur", "yi"];

/// A rendered mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, on one line.
    pub subject: String,
    /// The plain text version.
    pub text: String,
    /// The HTML version.
    pub html: String,
    /// The language of the templates that were used; not always the one that was asked for.
    pub language: String,
}

/// Renders `<name>.<language>.subject.txt`, `<name>.<language>.txt` and `<name>.<language>.html`.
///
/// The language is a BCP 47 tag. The templates of the whole tag are tried first (lower case), then those of its primary
/// language, then English; all three texts are always in the same language. To what is in `context` come `language`
/// (of the templates), `direction` (`ltr` or `rtl`) and, for text and HTML, `subject`.
///
/// # Errors
/// [`TemplateError::Missing`] if there is no such mail in English either, [`TemplateError::Render`] if one of the three
/// is missing or the context lacks a variable.
pub fn render_mail(
    templates: &Templates,
    name: &str,
    language: &str,
    context: &impl Serialize,
) -> Result<Rendered, TemplateError> {
    let tag = language.to_ascii_lowercase();
    let primary = tag.split('-').next().unwrap_or_default();
    let found = [tag.as_str(), primary, FALLBACK]
        .into_iter()
        .find(|candidate| templates.contains(&format!("{name}.{candidate}.subject.txt")))
        .ok_or_else(|| TemplateError::Missing { name: name.to_owned() })?;
    let is_rtl = RIGHT_TO_LEFT.contains(&found.split('-').next().unwrap_or_default());
    let direction = if is_rtl { "rtl" } else { "ltr" };
    let given = Value::from(Serde(context));
    let base = context! { language => found, direction, ..given };
    let subject = templates.render_value(&format!("{name}.{found}.subject.txt"), base.clone())?;
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let full = context! { subject => subject.clone(), ..base };
    Ok(Rendered {
        text: templates.render_value(&format!("{name}.{found}.txt"), full.clone())?,
        html: templates.render_value(&format!("{name}.{found}.html"), full)?,
        subject,
        language: found.to_owned(),
    })
}
