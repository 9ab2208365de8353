//! What the link of an invitation shows: the time of a session, and nothing of a draft to whom it was taken back from.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::invitations::invited;
use super::{Client, draft, make_speaker, publish};
use crate::support::TestApp;

both!(the_time_of_a_session_is_that_of_the_agenda, who_was_taken_off_a_draft_learns_no_more_of_it);

/// Somebody who can be invited, in a part of an agenda.
async fn part(owner: &Client) -> Value {
    let speaker = make_speaker(owner, json!({ "name": "Hans Sakkers", "email": "sakkers@example.org" })).await;
    json!([{ "speaker_id": speaker, "role": "moderator", "status": "tbc" }])
}

async fn the_time_of_a_session_is_that_of_the_agenda(app: TestApp) {
    let any = app.staff(Role::Owner).await.if_match("*");
    // The clocks show the hour from two to three twice.
    let when = json!({ "local_start": "2022-10-30T01:00", "timezone": "Europe/Berlin", "duration": "PT9H" });
    let event = draft(&any, json!({ "when": when })).await;
    let at = |time: &str| json!(format!("2022-10-30T{time}"));
    let talk = async |pass: &str| {
        json!({
            "kind": "talk", "title": pass, "local_start": at("02:15"), "duration": "PT15M", "disambiguation": pass,
            "appearances": part(&any).await,
        })
    };
    let open = json!({
        "kind": "round", "title": "Open", "appearances": part(&any).await, "sessions": [
            { "kind": "talk", "title": "A", "local_start": at("05:00"), "local_end": at("05:30") },
            { "kind": "talk", "title": "B", "local_start": at("05:30") },
        ],
    });
    let agenda = json!({ "sessions": [talk("earlier").await, talk("later").await, open] });
    let agenda = any.put(&format!("{event}/agenda"), agenda).await.expect(200);
    let expected = [
        (json!("2022-10-30T00:15:00Z"), json!("2022-10-30T00:30:00Z")),
        (json!("2022-10-30T01:15:00Z"), json!("2022-10-30T01:30:00Z")),
        (json!("2022-10-30T04:00:00Z"), Value::Null),
    ];
    for (index, expected) in expected.into_iter().enumerate() {
        let session = agenda.at(&format!("/sessions/{index}"));
        assert_eq!((session["starts_at"].clone(), session["ends_at"].clone()), expected);
        let appearance = format!("/api/v1/appearances/{}", session["appearances"][0]["id"].as_str().unwrap());
        let invitation = invited(&app, &any, &appearance, json!({})).await;
        let when = app.get(&invitation).await.expect(200).at("/session/when");
        assert_eq!((when["starts_at"].clone(), when["ends_at"].clone()), expected, "{when}");
    }
}

async fn who_was_taken_off_a_draft_learns_no_more_of_it(app: TestApp) {
    let any = app.staff(Role::Owner).await.if_match("*");
    let event = draft(&any, json!({ "super_title": "Secretia series", "title": "Secretia plan" })).await;
    let talk = json!({
        "kind": "talk", "title": "Secretia talk", "label": "Secretia label", "local_start": "2022-03-17T16:00",
        "local_end": "2022-03-17T16:20", "appearances": part(&any).await,
    });
    let agenda = any.put(&format!("{event}/agenda"), json!({ "sessions": [talk] })).await.expect(200);
    let appearance = format!("/api/v1/appearances/{}", agenda.string("/sessions/0/appearances/0/id"));
    let body = json!({ "message": "Secretia message", "respond_by": "2022-03-01T11:00:00Z" });
    let invitation = invited(&app, &any, &appearance, body).await;
    let page = invitation.replace("/api/v1", "");
    let before = app.get(&invitation).await.expect(200);
    let shown = app.get(&page).await.expect(200);
    assert!(shown.text().contains("Secretia talk") && shown.text().contains("2022"), "{shown}");

    any.patch(&appearance, json!({ "status": "withdrawn" })).await.expect(200);
    let expected = json!({
        "invited_by": "demo programme", "name": "Hans Sakkers", "event": null, "session": null, "role": null,
        "status": "withdrawn", "message": null, "respond_by": null, "answered_at": null, "recording_consent": null,
        "can_answer": false,
    });
    assert_eq!(app.get(&invitation).await.expect(200).json(), expected);
    for language in ["en", "de", "fr", "nl"] {
        let shown = app.get(&format!("{page}?lang={language}")).await.expect(200);
        let text = shown.text().rsplit("</style>").next().unwrap();
        assert!(!text.contains("Secretia") && !text.contains("2022") && !text.contains("<dl>"), "{shown}");
    }
    assert!(app.get(&page).await.text().contains("This part in the event was taken back."));

    // What everybody may read is no secret.
    publish(&any, &event).await;
    let public = app.get(&invitation).await.expect(200);
    assert_eq!((public.at("/event/title"), public.at("/session")), (json!("Secretia plan"), before.at("/session")));
    assert_eq!(public.at("/status"), json!("withdrawn"));
}
