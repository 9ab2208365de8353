//! The pages in every language, with all that a context can hold and with as little as it can.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::*;
use crate::db::types::{At, Json};
use crate::events::EventId;
use crate::http::WorkspaceId;
use crate::registrations::{Attendance, Registration, RegistrationId, RegistrationState};
use crate::time::Language;

const HOSTILE: &str = "<script>alert('x')</script> & \"y\" {{ 7 * 7 }}";
const SAFE: &str = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot; {{ 7 * 7 }}";
const STATES: [&str; 11] = [
    "confirmed",
    "recording",
    "waitlisted",
    "offered",
    "pending_verification",
    "pending_approval",
    "attended",
    "no_show",
    "cancelled",
    "rejected",
    "expired",
];

/// A confirmed registration with these answers.
pub(super) fn registration(answers: Map<String, Value>) -> Registration {
    let at = At(chrono::DateTime::UNIX_EPOCH);
    Registration {
        id: RegistrationId(Uuid::from_u128(1)),
        workspace_id: WorkspaceId(Uuid::from_u128(2)),
        event_id: EventId(Uuid::from_u128(3)),
        name: "Ada".to_owned(),
        email: "ada@example.org".to_owned(),
        organisation: Some("City of Lund".to_owned()),
        timezone: Some("Europe/Stockholm".to_owned()),
        language: "en".to_owned(),
        answers: Json(answers),
        consented_at: Some(at),
        state: RegistrationState::Confirmed,
        queue_position: None,
        offer_expires_at: None,
        link_version: 1,
        confirmed_at: Some(at),
        ended_at: None,
        revision: 1,
        created_at: at,
        updated_at: at,
        attendance: Attendance::Live,
        consent_version: Some(0),
        verify_by: None,
        verified_at: None,
        decided_at: None,
        decided_by: None,
        decision_reason: None,
        note: None,
        checked_in_at: None,
        checked_in_by: None,
    }
}

fn minimal(state: &str) -> Value {
    json!({
        "token": "TOKEN", "query": "", "has_saved": false, "state": state, "queue": null, "offer": null, "verify": null,
        "decision": { "reason": null }, "person": { "name": HOSTILE }, "organisation": null, "answers": [],
        "event": {
            "title": HOSTILE, "super_title": null, "when": "WHEN", "reader_when": null, "place": null, "is_cancelled": false,
            "url": "https://x.example/events/1",
        },
        "workspace": { "name": HOSTILE },
        "links": { "page": "PAGE", "event": "EVENT", "calendar": "https://x.example/1.ics", "join": null, "webcal": null },
        "can": { "verify": false, "accept": false, "decline": false, "cancel": false, "edit": false },
        "faults": [], "labels": {}, "questions": [], "countries": [], "mail_languages": [["en", "English"]], "zones": [],
        "entered": { "name": null, "organisation": null, "timezone": null, "language": null },
    })
}

fn full(state: &str) -> Value {
    let mut context = minimal(state);
    let deadline = json!({ "until": "UNTIL", "reader_until": "READER-UNTIL" });
    (context["query"], context["queue"]) = (json!("?lang=en"), json!({ "ahead": 3 }));
    (context["offer"], context["verify"]) = (deadline.clone(), deadline);
    context["decision"]["reason"] = json!(HOSTILE);
    context["organisation"] = json!(HOSTILE);
    for name in ["super_title", "reader_when", "place"] {
        context["event"][name] = json!(HOSTILE);
    }
    context["event"]["is_cancelled"] = json!(state == "cancelled");
    context["links"]["webcal"] = json!("webcal://x.example/calendars/personal/T.ics");
    context["links"]["join"] = json!("https://x.example/join/T");
    context["can"] = json!({ "verify": true, "accept": true, "decline": true, "cancel": true, "edit": true });
    context["answers"] =
        json!([{ "label": HOSTILE, "text": HOSTILE, "is_yes": null }, { "label": "?", "text": null, "is_yes": false }]);
    let kinds = ["text", "long_text", "choice", "multi_choice", "boolean", "email", "phone", "country"];
    let question = |kind: &str| {
        json!({
            "field": format!("answers/{kind}"), "label": HOSTILE, "help": HOSTILE, "kind": kind, "is_required": true,
            "max_length": 10, "options": [{ "value": HOSTILE, "label": HOSTILE, "is_chosen": true }], "text": HOSTILE,
            "is_yes": true, "is_no": false,
        })
    };
    context["questions"] = json!(kinds.map(question));
    context["labels"] = kinds.iter().map(|kind| (format!("answers/{kind}"), json!(HOSTILE))).collect();
    context["faults"] = kinds
        .iter()
        .map(|kind| json!({ "field": format!("answers/{kind}"), "code": "field_type", "most": null }))
        .collect();
    context["entered"] = json!({ "name": HOSTILE, "organisation": HOSTILE, "timezone": HOSTILE, "language": "en" });
    context["has_saved"] = json!(true);
    (context["zones"], context["countries"]) = (json!(["Europe/Berlin"]), json!([["NL", HOSTILE]]));
    context
}

fn render(name: &str, language: Language, context: &Value) -> String {
    let mut pages = Pages::new().unwrap();
    add_pages(&mut pages).unwrap();
    pages.render(&format!("registrations/{name}.html"), language, context).unwrap()
}

#[test]
fn every_page_is_complete_and_safe() {
    for language in Language::ALL {
        for name in ["registration", "cancel", "edit"] {
            for context in STATES.iter().flat_map(|state| [minimal(state), full(state)]) {
                let html = render(name, language, &context);
                let page = html.split("</style>").nth(1).unwrap().replace(SAFE, "");
                for unsafe_or_left in ["<script", "{{", "{%", "none", "null", "undefined"] {
                    assert!(!page.contains(unsafe_or_left), "{unsafe_or_left}: {language}\n{html}");
                }
                assert!(html.contains(SAFE), "{html}");
                assert_eq!(html.matches("<h1>").count(), 1);
            }
        }
    }
}

#[test]
fn words_say_something_in_every_language() {
    let mut seen = std::collections::BTreeSet::new();
    for language in Language::ALL {
        for state in STATES {
            let html = render("registration", language, &minimal(state));
            let said = html.split_once("<strong>").unwrap().1.split_once("</strong>").unwrap().0.to_owned();
            assert!(said.ends_with('.') && seen.insert((language.code(), said.clone())), "{language} {state}: {said}");
        }
    }
}

#[test]
fn a_form_is_there_as_long_as_it_has_an_effect() {
    let forms = |html: &str| -> Vec<String> {
        html.split("<form method=\"post\" action=\"")
            .skip(1)
            .map(|part| part.split('"').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(forms(&render("registration", Language::En, &minimal("offered"))), Vec::<String>::new());
    let all = render("registration", Language::En, &full("offered"));
    assert_eq!(forms(&all), ["TOKEN/verify?lang=en", "TOKEN/accept-offer?lang=en", "TOKEN/decline-offer?lang=en"]);
    assert!(
        all.contains("<a href=\"TOKEN/cancel?lang=en\">") && all.contains("<a href=\"TOKEN/edit?lang=en\">"),
        "{all}"
    );
    for (name, action) in [("cancel", "cancel?lang=en"), ("edit", "edit?lang=en")] {
        assert_eq!(forms(&render(name, Language::En, &minimal("cancelled"))), Vec::<String>::new());
        let open = render(name, Language::En, &full("confirmed"));
        assert_eq!(forms(&open), [action]);
        assert!(open.contains("<a href=\"../TOKEN?lang=en\">"), "{open}");
    }
}

#[test]
fn who_cancels_is_told_what_they_give_up() {
    for language in Language::ALL {
        let asked = |state: &str| {
            let html = render("cancel", language, &full(state));
            html.split_once("<p>").unwrap().1.split_once("</p>").unwrap().0.to_owned()
        };
        let all: std::collections::BTreeSet<String> = ["confirmed", "waitlisted", "recording"].map(asked).into();
        assert_eq!(all.len(), 3, "{all:?}");
        for state in ["pending_verification", "pending_approval"] {
            assert_eq!(asked(state), asked("recording"));
        }
    }
}

#[test]
fn the_page_of_several_is_complete_and_safe() {
    for language in Language::ALL {
        let entries: Vec<Value> = STATES
            .iter()
            .flat_map(|state| [minimal(state), full(state)])
            .map(|mut entry| {
                entry["page"] = json!("https://x.example/registrations/T?a=1&b=2");
                entry
            })
            .collect();
        let mut context = minimal("confirmed");
        context["series"] = json!({ "title": HOSTILE });
        context["entries"] = json!(entries);
        for is_asked in [false, true] {
            context["can"]["verify"] = json!(is_asked);
            context["verify"] = if is_asked { json!({ "until": "UNTIL", "reader_until": null }) } else { Value::Null };
            let html = render("group", language, &context);
            let page = html.split("</style>").nth(1).unwrap();
            assert_eq!(
                page.matches("<h2><a href=\"https://x.example/registrations/T?a=1&amp;b=2\">").count(),
                22,
                "{page}"
            );
            assert_eq!(page.matches("action=\"TOKEN/verify\"").count(), usize::from(is_asked), "{page}");
            assert_eq!(page.matches("UNTIL").count(), usize::from(is_asked), "{page}");
            let rest = page.replace(SAFE, "");
            for unsafe_or_left in ["<script", "{{", "{%", "none", "null", "undefined"] {
                assert!(!rest.contains(unsafe_or_left), "{unsafe_or_left}: {language}\n{page}");
            }
        }
    }
}
