//! Pages as answers.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, RETRY_AFTER, VARY,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder, ResponseError};
use serde_json::json;

use super::super::problem::{Code, Problem};
use super::form::is_form;
use super::reader::Reader;
use super::templates::Pages;
use crate::time::Language;

/// A page on its way to a browser, or the way to another.
#[derive(Debug, Clone)]
pub struct HtmlPage {
    status: u16,
    is_findable: bool,
    policy: String,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Shown { language: Language, body: String },
    Elsewhere { location: String },
}

impl HtmlPage {
    pub(super) fn shown(pages: &Pages, status: u16, language: Language, body: String) -> Self {
        Self {
            status,
            is_findable: false,
            policy: pages.policy().to_owned(),
            content: Content::Shown { language, body },
        }
    }

    pub(super) fn elsewhere(pages: &Pages, location: String) -> Self {
        Self {
            status: 303,
            is_findable: false,
            policy: pages.policy().to_owned(),
            content: Content::Elsewhere { location },
        }
    }

    /// The same for search engines to find: a page for everybody, whose template says so in its block `head` too.
    #[must_use]
    pub fn findable(self) -> Self {
        Self { is_findable: true, ..self }
    }

    fn start(&self) -> HttpResponseBuilder {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = HttpResponse::build(status);
        answer
            .insert_header((CONTENT_SECURITY_POLICY, self.policy.as_str()))
            .insert_header(("referrer-policy", "no-referrer"))
            .insert_header(("cross-origin-resource-policy", "same-origin"))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((VARY, "accept-language, accept-encoding"));
        if !self.is_findable {
            answer.insert_header(("x-robots-tag", "noindex"));
        }
        answer
    }

    fn answer(&self, mut answer: HttpResponseBuilder) -> HttpResponse {
        match &self.content {
            Content::Shown { language, body } => answer
                .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
                .insert_header((CONTENT_LANGUAGE, language.code()))
                .body(body.clone()),
            Content::Elsewhere { location } => answer.insert_header((LOCATION, location.as_str())).finish(),
        }
    }
}

impl Responder for HtmlPage {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        self.answer(self.start())
    }
}

/// A problem as a page: its status and its code are those of the table, the words are the reader's.
#[derive(Debug)]
pub struct PageProblem {
    problem: Problem,
    page: HtmlPage,
}

impl PageProblem {
    pub(super) fn new(pages: &Arc<Pages>, language: Language, problem: Problem) -> Self {
        let code = problem.code();
        let context = json!({ "code": code.name() });
        let body = pages.render("problem.html", language, &context).unwrap_or_else(|error| {
            tracing::error!(%error, "the page of a problem cannot be made");
            code.title().to_owned()
        });
        let page = HtmlPage::shown(pages, code.status(), language, body);
        Self { problem, page }
    }

    /// The code of the table.
    pub fn code(&self) -> Code {
        self.problem.code()
    }
}

impl std::fmt::Display for PageProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.problem.fmt(formatter)
    }
}

impl ResponseError for PageProblem {
    fn status_code(&self) -> StatusCode {
        self.problem.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        // This also logs what is our fault.
        let plain = self.problem.error_response();
        let mut answer = self.page.start();
        if let Some(seconds) = plain.headers().get(RETRY_AFTER) {
            answer.insert_header((RETRY_AFTER, seconds.clone()));
        }
        self.page.answer(answer)
    }
}

/// The answer to a request that was refused before any handler: a page to whoever sent a form, else as ever.
pub fn refuse(request: &HttpRequest, problem: Problem) -> HttpResponse {
    match Reader::of(request) {
        Ok(reader) if is_form(request) => reader.problem(problem).error_response(),
        _ => problem.error_response(),
    }
}
