//! The templates of pages: a minijinja environment with one layout and one style sheet.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context, syntax::SyntaxConfig};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::markup::write_markup;
use crate::time::Language;

/// The one style sheet, which every page carries in itself.
const STYLE: &str = include_str!("layout/style.css");

/// Why a template cannot be used. The text names the template and the line, never a value.
#[derive(Debug, thiserror::Error)]
#[error("the page {name} cannot be made: {source}")]
pub struct PageError {
    name: String,
    source: minijinja::Error,
}

/// All pages of the house.
#[derive(Debug, Clone)]
pub struct Pages {
    environment: Environment<'static>,
    policy: String,
}

impl Pages {
    /// The layout, the page of a problem, and nothing else yet.
    ///
    /// # Errors
    /// The layout itself cannot be read.
    pub fn new() -> Result<Self, PageError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_name| AutoEscape::Html);
        environment.set_formatter(write_markup);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        let failed = |source| PageError { name: "layout".to_owned(), source };
        environment.set_syntax(syntax.map_err(failed)?);
        environment.add_global("style", Value::from_safe_string(STYLE.to_owned()));
        let digest = STANDARD.encode(Sha256::digest(STYLE));
        // Nothing is loaded and nothing is run; the style sheet is known by its digest, and a form goes where it came from.
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        let mut pages = Self { environment, policy };
        for (name, source) in [
            ("page.html", include_str!("layout/page.html")),
            ("parts.html", include_str!("layout/parts.html")),
            ("problem.html", include_str!("layout/problem.html")),
            ("words.en.html", include_str!("layout/words.en.html")),
            ("words.de.html", include_str!("layout/words.de.html")),
            ("words.fr.html", include_str!("layout/words.fr.html")),
            ("words.nl.html", include_str!("layout/words.nl.html")),
        ] {
            pages.add(name, source)?;
        }
        Ok(pages)
    }

    /// Registers a source under a name; a later one of the same name replaces it.
    ///
    /// # Errors
    /// It is not a template.
    pub fn add(&mut self, name: &'static str, source: &'static str) -> Result<(), PageError> {
        let added = self.environment.add_template(name, source);
        added.map_err(|source| PageError { name: name.to_owned(), source })
    }

    /// The `Content-Security-Policy` of every page.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// Renders a page. To what is in `context` come `language` and `languages`, the ways to the others.
    ///
    /// # Errors
    /// There is no such template, or the context lacks something that it uses.
    pub fn render(&self, name: &str, language: Language, context: &impl Serialize) -> Result<String, PageError> {
        self.render_keeping(name, language, "", context)
    }

    /// The same where the ways to the other languages end with `kept`: what else the reader has chosen.
    ///
    /// # Errors
    /// As for [`Pages::render`].
    pub fn render_keeping(
        &self,
        name: &str,
        language: Language,
        kept: &str,
        context: &impl Serialize,
    ) -> Result<String, PageError> {
        let languages: Vec<serde_json::Value> = Language::ALL
            .into_iter()
            .map(|one| json!({ "code": one.code(), "name": own_name(one), "is_current": one == language }))
            .collect();
        let given = Value::from(Serde(context));
        let languages = Value::from(Serde(&languages));
        let full = context! { language => language.code(), languages, kept, ..given };
        let rendered = self.environment.get_template(name).and_then(|template| template.render(full));
        rendered.map_err(|source| PageError { name: name.to_owned(), source })
    }
}

/// What a language calls itself.
const fn own_name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::De => "Deutsch",
        Language::Fr => "Français",
        Language::Nl => "Nederlands",
    }
}

#[cfg(test)]
#[path = "templates_tests.rs"]
mod tests;
