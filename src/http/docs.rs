//! The OpenAPI document, and the page that shows it.

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, ResponseError as _};
use sha2::{Digest, Sha256};
use utoipa_swagger_ui::{Config, serve};

use super::conditional::matches_any;
use super::problem::Problem;

/// What the library calls its page.
const THEIR_TITLE: &str = "<title>Swagger UI</title>";
/// What it is.
const OUR_TITLE: &str = "<title>Plenary API</title>";

/// The document as it is served, again and again. Cheap to clone.
#[derive(Debug, Clone)]
pub struct PublishedDocument {
    body: Bytes,
    tag: String,
}

impl PublishedDocument {
    /// Takes the text of the document.
    pub fn new(text: &'static str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let short = digest.iter().take(16).fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        // Weak, because it may be compressed on its way.
        Self { body: text.into(), tag: format!("W/\"{short}\"") }
    }

    /// Answers with it, or with 304 to a client that has it.
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let mut wanted = request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
        let is_known = wanted.any(|wanted| matches_any(wanted, &self.tag));
        let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        answer.insert_header((ETAG, self.tag.as_str())).insert_header((CACHE_CONTROL, "public, max-age=300"));
        if is_known {
            return answer.insert_header((VARY, "accept-encoding")).finish();
        }
        answer.content_type("application/json").body(self.body.clone())
    }
}

/// How the page is set up.
pub fn docs_config() -> Config<'static> {
    Config::from("/openapi.json")
        // Without this the page asks a server on the internet to validate the document.
        .validator_url("none")
        .deep_linking(true)
        .display_request_duration(true)
        // All operations at once take seconds to draw, and nobody reads down to the last.
        .doc_expansion("none")
        .filter(true)
}

/// The page, under our name.
pub fn docs_page() -> HttpResponse {
    let page = serve("index.html", Arc::new(docs_config())).ok().flatten();
    let text = page.and_then(|file| String::from_utf8(file.bytes.into_owned()).ok());
    match text {
        Some(text) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((CACHE_CONTROL, "public, max-age=300"))
            .body(text.replace(THEIR_TITLE, OUR_TITLE)),
        None => Problem::internal("the page of the documentation is missing").error_response(),
    }
}

/// Leads from `/docs` to the page, whose own addresses are relative.
pub fn docs_redirect() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header(("location", "/docs/")).finish()
}
