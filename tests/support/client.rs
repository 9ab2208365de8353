//! A client of the API. It follows no redirect and keeps no cookie, so that a test sees what the server said.

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::Answer;

/// Speaks to one server, with the headers it was given. Clones are cheap.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    headers: HeaderMap,
}

impl Client {
    /// Speaks to the server at `base`, without a token.
    pub fn new(base: &str) -> Self {
        // A connection that rests longer may be closed by the server at the moment in which it is used again.
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .pool_idle_timeout(std::time::Duration::from_secs(1))
            .build()
            .unwrap();
        Self { http, base: base.to_owned(), headers: HeaderMap::new() }
    }

    /// The same with one more header, or another value of it.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        client.headers.insert(name, HeaderValue::from_str(value).expect("a header's value"));
        client
    }

    /// The same, speaking to the server at another `base`.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The same with a bearer token.
    #[must_use]
    pub fn bearing(&self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    /// The same with `If-Match`.
    #[must_use]
    pub fn if_match(&self, tag: &str) -> Self {
        self.with("if-match", tag)
    }

    /// The same with an `Idempotency-Key`.
    #[must_use]
    pub fn keyed(&self, key: &str) -> Self {
        self.with("idempotency-key", key)
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// HEAD.
    pub async fn head(&self, path: &str) -> Answer {
        self.send(Method::HEAD, path, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(("application/json", body.to_string().into_bytes()))).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(("application/json", body.to_string().into_bytes()))).await
    }

    /// PATCH with a merge patch.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(("application/merge-patch+json", body.to_string().into_bytes()))).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Any request: a method, a path (or a whole address of this server), and perhaps a body with its media type.
    pub async fn send(&self, method: Method, path: &str, body: Option<(&str, Vec<u8>)>) -> Answer {
        let path = path.strip_prefix(&self.base).unwrap_or(path);
        let name = format!("{method} {path}");
        let mut request = self.http.request(method, format!("{}{path}", self.base)).headers(self.headers.clone());
        if let Some((media_type, bytes)) = body {
            request = request.header("content-type", media_type).body(bytes);
        }
        match request.send().await {
            Ok(response) => Answer::read(name, response).await,
            Err(error) => panic!("{name}: {error:?}"),
        }
    }
}
