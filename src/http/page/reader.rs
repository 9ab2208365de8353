//! Who reads a page: the language that they want, and where they are.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::{FromRequest, HttpRequest, web};
use serde::Serialize;
use url::form_urlencoded::{Serializer, parse};

use super::super::accept::accepted_language;
use super::super::problem::Problem;
use super::super::state::State;
use super::answer::{HtmlPage, PageProblem};
use super::templates::Pages;
use crate::time::{Language, Zone};

/// What a page is told by the address that a change leads back to.
const SAVED: &str = "saved";

/// The reader of a page. A handler takes one and makes its answers with it.
#[derive(Debug, Clone)]
pub struct Reader {
    pages: Arc<Pages>,
    chosen: Option<Language>,
    accepted: Option<Language>,
    zone: Option<Zone>,
    has_saved: bool,
    name: String,
}

impl Reader {
    pub(super) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let state = request.app_data::<web::Data<State>>();
        let state = state.ok_or_else(|| Problem::internal("the state is not registered"))?;
        let asked = |name: &str| {
            let mut pairs = parse(request.query_string().as_bytes());
            pairs.find_map(|(own, value)| (own == name).then(|| value.into_owned()))
        };
        let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self {
            pages: Arc::clone(&state.pages),
            chosen: asked("lang").and_then(|tag| Language::parse(&tag)),
            zone: asked("tz").and_then(|name| Zone::parse(&name).ok()),
            has_saved: asked(SAVED).is_some(),
            accepted: header.and_then(accepted_language),
            name: request.path().rsplit('/').next().unwrap_or_default().to_owned(),
        })
    }

    /// The language of a page for one person: what `?lang=` says, else the one `known` of them, else what the browser prefers, else
    /// `home`, that of the workspace.
    pub fn language(&self, known: Option<Language>, home: Language) -> Language {
        self.chosen.or(known).or(self.accepted).unwrap_or(home)
    }

    /// The language of a page for everybody: what `?lang=` says, else what the browser prefers, else `own`, that of what it shows.
    pub fn language_or(&self, own: Language) -> Language {
        self.chosen.or(self.accepted).unwrap_or(own)
    }

    /// The language that was chosen for our pages, whatever the browser prefers.
    pub fn chosen(&self) -> Option<Language> {
        self.chosen
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
        let kept = self.zone.map(|zone| format!("&{}", with("tz", zone.name()))).unwrap_or_default();
        match self.pages.render_keeping(template, language, &kept, context) {
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

    /// After a POST that changed something: to the page that shows it, which says that it is saved.
    pub fn saved_at(&self, path: &str) -> HtmlPage {
        let query = self.query();
        let joint = if query.is_empty() { '?' } else { '&' };
        HtmlPage::elsewhere(&self.pages, format!("{path}{query}{joint}{SAVED}=1"))
    }

    /// Whether they come from a change that was saved just now.
    pub fn has_saved(&self) -> bool {
        self.has_saved
    }

    /// The zone in which they want times beside those of the event, on pages for everybody.
    pub fn zone(&self) -> Option<Zone> {
        self.zone
    }

    /// What a link to another of our pages ends with, so that the chosen language and zone stay: `?lang=de`, or nothing.
    pub fn query(&self) -> String {
        let language = self.chosen.map(|language| with("lang", language.code()));
        let chosen: Vec<String> = language.into_iter().chain(self.zone.map(|zone| with("tz", zone.name()))).collect();
        if chosen.is_empty() { String::new() } else { format!("?{}", chosen.join("&")) }
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
        PageProblem::new(&self.pages, self.language_or(Language::En), problem.into())
    }
}

fn with(name: &str, value: &str) -> String {
    Serializer::new(String::new()).append_pair(name, value).finish()
}

/// In which zone, beside the event's own, a page for everybody shows times; [`Reader::zone`] reads it.
#[derive(Debug, Clone, Copy, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReaderZone {
    /// The reader's IANA zone. One that does not exist is ignored.
    #[param(value_type = Option<String>, example = "America/New_York")]
    #[expect(dead_code, reason = "it describes the parameter")]
    tz: (),
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
