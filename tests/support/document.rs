//! The OpenAPI document, operation by operation. Each problem that any test meets is looked up here, so that no answer is one which
//! the document does not name.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use plenary::routes;
use serde_json::Value;

/// One operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The method, in capitals.
    pub method: String,
    /// The path with its parameters in braces.
    pub path: String,
    /// What the document says of it.
    pub content: Value,
}

impl Operation {
    /// Its name in clients.
    pub fn id(&self) -> &str {
        self.content["operationId"].as_str().unwrap_or_default()
    }

    /// The names in the path's braces.
    pub fn path_parameters(&self) -> Vec<&str> {
        self.path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
    }

    /// The declared parameters of one place: `path`, `query` or `header`.
    pub fn parameters(&self, place: &str) -> Vec<&Value> {
        let all = self.content["parameters"].as_array().into_iter().flatten();
        all.filter(|parameter| parameter["in"] == place).collect()
    }

    /// Whether a header is declared.
    pub fn has_header(&self, name: &str) -> bool {
        self.parameters("header").iter().any(|parameter| parameter["name"] == name)
    }

    /// The statuses that are documented.
    pub fn statuses(&self) -> Vec<&str> {
        self.content["responses"].as_object().into_iter().flatten().map(|(status, _)| status.as_str()).collect()
    }

    /// The codes of the problems that are documented.
    pub fn codes(&self) -> BTreeSet<&str> {
        self.content["x-error-codes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The scopes that a token needs; none where no token is understood.
    pub fn scopes(&self) -> Option<Vec<&str>> {
        let security = self.content["security"].as_array()?;
        let bearer = security.iter().find_map(|one| one.get("bearer")?.as_array())?;
        Some(bearer.iter().filter_map(Value::as_str).collect())
    }

    /// Whether it answers without a token.
    pub fn is_public(&self) -> bool {
        match self.content["security"].as_array() {
            None => true,
            Some(security) => security.iter().any(|one| one.as_object().is_some_and(serde_json::Map::is_empty)),
        }
    }

    /// The media type of its body, if it takes one.
    pub fn body_type(&self) -> Option<&str> {
        self.content["requestBody"]["content"].as_object()?.keys().next().map(String::as_str)
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

/// The document as it is published.
pub fn published() -> Value {
    let text = routes::openapi_json().expect("the document can be made");
    serde_json::from_str(text).expect("the document is JSON")
}

/// Its operations.
pub fn operations(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in ["get", "post", "put", "patch", "delete"] {
            if let Some(content) = item.get(method) {
                let (method, path) = (method.to_uppercase(), path.clone());
                operations.push(Operation { method, path, content: content.clone() });
            }
        }
    }
    operations
}

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| operations(&published()));

/// What stands before every route: how much comes from one network without a token that we know.
const BEFORE_ROUTES: [&str; 1] = ["rate_limited"];

/// The operation that a request, such as `GET /events?limit=3`, reaches: of several, that with the most of its path in words.
fn operation(request: &str) -> Option<&'static Operation> {
    let (method, address) = request.split_once(' ')?;
    let path = address.split(['?', '#']).next()?;
    let fitting = OPERATIONS.iter().filter(|one| one.method == method && leads_to(&one.path, path));
    fitting.max_by_key(|one| one.path.split('/').filter(|part| !part.contains('{')).count())
}

fn leads_to(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    let fits = |(wanted, part): (&&str, &&str)| match wanted.split_once('{') {
        None => wanted == part,
        Some((before, rest)) => {
            let after = rest.split_once('}').map_or("", |(_, after)| after);
            part.len() > before.len() + after.len() && part.starts_with(before) && part.ends_with(after)
        }
    };
    template.len() == path.len() && template.iter().zip(&path).all(fits)
}

/// Whether the document names this code for the operation that the request reaches. What reaches none is not its matter.
pub fn is_named(request: &str, code: &str) -> bool {
    BEFORE_ROUTES.contains(&code) || operation(request).is_none_or(|one| one.codes().contains(code))
}

#[test]
fn a_request_is_looked_up_by_its_path() {
    let path = |request: &str| operation(request).map(|one| one.path.as_str());
    assert_eq!(path("GET /api/v1/events?limit=3"), Some("/api/v1/events"));
    assert_eq!(path("GET /api/v1/registrations/x"), Some("/api/v1/registrations/{registration_id}"));
    assert_eq!(path("GET /api/v1/registrations/manage/x"), Some("/api/v1/registrations/manage/{token}"));
    assert_eq!(path("GET /calendars/events/x.ics"), Some("/calendars/events/{event_id}.ics"));
    assert_eq!(path("GET /calendars/events/x"), None);
    assert_eq!(path("DELETE /api/v1/events"), None);
    assert!(is_named("DELETE /api/v1/events", "nonsense"), "there is no such operation");
    assert!(!is_named("GET /api/v1/events", "nonsense"));
    assert!(is_named("GET /api/v1/events/x", "not_found"));
}
