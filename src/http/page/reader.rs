//! Who reads a page: the language that they want, and where they are.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::{FromRequest, HttpRequest, web};
use serde::Serialize;

use super::super::problem::Problem;
use super::super::state::State;
use super::answer::{HtmlPage, PageProblem};
use super::templates::Pages;
use crate::time::Language;

/// The reader of a page. A handler takes one and makes its answers with it.
#[derive(Debug, Clone)]
pub struct Reader {
    pages: Arc<Pages>,
    chosen: Option<Language>,
    accepted: Option<Language>,
    name: String,
}

impl Reader {
    pub(super) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let state = request.app_data::<web::Data<State>>();
        let state = state.ok_or_else(|| Problem::internal("the state is not registered"))?;
        let chosen = url::form_urlencoded::parse(request.query_string().as_bytes())
            .find_map(|(name, value)| (name == "lang").then(|| Language::parse(&value)).flatten());
        let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self {
            pages: Arc::clone(&state.pages),
            chosen,
            accepted: header.and_then(accepted_language),
            name: request.path().rsplit('/').next().unwrap_or_default().to_owned(),
        })
    }

    /// The language of the page: what `?lang=` says, else the one `known` of this person, else what the browser prefers, else
    /// English.
    pub fn language(&self, known: Option<Language>) -> Language {
        self.chosen.or(known).or(self.accepted).unwrap_or_default()
    }

    /// The language of a page for everybody: what `?lang=` says, else what the browser prefers, else `own`, that of what it shows.
    pub fn language_or(&self, own: Language) -> Language {
        self.chosen.or(self.accepted).unwrap_or(own)
    }

    /// A page of this status from a template.
    ///
    /// # Errors
    /// The template or its context is wrong: a fault of ours.
    pub fn page(
        &self,
        status: u16,
        template: &str,
        language: Language,
        context: &impl Serialize,
    ) -> Result<HtmlPage, PageProblem> {
        match self.pages.render(template, language, context) {
            Ok(body) => Ok(HtmlPage::shown(&self.pages, status, language, body)),
            Err(error) => Err(self.problem(Problem::internal(error.to_string()))),
        }
    }

    /// After a POST: back to the page that the form stands on, by GET, in the language that was chosen. Reloading that page
    /// then sends nothing twice.
    pub fn see_other(&self) -> HtmlPage {
        self.see_other_at(&self.name)
    }

    /// After a POST: to another page, by GET, in the language that was chosen. `path` is relative to where the reader is, since a
    /// proxy may have put something before the path.
    pub fn see_other_at(&self, path: &str) -> HtmlPage {
        HtmlPage::elsewhere(&self.pages, format!("{path}{}", self.query()))
    }

    /// What a link to another of our pages ends with, so that the chosen language stays: `?lang=de`, or nothing.
    pub fn query(&self) -> String {
        self.chosen.map(|language| format!("?lang={language}")).unwrap_or_default()
    }

    /// Away from here, to another site's page. It is told neither where its reader comes from nor where they went before.
    ///
    /// # Errors
    /// `address` is none: a fault of ours.
    pub fn away(&self, address: &str) -> Result<HtmlPage, PageProblem> {
        match url::Url::parse(address) {
            Ok(address) => Ok(HtmlPage::elsewhere(&self.pages, address.into())),
            Err(error) => Err(self.problem(Problem::internal(error.to_string()))),
        }
    }

    /// A problem as a page.
    pub fn problem(&self, problem: impl Into<Problem>) -> PageProblem {
        PageProblem::new(&self.pages, self.language(None), problem.into())
    }
}

impl utoipa::IntoParams for Reader {
    fn into_params(
        _parameter_in: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
        use utoipa::openapi::{ObjectBuilder, Required, Type};
        let languages = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Language::ALL.into_iter().map(Language::code)));
        vec![
            ParameterBuilder::new()
                .name("lang")
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .description(Some("The language of the page; what the browser prefers if absent."))
                .schema(Some(languages.build()))
                .example(Some(serde_json::json!("de")))
                .build(),
        ]
    }
}

impl FromRequest for Reader {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

/// The language that we write and that `Accept-Language` (RFC 9110 section 12.5.4) gives the most weight, the first of equals.
fn accepted_language(header: &str) -> Option<Language> {
    let weighted = header.split(',').take(50).filter_map(|part| {
        let mut parameters = part.split(';');
        let language = Language::parse(parameters.next()?.trim())?;
        let weight = parameters.find_map(|one| one.trim().strip_prefix("q=")?.trim().parse::<f32>().ok());
        let weight = weight.unwrap_or(1.0);
        (weight > 0.0).then_some((weight, language))
    });
    let best = weighted.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_is_given_what_it_prefers_of_what_we_write() {
        for (header, expected) in [
            ("de", Some(Language::De)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::De)),
            ("en;q=0.5, fr-CH;q=0.9, *;q=0.1", Some(Language::Fr)),
            ("es, pt;q=0.9, nl;q=0.1", Some(Language::Nl)),
            ("nl;q=0.5,de;q=0.5", Some(Language::Nl)),
            ("de;q=0, fr;q=0.1", Some(Language::Fr)),
            ("es", None),
            ("", None),
            ("*", None),
            (";q=, ,;;", None),
            ("de;q=x", Some(Language::De)),
        ] {
            assert_eq!(accepted_language(header), expected, "{header}");
        }
    }
}
