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
//! - `event.<language>.html` and `event.<language>.txt`, the layout of a mail about an event, which hold the greeting, the facts
//!   of the event and the footer, with the blocks `greeted`, `message`, `about`, `next` and `reason`; they need `person`,
//!   `event` and `workspace`;
//! - `wording.html` and `wording.txt`, which put a workspace's own words into the place of the `heading` and `body` of one of
//!   these mails: see [`super::render_worded`];
//! - `parts.html` with the macros `button(url, label)`, `facts(rows)` for rows of `[label, value]`, and `note()`, which is
//!   called with a block: `{% from "parts.html" import button, facts %}`.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, syntax::SyntaxConfig, value::Serde};
use serde::Serialize;

use crate::http::page::write_markup;

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
        environment.set_formatter(write_markup);
        // A line that only holds a tag leaves no empty line in a text mail.
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
        environment
            .set_syntax(syntax.map_err(|source| TemplateError::Source { name: "layout.html".to_owned(), source })?);
        let mut templates = Self { environment };
        templates.add("layout.html", include_str!("templates/layout.html"))?;
        templates.add("layout.txt", include_str!("templates/layout.txt"))?;
        templates.add("parts.html", include_str!("templates/parts.html"))?;
        templates.add("wording.html", include_str!("templates/wording.html"))?;
        templates.add("wording.txt", include_str!("templates/wording.txt"))?;
        for (name, source) in [
            ("event.en.html", include_str!("templates/en/event.html")),
            ("event.en.txt", include_str!("templates/en/event.txt")),
            ("event.de.html", include_str!("templates/de/event.html")),
            ("event.de.txt", include_str!("templates/de/event.txt")),
            ("event.fr.html", include_str!("templates/fr/event.html")),
            ("event.fr.txt", include_str!("templates/fr/event.txt")),
            ("event.nl.html", include_str!("templates/nl/event.html")),
            ("event.nl.txt", include_str!("templates/nl/event.txt")),
        ] {
            templates.add(name, source)?;
        }
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

#[cfg(test)]
#[path = "templates_tests.rs"]
mod tests;
