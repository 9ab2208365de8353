//! The OpenAPI document, operation by operation.

use std::collections::BTreeSet;

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
