//! Successful answers: JSON with the headers that belong to it.

use actix_web::http::StatusCode;
use actix_web::http::header::IF_NONE_MATCH;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use serde::Serialize;

use super::conditional::{entity_tag, matches_any};
use super::problem::Problem;

/// An answer that can be stored beside its effect and sent again, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Headers besides the content type.
    pub headers: Vec<(String, String)>,
    /// JSON, or empty.
    pub body: String,
}

impl Reply {
    /// 200 with a body.
    ///
    /// # Errors
    /// A body that cannot be written as JSON: a fault of ours.
    pub fn ok(body: &impl Serialize) -> Result<Self, Problem> {
        Self::json(200, body)
    }

    /// 201 with a body and where the new resource is.
    ///
    /// # Errors
    /// A body that cannot be written as JSON: a fault of ours.
    pub fn created(location: String, body: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self::json(201, body)?.with_header("location", location))
    }

    /// 204.
    pub fn no_content() -> Self {
        Self { status: 204, headers: Vec::new(), body: String::new() }
    }

    /// 308: it is elsewhere from now on.
    pub fn moved(location: String) -> Self {
        Self { status: 308, headers: Vec::new(), body: String::new() }.with_header("location", location)
    }

    /// Any status with a body.
    ///
    /// # Errors
    /// A body that cannot be written as JSON: a fault of ours.
    pub fn json(status: u16, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(body).map_err(|error| Problem::internal(error.to_string()))?;
        Ok(Self { status, headers: Vec::new(), body })
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Lets shared caches answer in our place for a while: it is the same for everybody who sends the same of the headers in `vary`.
    #[must_use]
    pub fn open_to_caches(self, vary: &str) -> Self {
        self.with_header("cache-control", "public, max-age=300").with_header("vary", vary)
    }

    /// Adds the `ETag` of one resource at `revision`.
    #[must_use]
    pub fn with_revision(self, revision: i64) -> Self {
        let tag = entity_tag(revision, self.body.as_bytes());
        self.with_header("etag", tag)
    }

    /// The head of an answer, with those of its headers that are wanted.
    fn start(&self, status: StatusCode, is_wanted: impl Fn(&str) -> bool) -> HttpResponseBuilder {
        let mut answer = HttpResponse::build(status);
        // A frontend may keep an answer but has to ask whether it still holds; staff and public see different ones.
        answer.insert_header(CACHE).insert_header(VARY);
        for (name, value) in self.headers.iter().filter(|(name, _)| is_wanted(name)) {
            answer.insert_header((name.as_str(), value.as_str()));
        }
        answer
    }
}

impl Responder for Reply {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let tag = self.headers.iter().find(|(name, _)| name == "etag").map(|(_, value)| value.as_str());
        let is_read = request.method().is_safe();
        if is_read
            && status == StatusCode::OK
            && let Some(tag) = tag
            && request
                .headers()
                .get_all(IF_NONE_MATCH)
                .filter_map(|value| value.to_str().ok())
                .any(|wanted| matches_any(wanted, tag))
        {
            // It says what the whole answer says of keeping it (RFC 9110 section 15.4.5).
            return self.start(StatusCode::NOT_MODIFIED, |name| KEEPING.contains(&name)).finish();
        }
        let mut answer = self.start(status, |_name| true);
        if self.body.is_empty() {
            return answer.finish();
        }
        answer.content_type("application/json").body(self.body)
    }
}

/// Headers of ours that say whether an answer still holds, and for whom.
const KEEPING: [&str; 3] = ["etag", "cache-control", "vary"];
const CACHE: (&str, &str) = ("cache-control", "private, no-cache");
const VARY: (&str, &str) = ("vary", "authorization, accept-encoding");
