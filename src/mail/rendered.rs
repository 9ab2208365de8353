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
    let direction = direction(found);
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

/// A part of a mail that a workspace words itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordedPart {
    /// Text of its own, in both forms. The HTML is put in as it is.
    Text {
        /// For the HTML version.
        html: String,
        /// For the plain text.
        text: String,
    },
    /// A link that stands alone.
    Button {
        /// Where it leads.
        url: String,
        /// What it says.
        label: String,
    },
    /// Our block of facts: what, when and where.
    Details,
    /// Our block of what can be done now, with the links for it.
    Actions,
}

impl WordedPart {
    fn to_value(&self) -> Value {
        match self {
            Self::Text { html, text } => {
                context! { kind => "text", html => Value::from_safe_string(html.clone()), text => text.as_str() }
            }
            Self::Button { url, label } => {
                let text = format!("{label}:\n{url}");
                context! { kind => "button", url => url.as_str(), label => label.as_str(), text }
            }
            Self::Details => context! { kind => "details" },
            Self::Actions => context! { kind => "actions" },
        }
    }
}

/// Renders the mail `name` with another subject and another body. Its layout, its footer and the blocks that the parts ask
/// for stay those of the template, which has to exist in `language`.
///
/// # Errors
/// [`TemplateError::Render`] if there is no such mail or the context lacks a variable of the blocks.
pub fn render_worded(
    templates: &Templates,
    name: &str,
    language: &str,
    context: &impl Serialize,
    subject: &str,
    parts: &[WordedPart],
) -> Result<Rendered, TemplateError> {
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts: Vec<Value> = parts.iter().map(WordedPart::to_value).collect();
    let given = Value::from(Serde(context));
    let direction = direction(language);
    let base = context! { language, direction, subject => subject.as_str(), ..given };
    let of = |ending: &str| {
        let wording = context! { base => format!("{name}.{language}.{ending}"), parts => parts.clone() };
        templates.render_value(&format!("wording.{ending}"), context! { wording, ..base.clone() })
    };
    Ok(Rendered { text: of("txt")?, html: of("html")?, subject, language: language.to_owned() })
}

/// Which way a language is written.
fn direction(language: &str) -> &'static str {
    let primary = language.split('-').next().unwrap_or_default();
    if RIGHT_TO_LEFT.contains(&primary) { "rtl" } else { "ltr" }
}
