//! Completes the generated OpenAPI document with what follows from a route's shape, so that no handler repeats it: the
//! problems that a body, a query, a token, a condition or an idempotency key can lead to, and headers of the answers.
//!
//! A handler names only the codes of its own, in the extension `x-codes`; one that takes any query says so in `x-any-query`.
//! Where the answer is a page, so are its problems.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{Object, Required, Type};

use super::problem::Code;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The whole document as it is published.
///
/// # Errors
/// A handler names a code that the table lacks: the code's name.
pub fn complete(mut document: Value) -> Result<Value, String> {
    let whole = may_be_empty(&document);
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    for (path, item) in paths {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                declare_path_parameters(path, operation);
                if method == "post" {
                    say_what_may_be_left_out(operation, &whole);
                }
                complete_operation(method, operation)?;
            }
        }
    }
    Ok(document)
}

/// References to the schemas in which every member may be left out.
fn may_be_empty(document: &Value) -> BTreeSet<String> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let optional = schemas.into_iter().flatten().filter(|(_, schema)| {
        schema.get("type").is_some_and(|kind| kind == "object") && schema.get("required").is_none()
    });
    optional.map(|(name, _)| format!("#/components/schemas/{name}")).collect()
}

/// A command without a body says nothing more: where nothing has to be said, no body has to be sent.
fn say_what_may_be_left_out(operation: &mut Map<String, Value>, may_be_empty: &BTreeSet<String>) {
    let Some(body) = operation.get_mut("requestBody").and_then(Value::as_object_mut) else { return };
    let Some(content) = body.get("content").and_then(Value::as_object).filter(|content| content.len() == 1) else {
        return;
    };
    let schema = content.get("application/json").and_then(|json| json.pointer("/schema/$ref")).and_then(Value::as_str);
    if schema.is_some_and(|schema| may_be_empty.contains(schema)) {
        body.insert("required".to_owned(), json!(false));
    }
}

/// The names in braces are the path's parameters; an id is a UUID.
fn declare_path_parameters(path: &str, operation: &mut Map<String, Value>) {
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    let Some(parameters) = parameters.as_array_mut() else { return };
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    for (index, name) in names.enumerate() {
        let is_declared = parameters.iter().any(|one| {
            one.get("in").is_some_and(|place| place == "path") && one.get("name").is_some_and(|n| n == name)
        });
        if !is_declared {
            let schema = if name.ends_with("_id") {
                json!({ "type": "string", "format": "uuid" })
            } else {
                json!({ "type": "string" })
            };
            let parameter = json!({ "name": name, "in": "path", "required": true, "schema": schema });
            parameters.insert(index, parameter);
        }
    }
}

fn complete_operation(method: &str, operation: &mut Map<String, Value>) -> Result<(), String> {
    describe_parameters(operation);
    let mut codes = shape_codes(method, operation);
    let is_page = is_page(operation);
    if let Some(own) = operation.shift_remove("x-codes") {
        for name in own.as_array().into_iter().flatten().filter_map(Value::as_str) {
            let code = Code::ALL.iter().find(|code| code.name() == name).ok_or_else(|| name.to_owned())?;
            codes.insert(code.name());
        }
    }
    if operation.shift_remove("x-any-query").is_some() {
        codes.remove(Code::MalformedQuery.name());
    }
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in Code::ALL.iter().filter(|code| codes.contains(code.name())) {
        by_status.entry(code.status()).or_default().push(*code);
    }
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    if let Some(responses) = responses.as_object_mut() {
        for response in responses.values_mut() {
            add_headers(response);
        }
        for (status, codes) in by_status {
            responses.insert(status.to_string(), problem_response(&codes, is_page));
        }
    }
    // Public on purpose, not by omission.
    operation.entry("security").or_insert_with(|| json!([]));
    operation.insert("x-error-codes".to_owned(), json!(codes));
    Ok(())
}

/// Whether people see the answer in a browser: it is HTML, or the body is a form.
fn is_page(operation: &Map<String, Value>) -> bool {
    let has =
        |content: Option<&Value>, media_type: &str| content.is_some_and(|content| content.get(media_type).is_some());
    let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    let body = operation.get("requestBody").and_then(|body| body.get("content"));
    has(body, "application/x-www-form-urlencoded")
        || responses.into_iter().any(|(_, response)| has(response.get("content"), "text/html"))
}

/// The codes that follow from the shape of a route.
fn shape_codes(method: &str, operation: &Map<String, Value>) -> BTreeSet<&'static str> {
    let parameters: Vec<(&str, &str)> = operation
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|parameter| Some((parameter.get("in")?.as_str()?, parameter.get("name")?.as_str()?)))
        .collect();
    let has = |place: &str, name: Option<&str>| {
        parameters.iter().any(|(p, n)| *p == place && name.is_none_or(|name| *n == name))
    };
    let is_secured = operation.get("security").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let is_optional = operation
        .get("security")
        .and_then(Value::as_array)
        .is_some_and(|list| list.iter().any(|one| one.as_object().is_some_and(Map::is_empty)));
    let mut codes = vec![Code::Internal, Code::Unavailable];
    if is_secured {
        codes.push(Code::Unauthenticated);
    }
    if is_secured && !is_optional {
        codes.push(Code::Forbidden);
    }
    if has("path", None) {
        codes.push(Code::NotFound);
    }
    // A page is shown whatever stands behind its address.
    if has("query", None) && !is_page(operation) {
        codes.push(Code::MalformedQuery);
    }
    if has("query", Some("cursor")) {
        codes.push(Code::CursorInvalid);
    }
    if operation.contains_key("requestBody") {
        if !is_page(operation) {
            codes.push(Code::MalformedJson);
        }
        codes.extend([
            Code::BodyTooLarge,
            Code::UnsupportedMediaType,
            Code::Invalid,
            Code::FieldRequired,
            Code::FieldUnknown,
            Code::FieldType,
            Code::TextInvalid,
        ]);
    }
    if has("header", Some("If-Match")) {
        codes.extend([Code::PreconditionRequired, Code::PreconditionFailed, Code::HeaderInvalid]);
    }
    if has("header", Some("Idempotency-Key")) {
        codes.extend([Code::IdempotencyKeyReused, Code::IdempotencyInFlight, Code::HeaderInvalid]);
    }
    if method != "get" && !is_secured {
        codes.push(Code::RateLimited);
    }
    codes.into_iter().map(Code::name).collect()
}

fn problem_response(codes: &[Code], is_page: bool) -> Value {
    let lines: Vec<String> = codes.iter().map(|code| format!("`{}`: {}.", code.name(), code.title())).collect();
    if is_page {
        return json!({
            "description": lines.join("\n"),
            "content": { "text/html": { "schema": { "type": "string" } } }
        });
    }
    let first = codes.first().map(|code| {
        json!({
            "type": format!("/api/v1/problems#{}", code.name()),
            "title": code.title(),
            "status": code.status(),
            "code": code.name(),
        })
    });
    json!({
        "description": lines.join("\n"),
        "content": {
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" }, "example": first }
        }
    })
}

fn add_headers(response: &mut Value) {
    let Some(response) = response.as_object_mut() else { return };
    let headers = response.entry("headers").or_insert_with(|| json!({}));
    if let Some(headers) = headers.as_object_mut() {
        headers.insert(
            "X-Request-Id".to_owned(),
            json!({ "description": "Names this request in the server's log.", "schema": { "type": "string" } }),
        );
    }
}

/// Path parameters are named after what they identify; the description says it in words.
fn describe_parameters(operation: &mut Map<String, Value>) {
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
    for parameter in parameters.filter_map(Value::as_object_mut) {
        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !parameter.contains_key("description") {
            let words = match name.strip_suffix("_id") {
                Some(noun) => format!("Id of the {}.", noun.replace('_', " ")),
                None if name == "token" => "The secret token of the link.".to_owned(),
                None => format!("The {}.", name.replace('_', " ")),
            };
            parameter.insert("description".to_owned(), json!(words));
        }
    }
}

/// A header that an extractor reads.
pub fn header_parameter(name: &str, is_required: bool, description: &str, example: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(if is_required { Required::True } else { Required::False })
        .description(Some(description))
        .schema(Some(Object::with_type(Type::String)))
        .example(Some(json!(example)))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(operation: &Value) -> Value {
        json!({ "paths": { "/things/{thing_id}": { "post": operation } } })
    }

    #[test]
    fn a_shape_brings_its_problems() {
        let operation = json!({
            "parameters": [
                { "in": "path", "name": "thing_id" },
                { "in": "header", "name": "If-Match", "description": "x" },
            ],
            "requestBody": {},
            "security": [{ "bearer": ["things:write"] }],
            "responses": { "200": { "description": "fine" } },
            "x-codes": ["slug_taken"],
        });
        let complete = complete(document(&operation)).unwrap();
        let operation = &complete["paths"]["/things/{thing_id}"]["post"];
        let statuses: Vec<&String> = operation["responses"].as_object().unwrap().keys().collect();
        assert_eq!(
            statuses,
            ["200", "400", "401", "403", "404", "409", "412", "413", "415", "422", "428", "500", "503"]
        );
        assert_eq!(operation["parameters"][0]["description"], "Id of the thing.");
        assert_eq!(operation["parameters"][1]["description"], "x");
        assert!(operation.get("x-codes").is_none());
    }

    #[test]
    fn a_body_in_which_nothing_has_to_be_said_may_be_left_out() {
        let asked = |media_types: &[&str], name: &str| {
            let schema = json!({ "schema": { "$ref": format!("#/components/schemas/{name}") } });
            let content: Map<String, Value> =
                media_types.iter().map(|one| ((*one).to_owned(), schema.clone())).collect();
            let mut document = document(&json!({ "requestBody": { "content": content, "required": true } }));
            let empty = json!({ "type": "object", "properties": { "reason": { "type": "string" } } });
            let full = json!({ "type": "object", "required": ["title"] });
            document["components"] = json!({ "schemas": { "Empty": empty, "Full": full } });
            complete(document).unwrap()["paths"]["/things/{thing_id}"]["post"]["requestBody"]["required"].clone()
        };
        assert_eq!(asked(&["application/json"], "Empty"), false);
        assert_eq!(asked(&["application/json"], "Full"), true);
        assert_eq!(asked(&["text/csv", "application/json"], "Empty"), true);
    }

    #[test]
    fn a_code_outside_the_table_is_found() {
        assert_eq!(complete(document(&json!({ "x-codes": ["nonsense"] }))), Err("nonsense".to_owned()));
    }
}
