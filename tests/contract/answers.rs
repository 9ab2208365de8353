//! That operations name the refusals which no test, or not each, meets as a problem in JSON.

use crate::support::document::{Operation, operations, published};

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
    let all = operations(&published());
    for (path, code) in [
        ("/events/{event_id}/register", "consent_outdated"),
        ("/api/v1/registrations/{registration_id}/rotate-links", "data_erased"),
    ] {
        let one = all.iter().find(|one| one.method == "POST" && one.path == path).unwrap();
        assert!(one.codes().contains(code), "{one}: {code}");
    }
}
