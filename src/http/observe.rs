//! Around every request: its id, its log line, its metrics, and the security headers of its answer.
//!
//! A log line carries the route's pattern and never the path, because a path may hold a secret token.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use tracing::Instrument as _;

use super::glance::HeadersOnly;
use super::state::State;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The middleware.
///
/// # Errors
/// What the framework refuses before any handler; never its own.
pub async fn observe(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<actix_web::body::BoxBody>, Error> {
    let id = request_id(&request);
    let method = request.method().clone();
    // HEAD is answered by whoever answers GET; the connection knows that the body stays away (RFC 9110 section 9.3.2).
    if method == Method::HEAD {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(HeadersOnly);
    }
    let span = tracing::info_span!("request", request.id = %id, http.method = %method);
    let started = std::time::Instant::now();
    // The request must not be cloned on its way in: routing needs it for itself. A handler's error is its answer already;
    // what comes as an error here was refused by the framework before any handler.
    let mut response = next.call(request).instrument(span.clone()).await?.map_into_boxed_body();
    let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let is_docs = response.request().path().starts_with("/docs");
    let status = response.status().as_u16();
    let took = started.elapsed();
    span.in_scope(|| {
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(http.route = %route, http.status = status, took_ms = milliseconds, "request");
    });
    let labels = [("method", known_method(&method).to_owned()), ("route", route), ("status", status.to_string())];
    metrics::counter!("plenary_http_requests_total", &labels).increment(1);
    metrics::histogram!("plenary_http_request_seconds", &labels).record(took.as_secs_f64());
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    if is_docs {
        headers.insert(HeaderName::from_static("content-security-policy"), HeaderValue::from_static(DOCS_POLICY));
    }
    for (name, value) in SECURITY {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    Ok(response)
}

/// A client may invent methods, but not metrics.
fn known_method(method: &Method) -> &str {
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    if known.contains(method) { method.as_str() } else { "other" }
}

/// What every answer says unless the handler said otherwise. Nothing here is a page of its own except `/docs/`.
const SECURITY: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "cross-origin"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
];

/// The one page that is a page: its scripts come from here, its styles also from itself, its pictures from data.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; font-src 'self' data:; frame-ancestors 'none'";

/// The client's id if it is a decent one, else a new one.
fn request_id(request: &ServiceRequest) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| {
        (8..=100).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    });
    match (given, request.app_data::<web::Data<State>>()) {
        (Some(given), _) => given.to_owned(),
        (None, Some(state)) => state.ids.uuid(state.clock.now()).to_string(),
        (None, None) => "unknown".to_owned(),
    }
}
