//! Requests that nobody looks at: a program asks for the headers, or a browser fetches a page in case its user wants it.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

/// The mark of a HEAD request, which handlers see as a GET.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeadersOnly;

/// Whether nobody looks at the answer: it is one to HEAD, or is fetched in advance. What follows from a visit does not follow
/// from this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glance(pub bool);

impl Glance {
    fn of(request: &HttpRequest) -> Self {
        let is_ahead = ["sec-purpose", "purpose", "x-purpose", "x-moz"].iter().any(|name| {
            let value = request.headers().get(*name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let value = value.to_ascii_lowercase();
            value.contains("prefetch") || value.contains("preview")
        });
        Self(is_ahead || request.extensions().get::<HeadersOnly>().is_some())
    }
}

impl FromRequest for Glance {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_glance_is_no_visit() {
        let with = |name: &'static str, value: &str| {
            Glance::of(&TestRequest::get().insert_header((name, value)).to_http_request()).0
        };
        assert!(with("sec-purpose", "prefetch;prerender") && with("x-moz", "Prefetch") && with("purpose", "preview"));
        assert!(!with("sec-purpose", "") && !with("sec-fetch-mode", "navigate"));
        let head = TestRequest::get().to_http_request();
        head.extensions_mut().insert(HeadersOnly);
        assert!(Glance::of(&head).0);
    }
}
