//! That the OpenAPI document is up to date, complete and consistent in itself.

use std::collections::BTreeSet;

use plenary::http::auth::Scope;
use plenary::routes;
use serde_json::Value;

use crate::support::TestApp;
use crate::support::document::{Operation, operations, published};

both!(the_server_serves_the_document, every_code_is_in_the_table);

/// Operations that anybody may call, and where no token means anything. A new one is added here knowingly.
const OPEN: [&str; 62] = [
    // signing in, and what runs the server
    "sign_in_member",
    "get_liveness",
    "get_metrics",
    "get_readiness",
    "list_countries",
    "list_problems",
    "list_timezones",
    // mail servers: what they post is signed
    "receive_bounces",
    // attendees: of published events, or with the secret of a link
    "create_registration",
    "create_series_registration",
    "send_registration_link",
    "get_registration_group",
    "verify_registration_group",
    "get_managed_registration",
    "accept_managed_offer",
    "cancel_managed_registration",
    "decline_managed_offer",
    "verify_managed_registration",
    "update_managed_registration",
    // their pages, and those of an event and of a series
    "get_event_page",
    "get_register_page",
    "get_registered_page",
    "register_page",
    "get_send_link_page",
    "send_link_page",
    "get_link_sent_page",
    "get_series_page",
    "get_series_register_page",
    "get_series_registered_page",
    "register_for_series_page",
    "get_registration_page",
    "verify_registration_page",
    "accept_offer_page",
    "decline_offer_page",
    "get_cancellation_page",
    "cancel_registration_page",
    "get_edit_page",
    "edit_registration_page",
    "get_registration_group_page",
    "verify_registration_group_page",
    "get_erasure_page",
    "erase_person_page",
    "get_managed_materials",
    "rotate_managed_feed",
    "get_join_page",
    "get_personal_calendar",
    "get_unsubscribe_page",
    "unsubscribe_by_link",
    "erase_managed_person",
    "export_managed_person",
    // speakers, with the secret of a link
    "get_invitation",
    "answer_invitation",
    "get_invitation_page",
    "answer_invitation_page",
    // calendars of what is published
    "get_event_calendar",
    "get_organisation_calendar",
    "get_series_calendar",
    "get_series_news",
    "get_session_calendar",
    "get_speaker_calendar",
    "get_workspace_calendar",
    "get_workspace_news",
];
/// POSTs that take no `Idempotency-Key`: they change nothing, to repeat them changes nothing, or what they make is shown once
/// and never stored.
const NOT_KEYED: [&str; 29] = [
    "accept_managed_offer",
    "accept_offer_page",
    "answer_invitation",
    "answer_invitation_page",
    "cancel_managed_registration",
    "cancel_registration_page",
    "check_proposed_schedule",
    "create_token",
    "decline_managed_offer",
    "decline_offer_page",
    "edit_registration_page",
    "preview_mail_template",
    "erase_managed_person",
    "erase_person_data",
    "erase_person_page",
    "export_person",
    "receive_bounces",
    "retry_outbox_message",
    "register_for_series_page",
    "register_page",
    "rotate_managed_feed",
    "send_link_page",
    "sign_in_member",
    "sign_out_member",
    "unsubscribe_by_link",
    "verify_managed_registration",
    "verify_registration_page",
    "verify_registration_group",
    "verify_registration_group_page",
];
/// Changes that take no `If-Match`: what they change has no revision.
const NOT_CONDITIONAL: [&str; 2] = ["delete_suppression", "delete_token"];

fn lint(rule: &str, is_broken: impl Fn(&Operation) -> bool) {
    let all = operations(&published());
    assert!(all.len() > 20, "{} operations", all.len());
    let broken: Vec<String> = all.iter().filter(|one| is_broken(one)).map(ToString::to_string).collect();
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

#[test]
fn the_file_is_up_to_date() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
    let written = std::fs::read_to_string(file).unwrap_or_default();
    let is_current = written == routes::openapi_json().unwrap();
    assert!(is_current, "openapi/openapi.json is out of date: run `cargo run -- openapi`");
}

async fn the_server_serves_the_document(app: TestApp) {
    let served = app.get("/openapi.json").await.expect(200);
    assert_eq!(served.header("content-type"), Some("application/json"));
    assert_eq!(served.text(), routes::openapi_json().unwrap());
}

async fn every_code_is_in_the_table(app: TestApp) {
    let table = app.get("/api/v1/problems").await.expect(200).json();
    let rows = table["items"].as_array().unwrap();
    for operation in operations(&published()) {
        for code in operation.codes() {
            let row = rows.iter().find(|row| row["code"] == code);
            let status = row.unwrap_or_else(|| panic!("{operation}: {code} is not in the table"))["status"].to_string();
            assert!(operation.statuses().contains(&status.as_str()), "{operation}: {code} without {status}");
        }
    }
}

#[test]
fn every_operation_is_described() {
    let has = |operation: &Operation, name: &str| operation.content[name].as_str().is_some_and(|text| !text.is_empty());
    lint("an operation needs an operationId", |one| one.id().is_empty());
    lint("an operation needs a summary", |one| !has(one, "summary"));
    lint("an operation needs a description", |one| !has(one, "description"));
    lint("an operation needs an answer that is no problem", |one| {
        // A form leads to the page that shows what came of it.
        !one.statuses().iter().any(|status| status.starts_with('2') || *status == "303")
    });
    lint("an operation names its codes", |one| one.codes().is_empty());
    let document = published();
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
    lint("an operation needs one of the tags", |one| {
        let own = one.content["tags"].as_array();
        own.is_none_or(|own| {
            own.len() != 1 || !own.iter().all(|tag| tag.as_str().is_some_and(|tag| tags.contains(tag)))
        })
    });
}

#[test]
fn operation_ids_are_unique() {
    let all = operations(&published());
    let mut seen = BTreeSet::new();
    let twice: Vec<&str> = all.iter().map(Operation::id).filter(|id| !seen.insert(*id)).collect();
    assert_eq!(twice, Vec::<&str>::new());
}

#[test]
fn security_is_declared() {
    lint("an operation without security stands in OPEN, and no other", |one| {
        one.scopes().is_some() == OPEN.contains(&one.id())
    });
    lint("an operation needs one known scope", |one| {
        one.scopes()
            .is_some_and(|scopes| scopes.len() != 1 || !Scope::ALL.iter().any(|scope| scope.as_str() == scopes[0]))
    });
    lint("a change is never public by the way", |one| one.method != "GET" && one.is_public() && one.scopes().is_some());
    let document = published();
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
}

#[test]
fn parameters_are_declared() {
    lint("a name in the path is a required parameter with a description", |one| {
        let declared = one.parameters("path");
        let is_declared = |name: &&str| {
            declared.iter().any(|parameter| {
                parameter["name"] == *name && parameter["required"] == true && parameter["description"].is_string()
            })
        };
        !one.path_parameters().iter().all(is_declared) || declared.len() != one.path_parameters().len()
    });
    lint("a path parameter leads to 404", |one| {
        !one.path_parameters().is_empty() && !one.codes().contains("not_found")
    });
    lint("a parameter needs a description", |one| {
        let all = one.content["parameters"].as_array().into_iter().flatten();
        all.into_iter().any(|parameter| parameter["description"].as_str().is_none_or(str::is_empty))
    });
    lint("a POST takes an Idempotency-Key or an If-Match", |one| {
        let has_one = one.has_header("Idempotency-Key") || one.has_header("If-Match");
        one.method == "POST" && !has_one && !NOT_KEYED.contains(&one.id())
    });
    lint("a change takes an If-Match", |one| {
        let is_change = matches!(one.method.as_str(), "PUT" | "PATCH" | "DELETE");
        is_change && !one.has_header("If-Match") && !NOT_CONDITIONAL.contains(&one.id())
    });
}

#[test]
fn references_lead_somewhere() {
    let document = published();
    let mut found = BTreeSet::new();
    collect_references(&document, &mut found);
    assert!(found.contains("#/components/schemas/Problem"), "{found:?}");
    let dangling: Vec<&String> =
        found.iter().filter(|reference| document.pointer(reference.trim_start_matches('#')).is_none()).collect();
    assert_eq!(dangling, Vec::<&String>::new());
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(target) if name == "$ref" => drop(found.insert(target.clone())),
                    other => collect_references(other, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect_references(value, found)),
        _ => {}
    }
}

#[test]
fn schemas_are_described() {
    let document = published();
    let mut bare = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if schema["description"].as_str().is_none_or(str::is_empty) {
            bare.push(name.clone());
        }
        for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
            let mut inside = schema["oneOf"].as_array().into_iter().flatten().chain(std::iter::once(schema));
            if !inside.any(|schema| schema["description"].is_string() || schema["$ref"].is_string()) {
                bare.push(format!("{name}.{property}"));
            }
        }
    }
    assert_eq!(bare, Vec::<String>::new(), "these need a doc comment");
}

/// A request can be written from the document alone: each text that has no format of its own shows one.
#[test]
fn texts_of_requests_have_examples() {
    let document = published();
    let mut bare = BTreeSet::new();
    for operation in operations(&document) {
        let bodies = operation.content["requestBody"]["content"].as_object().into_iter().flatten();
        for (_type, body) in bodies {
            let mut names = BTreeSet::new();
            collect_schemas(&document, &body["schema"], &mut names);
            for name in names {
                let properties = document["components"]["schemas"][&name]["properties"].as_object();
                for (property, schema) in properties.into_iter().flatten() {
                    let is_text = schema["type"] == "string" || schema["type"][0] == "string";
                    let shown = ["example", "examples", "enum", "format"].iter().any(|key| schema.get(key).is_some());
                    if is_text && !shown {
                        bare.insert(format!("{name}.{property}"));
                    }
                }
            }
        }
    }
    assert_eq!(bare, BTreeSet::new(), "these need `#[schema(example = …)]`");
}

fn collect_schemas(document: &Value, value: &Value, names: &mut BTreeSet<String>) {
    let mut found = BTreeSet::new();
    collect_references(value, &mut found);
    for reference in found {
        let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
        if names.insert(name) {
            let schema = document.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null);
            collect_schemas(document, schema, names);
        }
    }
}
