//! All that is held about one person.

use chrono::TimeDelta;
use plenary::accounts::Role;
use plenary::privacy::columns::{COLUMNS, Whose};
use reqwest::Method;
use serde_json::{Value, json};

use super::{ADDRESS, Known, MARK, marked, them};
use crate::support::{TestApp, person};

both!(
    all_that_is_known_is_exported,
    an_export_is_for_those_who_may,
    nothing_is_known_of_a_stranger,
    that_somebody_wants_no_such_mails_is_exported,
);

const EXPORT: &str = "/api/v1/privacy/export";

async fn all_that_is_known_is_exported(app: TestApp) {
    let known = Known::make(&app).await;
    app.leave_outbox("the mails to the person are refused for a while");
    let export = known.export().await;
    let text = export.to_string();
    for part in ["name", "organisation", "answer", "note", "refused", "biography", "page", "invitation"] {
        assert!(text.contains(&marked(part)), "{part} is not in {export:#}");
    }
    assert!(text.contains(&format!("https://example.org/{MARK}.jpg")));
    assert_eq!(export["email"], "Quokkazebra@example.org");
    let states: Vec<&Value> =
        export["registrations"].as_array().unwrap().iter().map(|one| &one["registration"]["state"]).collect();
    assert_eq!(states, ["confirmed", "rejected"]);
    assert_eq!(export["registrations"][0]["registration"]["timezone"], "Pacific/Chatham");
    let timeline = export["registrations"][0]["timeline"].as_array().unwrap();
    for what in ["registered", "confirmed", "changed", "links_rotated", "registrations.confirmed"] {
        assert!(timeline.iter().any(|entry| entry["what"] == what), "{what} is not in {timeline:#?}");
    }
    assert_eq!(export["speakers"][0]["id"], json!(known.speaker));
    assert_eq!(export["speakers"][0]["appearances"][0]["role"], "panelist");
    let suppressed = (&export["suppression"]["address"], &export["suppression"]["diagnostic"]);
    assert_eq!(suppressed, (&json!("quokkazebra@example.org"), &json!("<address> suppressed")));
    let mails = export["mails"].as_array().unwrap();
    let errors: Vec<&Value> = mails.iter().map(|mail| &mail["last_error"]).collect();
    assert_eq!(errors, [&json!("RCPT TO: 451 4.3.0 <address> is busy")], "one stands for all: {mails:#?}");
    // Nobody else is in it.
    assert!(!text.contains("ada@example.org") && !text.contains("bo@example.org"), "{text}");
    // Each column that is a registrant's is one of those above.
    let own: Vec<&str> = COLUMNS
        .iter()
        .filter(|(table, _)| *table == "registrations")
        .flat_map(|(_, columns)| columns.iter().filter(|(_, whose)| *whose == Whose::Registrant))
        .map(|(column, _)| *column)
        .collect();
    let exported = export["registrations"][0]["registration"].as_object().unwrap();
    let missing: Vec<&&str> = own.iter().filter(|column| !exported.contains_key(**column)).collect();
    assert_eq!(missing, [&"email_key", &"search_text"], "these follow from the others");
}

async fn nothing_is_known_of_a_stranger(app: TestApp) {
    let known = Known::make(&app).await;
    app.leave_outbox("the mails to the person are refused for a while");
    let stranger = known.owner.post(EXPORT, json!({ "email": "nobody@example.org" })).await.expect(200);
    assert_eq!(stranger.header("cache-control"), Some("no-store"));
    let nothing = json!({
        "email": "nobody@example.org", "exported_at": "2022-02-01T09:00:00Z", "registrations": [], "speakers": [],
        "mails": [], "suppression": null, "unsubscribed_at": null,
    });
    assert_eq!(stranger.json(), nothing);
    // Another workspace knows nothing of theirs.
    let second = app.other_workspace("second").await;
    let theirs = app.staff_of(&second, Role::Owner).await.post(EXPORT, json!({ "email": ADDRESS })).await.expect(200);
    assert_eq!((theirs.at("/registrations"), theirs.at("/speakers")), (json!([]), json!([])));
    assert_eq!((theirs.at("/mails"), theirs.at("/suppression")), (json!([]), Value::Null));
}

async fn an_export_is_for_those_who_may(app: TestApp) {
    let body = json!({ "email": ADDRESS });
    for (role, status) in
        [(Role::Owner, 200), (Role::Organiser, 200), (Role::Editor, 403), (Role::Assistant, 403), (Role::Viewer, 403)]
    {
        let staff = app.staff(role).await;
        staff.post(EXPORT, body.clone()).await.expect(status);
        staff.get("/api/v1/privacy/erasures").await.expect(status);
    }
    app.post(EXPORT, body.clone()).await.problem(401, "unauthenticated");
    let owner = app.staff(Role::Owner).await;
    owner.post(EXPORT, json!({ "email": "x" })).await.faults(&[("/email", "email_invalid")]);
    owner.post(EXPORT, json!({ "email": ADDRESS, "all": true })).await.faults(&[("/all", "field_unknown")]);
}

async fn that_somebody_wants_no_such_mails_is_exported(app: TestApp) {
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, them(json!({}))).await.expect(201);
    app.post(&event.registrations, person("Bo", "bo@example.org")).await.expect(201);
    let confirmed = app.deliver().await.remove(0);
    let news = json!({ "subject": "News", "text": "x" });
    event.owner.post(&format!("/api/v1/events/{}/announcements", event.id), news).await.expect(201);
    let mails = app.deliver().await;
    let own = mails.iter().find(|mail| mail.to == "Quokkazebra@example.org").unwrap();
    let since = async |email: &str| {
        event.owner.post(EXPORT, json!({ "email": email })).await.expect(200).at("/unsubscribed_at")
    };
    assert_eq!(since(ADDRESS).await, Value::Null);
    app.pass(TimeDelta::hours(1));
    app.send(Method::POST, own.link("/unsubscribe/"), None).await.expect(200);
    app.pass(TimeDelta::hours(1));
    let told = json!("2022-02-01T10:00:00Z");
    assert_eq!((since(ADDRESS).await, since("bo@example.org").await), (told.clone(), Value::Null));
    let shown = app.get(&format!("{}/export", confirmed.link("/manage/"))).await.expect(200);
    assert_eq!(shown.at("/unsubscribed_at"), told);
    // Who is erased is not written to for having been forgotten.
    let erase = json!({ "email": ADDRESS, "confirm": true });
    event.owner.post("/api/v1/privacy/erasure", erase).await.expect(200);
    assert_eq!(since(ADDRESS).await, told);
}
