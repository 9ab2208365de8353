//! What came back, and the two ways in which a test looks at it: as a success, or as a problem.

use reqwest::header::HeaderMap;
use serde_json::Value;

use super::document::is_named;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Which request it belongs to, for messages.
    pub request: String,
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    pub(super) async fn read(request: String, response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.expect("the body arrives").to_vec();
        Self { request, status, headers, body }
    }

    /// The body as text.
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(json) => json,
            Err(error) => panic!("{self} is no JSON: {error}"),
        }
    }

    /// One value of the JSON, by its pointer (RFC 6901).
    #[track_caller]
    pub fn at(&self, pointer: &str) -> Value {
        match self.json().pointer(pointer) {
            Some(value) => value.clone(),
            None => panic!("{self} has nothing at {pointer}"),
        }
    }

    /// One string of the JSON, by its pointer.
    #[track_caller]
    pub fn string(&self, pointer: &str) -> String {
        match self.at(pointer) {
            Value::String(text) => text,
            other => panic!("{self} has no string at {pointer} but {other}"),
        }
    }

    /// The `id` of the resource.
    #[track_caller]
    pub fn id(&self) -> String {
        self.string("/id")
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a readable header"))
    }

    /// The `ETag`.
    #[track_caller]
    pub fn etag(&self) -> String {
        match self.header("etag") {
            Some(tag) => tag.to_owned(),
            None => panic!("{self} has no ETag"),
        }
    }

    /// Insists on a status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// Insists on a problem (RFC 9457) of this status and code, whose own members say the same, and which the document names.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self}");
        let body = self.json();
        assert_eq!(body["status"], status, "{self}");
        assert_eq!(body["code"], code, "{self}");
        assert_eq!(body["type"], format!("/api/v1/problems#{code}"), "{self}");
        assert!(is_named(&self.request, code), "the document does not name {code} for {}", self.request);
        body
    }

    /// Insists on a 422 whose faults are exactly these: pointer and code, in this order.
    #[track_caller]
    pub fn faults(&self, expected: &[(&str, &str)]) {
        let body = self.json();
        let faults: Vec<(&str, &str)> = body["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|fault| (fault["pointer"].as_str().unwrap_or_default(), fault["code"].as_str().unwrap_or_default()))
            .collect();
        assert_eq!(faults, expected, "{self}");
        let code = if let [(_, code)] = expected { code } else { "invalid" };
        self.problem(422, code);
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {} {}", self.request, self.status, String::from_utf8_lossy(&self.body))
    }
}
