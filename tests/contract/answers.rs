//! That no answer is a problem which the document does not name: each problem that any test meets is looked up here.

use std::sync::LazyLock;

use super::document::{Operation, operations, published};

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

/// Whatever takes answers to a form says what may be wrong with them, each kind of question by its code.
#[test]
fn what_takes_answers_names_their_faults() {
    let document = published();
    let takes_answers = |one: &&Operation| {
        let content = one.content["requestBody"]["content"].as_object().into_iter().flatten();
        let mut schemas = content
            .filter(|(kind, _)| kind.ends_with("json"))
            .filter_map(|(_, body)| document.pointer(body["schema"]["$ref"].as_str()?.trim_start_matches('#')));
        schemas.any(|schema| schema["properties"].get("answers").is_some())
    };
    let all = operations(&document);
    let all: Vec<&Operation> = all.iter().filter(takes_answers).collect();
    assert!(all.len() >= 5, "{all:?}");
    for one in all {
        let missing: Vec<&str> =
            ["email_invalid", "phone_invalid"].into_iter().filter(|code| !one.codes().contains(code)).collect();
        assert_eq!(missing, Vec::<&str>::new(), "{one}");
    }
}

/// What no test meets as a problem in JSON: one is shown as a page, and who is erased has mostly come to their end.
#[test]
fn rare_refusals_are_named() {
    for (path, code) in [
        ("/events/{event_id}/register", "consent_outdated"),
        ("/api/v1/registrations/{registration_id}/rotate-links", "data_erased"),
    ] {
        let one = OPERATIONS.iter().find(|one| one.method == "POST" && one.path == path).unwrap();
        assert!(one.codes().contains(code), "{one}: {code}");
    }
}
