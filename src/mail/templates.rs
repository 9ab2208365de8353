//! The templates of mails: a minijinja environment with a shared layout.
//!
//! A product room registers its embedded sources at the start, under names like `registrations/confirmed.en.html`. What
//! ends in `.html` is escaped, everything else is not. A variable that the context lacks is an error, not an empty
//! place in somebody's mail.
//!
//! Here to build on:
//! - `layout.html` with the blocks `preheader`, `heading`, `body` and `footer`; it needs `language` and `subject`, which
//!   [`super::render_mail`] provides;
//! - `layout.txt` with the blocks `heading`, `body` and `footer`;
//! - `parts.html` with the macros `button(url, label)`, `facts(rows)` for rows of `[label, value]`, and `note()`, which is
//!   called with a block: `{% from "parts.html" import button, facts %}`.

use minijinja::{
    AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior, Value, syntax::SyntaxConfig, value::Serde,
};
use serde::Serialize;

/// Why a template cannot be used. The text names the template and the line, never a value.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The source is not a template.
    #[error("the mail template {name} cannot be read: {source}")]
    Source {
        /// The name it was to be registered under.
        name: String,
        /// What minijinja says.
        source: minijinja::Error,
    },
    /// The template does not exist, or lacks something in its context.
    #[error("the mail template {name} cannot be rendered: {source}")]
    Render {
        /// The template's name.
        name: String,
        /// What minijinja says.
        source: minijinja::Error,
    },
    /// There is no template of this name, in the language asked for or in English.
    #[error("there is no mail template {name}")]
    Missing {
        /// The name without language and ending.
        name: String,
    },
}

/// All templates of the house.
#[derive(Debug, Clone)]
pub struct Templates {
    environment: Environment<'static>,
}

impl Templates {
    /// The shared layout, and nothing else yet.
    ///
    /// # Errors
    /// [`TemplateError::Source`] if the layout itself cannot be read.
    pub fn new() -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|name| if is_html(name) { AutoEscape::Html } else { AutoEscape::None });
        environment.set_formatter(write_value);
        // A line that only holds a tag leaves no empty line in a text mail.
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
        environment
            .set_syntax(syntax.map_err(|source| TemplateError::Source { name: "layout.html".to_owned(), source })?);
        let mut templates = Self { environment };
        templates.add("layout.html", include_str!("templates/layout.html"))?;
        templates.add("layout.txt", include_str!("templates/layout.txt"))?;
        templates.add("parts.html", include_str!("templates/parts.html"))?;
        Ok(templates)
    }

    /// Registers a source under a name; a later one of the same name replaces it.
    ///
    /// # Errors
    /// [`TemplateError::Source`] if it is not a template.
    pub fn add(&mut self, name: &'static str, source: &'static str) -> Result<(), TemplateError> {
        self.environment
            .add_template(name, source)
            .map_err(|source| TemplateError::Source { name: name.to_owned(), source })
    }

    /// Whether a template of this name is registered.
    pub fn contains(&self, name: &str) -> bool {
        self.environment.get_template(name).is_ok()
    }

    /// The names of all registered templates, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.environment.templates().map(|(name, _)| name).collect();
        names.sort_unstable();
        names
    }

    /// Renders one template.
    ///
    /// # Errors
    /// [`TemplateError::Render`] if there is no such template or the context lacks a variable that it uses.
    pub fn render(&self, name: &str, context: &impl Serialize) -> Result<String, TemplateError> {
        self.render_value(name, Value::from(Serde(context)))
    }

    pub(super) fn render_value(&self, name: &str, context: Value) -> Result<String, TemplateError> {
        self.environment
            .get_template(name)
            .and_then(|template| template.render(context))
            .map_err(|source| TemplateError::Render { name: name.to_owned(), source })
    }
}

fn is_html(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending == "html")
}

/// Escapes for HTML text and quoted attributes. The engine's own escaping also turns `/` into a reference, which makes
/// links hard to read for people and programs.
fn write_value(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    if *state.auto_escape() != AutoEscape::Html || value.is_safe() {
        return minijinja::escape_formatter(out, state, value);
    }
    let text = value.to_string();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (plain, special) = rest.split_at(at);
        let escaped = match special.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            _ => "&#39;",
        };
        write(out, plain)?;
        write(out, escaped)?;
        rest = special.get(1..).unwrap_or_default();
    }
    write(out, rest)
}

fn write(out: &mut Output<'_>, text: &str) -> Result<(), minijinja::Error> {
    out.write_str(text).map_err(|error| minijinja::Error::new(ErrorKind::WriteFailure, "output").with_source(error))
}

#[cfg(test)]
#[path = "templates_tests.rs"]
mod tests;
